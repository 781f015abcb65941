"""Cleaning: text fit to match and to show, links fit to follow."""

from __future__ import annotations

import html
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles.cleaning import (
    clean_text,
    clean_url,
    foreign_scheme,
    lacks_scheme,
    written_url,
)

untimed = settings(deadline=None)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("", ""),
        ("  two \t words\r\n", "two words"),
        ("no\u00a0break\u3000wide\u2009thin", "no break wide thin"),
        ("Itâ€™s here", "It’s here"),
        ("â€œQuotedâ€\x9d", "“Quoted”"),
        ("voilÃ\u00a0 cafÃ©", "voilà café"),
        ("“curly” it’s", "“curly” it’s"),
        ("naïve", "naïve"),
        ("nai\u0308ve", "naïve"),
        ("ﬁne ＴｅｘｔＩｎｐｕｔ", "ﬁne ＴｅｘｔＩｎｐｕｔ"),
        ("Привет, мир", "Привет, мир"),
        ("مرحبا", "مرحبا"),
        ("日本語", "日本語"),
        ("👩\u200d💻 and 🚀", "👩\u200d💻 and 🚀"),
        ("zero\u200bwidth \ufeffsoft\u00adhyphen", "zerowidth softhyphen"),
        ("\u202eevil\u202c", "evil"),
        ("a\x00b\x07\x7fc\x1b", "a b c"),
        ("é\u2028é\u2029é\ufffe", "é é é"),
    ],
)
def test_text_is_repaired_and_its_white_space_folded(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("AT&amp;T", "AT&T"),
        ("it&#39;s", "it's"),
        ("it&amp;#39;s", "it's"),
        ("a&nbsp;&amp;nbsp;b", "a b"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("&amp;lt;iframe src=x&amp;gt;&amp;lt;/iframe&amp;gt;after", "after"),
        ("caf&eacute;", "café"),
        ("it&acirc;&euro;&trade;s", "it’s"),
        ("R&D, Q & A", "R&D, Q & A"),
        ("&#0;&#xD800;&bogus;", "\ufffd\ufffd&bogus;"),
        ("a&copy=1&lt2 R&ampD &notit; caf&eacute au lait", None),
        ("fish &amp chips &#39 x", None),
        ("&copy; &amp;copy; &amp;amp;copy", "© © &copy"),
    ],
)
def test_entities_become_characters_by_their_semicolon(raw: str, clean: str | None) -> None:
    assert clean_text(raw) == (raw if clean is None else clean)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("One<br/>two<BR>three", "One two three"),
        ("super<b>computer</b>", "supercomputer"),
        ('<a href="https://a.example/?b=1">link</a>ed', "linked"),
        ("<script>alert(1)</script>safe", "safe"),
        ("<style type='x'>p { }</style >safe", "safe"),
        ("<iframe src='x'></iframe>video", "video"),
        ("before<!-- hidden -->after", "before after"),
        ("e<b>\u0301</b>", "é"),
        ("<CPML> up, <T.N> down", "<CPML> up, <T.N> down"),
        ("3 < 4 > 2, a<b", "3 < 4 > 2, a<b"),
        ("List<string> and <custom-tag>", "List<string> and <custom-tag>"),
        ("I <3 it -> <-", "I <3 it -> <-"),
        ("unclosed <b", "unclosed <b"),
        ("a<b and c>d", "a<b and c>d"),
        ("if x <i or y> z", "if x <i or y> z"),
        ("<input disabled>on<video controls autoplay>off", "on off"),
        ("<a href = 'x' class=y>link</a>ed <p data-x>", "linked"),
        ("one<br clear=all />two<hr / >three", "one two three"),
    ],
)
def test_tags_of_html_go_and_other_angles_stay(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


_PIECES = (
    "word it â it’s Itâ€™s cafÃ© &amp; &#39; &amp;#39; &lt; &gt; &nbsp; &eacute; <b> </b> <br/> "
    "<p> <CPML> <script>x()</script> <!--x--> < > & \u200b \u00a0 e\u0301 😀 日本 \x00 \r\n"
).split(" ")


@untimed
@given(st.lists(st.sampled_from([*_PIECES, " "]), max_size=8).map(" ".join))
def test_cleaning_what_is_clean_changes_nothing(raw: str) -> None:
    assert clean_text(clean_text(raw)) == clean_text(raw)


@untimed
@given(st.text(st.characters(), max_size=50))
def test_clean_text_is_one_line_of_characters(raw: str) -> None:
    clean = clean_text(raw)
    assert clean == " ".join(clean.split())
    assert not {unicodedata.category(c) for c in clean} & {"Cc", "Cs", "Zl", "Zp"}
    assert unicodedata.is_normalized("NFC", clean)


@untimed
@given(st.text(alphabet="abc éß日본я0 .,-", max_size=50))
def test_plain_text_keeps_its_words(raw: str) -> None:
    assert clean_text(raw).split() == unicodedata.normalize("NFC", raw).split()


@untimed
@given(st.text(alphabet="ab <>&\"'/", max_size=30))
def test_twice_escaped_text_is_read_like_itself(raw: str) -> None:
    assert clean_text(html.escape(html.escape(raw))) == clean_text(html.escape(raw))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<" * 1_000_000, "<" * 1_000_000),
        ("&amp;" * 100_000, "&" * 100_000),
        ("&" + "amp;" * 100_000, "&" + "amp;" * 99_998),
        ("<!--" * 100_000, "<!--" * 100_000),
        ("<!--" + "-" * 1_000_000, "<!--" + "-" * 1_000_000),
        ("<script>" * 100_000, ""),
        ("<script" + " " * 1_000_000, "<script"),
        ("<a " * 300_000, ("<a " * 300_000).strip()),
        ("\u200b " * 300_000, ""),
    ],
    ids="angles entities nested-entities comments dashes scripts open-tag tags invisible".split(),
)
def test_hostile_megabytes_come_through(raw: str, clean: str) -> None:
    """Were any step quadratic, this would not end."""
    assert clean_text(raw) == clean


