"""The fields of an article from front matter: how each is read, and what is no article."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from searchsvc.articles.article import Article, Image, Provider
from searchsvc.articles.field_values import MAX_EXCERPT, MAX_ITEMS, MAX_TITLE
from searchsvc.articles.interpretation import Conventions, from_front_matter
from tests.articles.blocks import article, parsed, rejection, titled, warned

FULL = """\
title: A supercomputer for everybody
excerpt: It has cores.
publishedDateTime: 2020-05-20T12:59:00Z
webUrl: https://news.example.com/a
ampWebUrl: https://news.example.com/a?amp
type: article
quality: 89
heat: 99
published: true
category: news
provider: {name: Example News, domain: news.example.com}
topics: [AI, Cloud]
images: [{url: https://cdn.example.com/a.jpg, width: 1200, height: 800, title: A rack}]
related: [{title: Another story, webUrl: https://other.example.com/b}]
secured: "c2VjcmV0IGJsb2I="
"""


def test_every_field_is_read() -> None:
    assert article(FULL) == Article(
        id="a",
        title="A supercomputer for everybody",
        excerpt="It has cores.",
        url="https://news.example.com/a",
        amp_url="https://news.example.com/a?amp",
        published_at=datetime(2020, 5, 20, 12, 59, tzinfo=UTC),
        provider=Provider("Example News", "news.example.com"),
        category="news",
        type="article",
        topics=("AI", "Cloud"),
        quality=89,
        heat=99,
        image=Image("https://cdn.example.com/a.jpg", 1200, 800, "A rack"),
        related=("https://other.example.com/b",),
    )


def test_a_title_is_enough() -> None:
    assert article("title: Alone") == Article(id="a", title="Alone")
    assert article("title: Alone\ncategory: null\ntype: ~") == Article(id="a", title="Alone")


@pytest.mark.parametrize("title", ["1984", "No", "null", "true", "2020-01-01", "1.50"])
def test_titles_and_excerpts_are_text_as_written(title: str) -> None:
    assert article(f"title: {title}").title == title
    assert titled(f"excerpt: {title}").excerpt == title


def test_people_have_a_name_and_a_bio() -> None:
    person = article("name: Ada Example\nbio: Writes programs.\ntype: profile")
    assert (person.title, person.excerpt) == ("Ada Example", "Writes programs.")
    both = article("title: T\nname: N\nexcerpt: E\nbio: B")
    assert (both.title, both.excerpt) == ("T", "E")


def test_text_is_cleaned() -> None:
    found = article('title: "Itâ€™s <b>big</b>"\nexcerpt: a &amp;#39;b&amp;#39;\ntopics: [A&amp;B]')
    assert (found.title, found.excerpt, found.topics) == ("It’s big", "a 'b'", ("A&B",))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("89", 89),
        ("'89'", 89),
        ("942", 942),
        ("0", 0),
        ("-1", -1),
        ("89.4", 89),
        ("8.9e1", 89),
        ("' 7 '", 7),
        ("99999999999", 2**31 - 1),
        ("-99999999999", -(2**31 - 1)),
    ],
)
def test_quality_and_heat_are_coerced_and_never_fatal(written: str, number: int | None) -> None:
    found = titled(f"quality: {written}\nheat: {written}")
    assert (found.quality, found.heat) == (number, number)


@pytest.mark.parametrize(
    "written", "null ~ high 89% true .nan nan inf 1e999 [89] {a:1} ''".split() + [""]
)
def test_what_is_no_number_is_none(written: str) -> None:
    found = titled(f"quality: {written}\nheat: {written}")
    assert (found.quality, found.heat) == (None, None)


@pytest.mark.parametrize(
    ("block", "url"),
    [
        ("webUrl: https://a.example/1", "https://a.example/1"),
        ("webUrl: /2020/a.html", "/2020/a.html"),
        ("originalUrl: https://video.example/1", "https://video.example/1"),
        ("webUrl:\noriginalUrl: https://video.example/1", "https://video.example/1"),
        ("webUrl: //a.example/b c\noriginalUrl: https://b.example", "https://a.example/b%20c"),
        ("webUrl: ///evil.example\noriginalUrl: https://b.example", "https://b.example"),
        ("originalUrl: //b.example", "https://b.example"),
        ("url: //b.example/c", "https://b.example/c"),
        ("webUrl: https://a.example\noriginalUrl: javascript:x", "https://a.example"),
        ("originalUrl: javascript:alert(1)", None),
        ("webUrl: \\\\evil.example", None),
        ("webUrl: null", None),
    ],
)
def test_the_link_is_the_first_that_may_be_followed(block: str, url: str | None) -> None:
    assert titled(block).url == url


@pytest.mark.parametrize("link", ["javascript:x", "'\tJava\tScript:x'", "data:text/html,x"])
def test_a_link_with_a_foreign_scheme_is_rejected(link: str) -> None:
    reason, line = rejection(f"title: x\nwebUrl: {link}")
    assert reason.startswith("webUrl: `")
    assert "only http, https or a path" in reason
    assert line == 2


def test_the_amp_link_is_the_first_that_may_be_followed() -> None:
    both = "ampWebUrl: {}\ncdnAmpWebUrl: https://cdn.example/a"
    assert titled(both.format("https://a.example/amp")).amp_url == "https://a.example/amp"
    assert titled(both.format("javascript:x")).amp_url == "https://cdn.example/a"
    assert titled("").amp_url is None


def test_every_other_link_to_the_article_is_known() -> None:
    found = titled(
        "webUrl: /a\noriginalUrl: https://a.example/a\nampWebUrl: /amp\ncdnAmpWebUrl: /cdn"
    )
    assert (found.url, found.amp_url) == ("/a", "/amp")
    assert found.other_urls == ("https://a.example/a", "/cdn")
    assert found.urls == ("/a", "/amp", "https://a.example/a", "/cdn")
    assert titled("webUrl: /a\noriginalUrl: /a\ncdnAmpWebUrl: 'javascript:x'").urls == ("/a",)


@pytest.mark.parametrize(
    ("written", "topics"),
    [
        ("[AI, Cloud]", ("AI", "Cloud")),
        ("[AI, '', ~, null, Cloud]", ("AI", "Cloud")),
        ("[AI, ai, Straße, STRASSE]", ("AI", "Straße")),
        ("AI", ("AI",)),
        ("AI , Cloud,", ("AI", "Cloud")),
        ("", ()),
        ("null", ()),
    ],
)
def test_topics_are_told_once_each(written: str, topics: tuple[str, ...]) -> None:
    assert titled(f"topics: {written}").topics == topics


def test_a_megabyte_of_blanks_in_topics_is_no_matter() -> None:
    assert titled(f'topics: "a{" " * 1_000_000}b, c"').topics == ("a b", "c")


@pytest.mark.parametrize(
    ("written", "provider"),
    [
        ("{name: A, domain: a.example}", Provider("A", "a.example")),
        ("{domain: a.example}", Provider(None, "a.example")),
        ("{name: A, domain: }", Provider("A", None)),
        ("{name: [A], domain: a.example}", Provider(None, "a.example")),
        ("A", Provider("A", None)),
        ("{name: null}", None),
        ("null", None),
    ],
)
def test_a_provider_has_a_name_a_domain_or_both(written: str, provider: Provider | None) -> None:
    assert titled(f"provider: {written}").provider == provider


@pytest.mark.parametrize(
    ("written", "image"),
    [
        ("[{url: /a.jpg}]", Image("/a.jpg", None, None, None)),
        ("[{url: 'javascript:x'}, {url: /b.jpg, width: x}]", Image("/b.jpg", None, None, None)),
        ("[~, text only, {}, {url: [x]}, {url: /c.jpg}]", Image("/c.jpg", None, None, None)),
        ("[/d.jpg]", Image("/d.jpg", None, None, None)),
        ("", None),
    ],
)
def test_the_image_is_the_first_whose_link_may_be_shown(written: str, image: Image | None) -> None:
    assert titled(f"images: {written}").image == image


def test_of_related_stories_only_the_links_are_kept() -> None:
    found = titled(
        "related: [{webUrl: https://b.example, title: secret words}, {originalUrl: /c}, /d, /d, "
        "{webUrl: 'javascript:x'}, {title: no link}, {webUrl: /e, ampWebUrl: /f, url: /g}]"
    )
    assert found.related == ("https://b.example", "/c", "/d", "/e", "/f")
    assert b"secret words" not in found.to_json()


@pytest.mark.parametrize(
    ("block", "said", "line"),
    [
        ("excerpt: no title", "no title", None),
        ("excerpt: a\ntitle:", "no title", 2),
        ("title: '&nbsp;<b></b>'", "no title", 1),
        ("title: #metoo", "no title: ` #` begins a comment; quote the text", 1),
        ("title: [a]", "title: text expected, got a list", 1),
        ("title: x\nexcerpt: {a: b}", "excerpt: text expected, got a mapping", 2),
        ("title: x\nwebUrl: [/a]", "webUrl: text expected, got a list", 2),
        ("title: x\npublishedDateTime: soon", "publishedDateTime: a date such as", 2),
        ("title: x\ntopics: {a: b}", "topics: a list expected, got a mapping", 2),
        ("title: x\ntopics: [[a]]", "topics: text expected in the list, got a list", 2),
        ("title: x\nprovider: [a]", "provider: name and domain expected, got a list", 2),
        ("title: x\nwebUrl: www.a.example/b", "webUrl: neither `https://` nor `/` begins it", 2),
        ("title: x\nwebUrl: article.html", "webUrl: neither `https://` nor `/` begins it", 2),
        (f"title: {'x' * (MAX_TITLE + 1)}", "title: 1,001 characters, more than 1,000", 1),
        (f"title: x\nexcerpt: {'x' * (MAX_EXCERPT + 1)}", "excerpt: 100,001 characters", 2),
        (f"title: x\ntopics: [{'a,' * (MAX_ITEMS + 1)}]", "topics: more than 1,000 items", 2),
        (f"title: x\ntopics: {'a,' * (MAX_ITEMS + 1)}", "topics: more than 1,000 items", 2),
    ],
)
def test_a_wrong_shape_is_rejected_with_its_line(block: str, said: str, line: int | None) -> None:
    reason, where = rejection(block)
    assert reason.startswith(said)
    assert where == line


@pytest.mark.parametrize(
    "line",
    [
        "images: a.jpg",
        "images: {url: /a.jpg}",
        "category: [news]",
        f"category: {'x' * (MAX_TITLE + 1)}",
        "type: {a: b}",
        "related: /a",
        f"related: [{'/a,' * (MAX_ITEMS + 1)}]",
        "ampWebUrl: [/a]",
        "cdnAmpWebUrl: {a: b}",
    ],
)
def test_a_decorative_field_of_a_wrong_shape_is_left_out_with_a_warning(line: str) -> None:
    found, warnings = warned(f"title: x\n{line}")
    assert found == Article(id="a", title="x")
    ((number, reason),) = warnings
    assert number == 2
    assert reason.startswith(line.split(":")[0] + ": ")
    assert reason.endswith("; it is left out")


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        ("title: The case # 9", [1]),
        ("title: A\ntopics:\n- C # D\n- E#F\n- 'G' # H", [3]),
        ("title: A\ntopics: [C # D\n, E]", [2]),
        ("name: A # B", [1]),
        ("title: 'The case # 9' # quoted", []),
        ("title: C# and F#", []),
        ("title: A\nquality: 9 # as of today", []),
        ("# a remark\ntitle: A", []),
        ("title: >\n  a # b\n", []),
        ("title: A\ntopics: #metoo", [2]),
        ("title: A\ntopics:\n- #metoo\n- B", [3]),
        ("title: A\ntopics: # none yet", []),
        ("title: A\ntopics: # the next lines\n- B", []),
        ("title: A\nheat: #9", []),
    ],
)
def test_what_a_comment_cuts_off_a_title_or_topic_is_a_warning(
    block: str, lines: list[int]
) -> None:
    assert [line for line, _ in warned(block)[1]] == lines


@pytest.mark.parametrize(
    "link",
    ["http:/a.example/b", "https:a.example", "https:///a", "///a.example", "https://[a", r"\\a\b"],
)
def test_what_no_link_can_be_made_of_is_a_warning(link: str) -> None:
    for key in ("webUrl", "originalUrl", "ampWebUrl", "url"):
        article, told = warned(f"title: A\n{key}: '{link}'")
        assert (article.url, article.amp_url) == (None, None)
        assert [(line, reason.partition(" it is")[0]) for line, reason in told] in (
            [(2, f"{key}: no link can be made of it")],
            [(2, f"{key}: no link can be made of it;")],
        )


def test_pictures_and_related_links_may_leave_the_scheme_to_the_page() -> None:
    found = titled("images: [{url: //a.example/b.jpg}]\nrelated: [webUrl: //b.example/c]")
    assert found.image and found.image.url == "https://a.example/b.jpg"
    assert found.related == ("https://b.example/c",)


def test_a_link_with_a_space_is_encoded() -> None:
    assert titled("webUrl: https://a.example/b c?d e").url == "https://a.example/b%20c?d%20e"
    assert titled("webUrl: /b c.html").url == "/b%20c.html"


def test_a_date_without_a_zone_is_in_the_one_that_is_set() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for block, hour in (("2020-07-01 12:00", 10), ("2020-01-01 12:00", 11), ("20200701T12Z", 12)):
        front = parsed(f"title: x\npublishedDateTime: {block.replace('12Z', '1200Z')}")
        found = from_front_matter(front, "a", Conventions(berlin)).published_at
        assert found is not None
        assert (found.tzinfo, found.hour) == (UTC, hour)