# Links


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example.com/a?b=c&d=e#f",
        "http://news.example.com",
        "HTTPS://News.Example.com/A",
        "https://пример.example/путь",
        "https://user@news.example.com:8443/",
        "https://[::1]:8000/",
        "/2020/article.html",
        "/",
    ],
)
def test_links_of_the_web_and_of_the_site_survive(url: str) -> None:
    assert clean_url(url) == url
    assert clean_url(f" {url}\n") == url
    assert foreign_scheme(url) is None


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("https://a.example/b c", "https://a.example/b%20c"),
        ("/b c?d=e f#g h", "/b%20c?d=e%20f#g%20h"),
        ('https://a.example/"<>^`{|}[]', "https://a.example/%22%3C%3E%5E%60%7B%7C%7D%5B%5D"),
        ("https://a.example/100%?b=%zz%20", "https://a.example/100%25?b=%25zz%20"),
        ("https://a.example/#b#c", "https://a.example/#b%23c"),
        ("https://[::1]:8000/a b", "https://[::1]:8000/a%20b"),
        ("https://пример.example/пу ть", "https://пример.example/пу%20ть"),
    ],
)
def test_what_may_not_stand_in_a_link_is_encoded(raw: str, url: str) -> None:
    assert clean_url(raw) == url
    assert clean_url(url) == url


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("//a.example/b c", "https://a.example/b%20c"),
        (" //a.example\n", "https://a.example"),
        ("https://a.example", "https://a.example"),
        ("/a", "/a"),
        ("///a.example", None),
        ("//", None),
        ("//\\a", None),
        ("javascript://a", None),
        (None, None),
    ],
)
def test_a_link_may_leave_the_scheme_to_the_page(raw: str | None, url: str | None) -> None:
    assert written_url(raw) == url


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("www.a.example/b", True),
        ("a.html", True),
        ("#top", True),
        ("https://a.example", False),
        ("mailto:a@a.example", False),
        ("/a", False),
        ("//a.example", False),
        ("", False),
        (None, False),
    ],
)
def test_a_link_without_a_scheme_is_told(text: str | None, lacks: bool) -> None:
    assert lacks_scheme(text) is lacks


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        None,
        "//evil.example/a",
        "/\t/evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "https:\\\\evil.example",
        "https:evil.example",
        "https:///evil.example",
        "https://",
        "https://[evil",
        "https://a b.example",
        "news.example.com/a",
        "article.html",
        "#top",
        "https://a.example/\x00",
        "https://a.example/\x1b[31m",
        "https://a.example/\udc80",
        "https://a.example/\u2028x",
    ],
)
def test_no_other_link_survives(url: str | None) -> None:
    assert clean_url(url) is None


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("javascript:alert(1)", "javascript"),
        ("JavaScript:alert(1)", "javascript"),
        (" \n javascript:alert(1)", "javascript"),
        ("java\tscript:alert(1)", "javascript"),
        ("java\r\nscript:alert(1)", "javascript"),
        ("javascript\t:alert(1)", "javascript"),
        ("\x01javascript:alert(1)", "javascript"),
        ("\x00java\x00script:alert(1)", "javascript"),
        ("javascript://a.example/%0aalert(1)", "javascript"),
        ("data:text/html,<b>", "data"),
        ("vbscript:x", "vbscript"),
        ("file:///etc/passwd", "file"),
        ("mailto:a@a.example", "mailto"),
        ("ftp://a.example/", "ftp"),
    ],
)
def test_a_scheme_is_seen_through_its_disguise(url: str, scheme: str) -> None:
    assert clean_url(url) is None
    assert foreign_scheme(url) == scheme


@pytest.mark.parametrize(
    "url",
    ["&#106;avascript:alert(1)", "java&Tab;script:alert(1)", "%6Aavascript:alert(1)", "://a", ":"],
)
def test_an_encoded_scheme_is_none_and_no_link(url: str) -> None:
    """A browser does not decode it in a link either, so dropping the link is enough."""
    assert clean_url(url) is None
    assert foreign_scheme(url) is None


@pytest.mark.parametrize("text", ["/a:b", "//a:80/", "?a:b", "#a:b", "", None, "https://a:b@c"])
def test_a_colon_alone_makes_no_scheme(text: str | None) -> None:
    assert foreign_scheme(text) is None


@untimed
@given(st.text(alphabet="jav\tscriptHTPS:/\\ \n\x00&#;.@[]é", max_size=30))
def test_a_link_that_survives_is_safe_to_follow(raw: str) -> None:
    url = clean_url(raw)
    if url is not None:
        assert url.lower().startswith(("http://", "https://")) or url[0] == "/" != url[1:2]
        assert not set(url) & set("\\ \t\r\n\x00")
        assert clean_url(url) == url
