"""Highlights: escaped text, the matched words marked, the passage worth showing."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.errors import InvalidRequest
from searchsvc.query import syntax
from searchsvc.search.highlights import PASSAGE, Highlighter
from searchsvc.search.highlights import passage as passage_of
from searchsvc.search.match_finder import Match

untimed = settings(deadline=None)
TEXTS = st.text("ab é日<>&\"'/-’.,", max_size=60) | st.text(max_size=60)
QUERIES = st.text('ab é日*"-OR<>&', max_size=20)
LONG = " ".join(f"filler{n}" for n in range(60))


def highlighter(query: str, language: str = "en") -> Highlighter:
    return Highlighter.of(syntax.parse(query), language)


def shown(one: Highlighter, texts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    found = [one.highlights(title, excerpt) for title, excerpt in texts]
    return [(highlights.title, highlights.excerpt) for highlights in found]


def whole(query: str, title: str) -> str:
    return shown(highlighter(query), [(title, "")])[0][0]


def passage(query: str, excerpt: str) -> str:
    return shown(highlighter(query), [("", excerpt)])[0][1]


def plain(marked: str) -> str:
    return html.unescape(re.sub("</?mark>", "", marked))


def marks(marked: str) -> list[str]:
    return re.findall("<mark>(.*?)</mark>", marked)


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("computer", "A computer.", "A <mark>computer</mark>."),
        ("computers", "One COMPUTER", "One <mark>COMPUTER</mark>"),
        ("naive", "so naïve", "so <mark>naïve</mark>"),
        ("microsoft", "Microsoft’s", "<mark>Microsoft’s</mark>"),
        ("ai", "A.I. is here", "<mark>A.I</mark>. is here"),
        ("email", "by e-mail", "by <mark>e-mail</mark>"),
        ("e-mail", "by email", "by <mark>email</mark>"),
        ("285000", "285,000 cores", "<mark>285,000</mark> cores"),
        ("super*", "supermarket sup", "<mark>supermarket</mark> sup"),
        ('"red car"', "car red car", "car <mark>red</mark> <mark>car</mark>"),
        ('"red car"', "red cars", "red cars"),
        ('"covid 19"', "the covid-19 wave", "the <mark>covid-19</mark> wave"),
        ("a -b", "a b", "<mark>a</mark> b"),
        ("a OR b", "a b c", "<mark>a</mark> <mark>b</mark> c"),
        ("mark", "<mark>", "&lt;<mark>mark</mark>&gt;"),
        ("b", "<b>b</b>", "&lt;<mark>b</mark>&gt;<mark>b</mark>&lt;/<mark>b</mark>&gt;"),
        ("at&t", "AT&T wins", "<mark>AT&amp;T</mark> wins"),
        ("x", "\"quoted\" & 'so'", "&quot;quoted&quot; &amp; &#x27;so&#x27;"),
        ("…", "nothing asked", "nothing asked"),
        ("a", "", ""),
    ],
)
def test_matched_words_are_marked_and_all_else_is_escaped(
    query: str, text: str, marked: str
) -> None:
    assert whole(query, text) == marked


def test_words_of_one_field_are_marked_there_alone() -> None:
    texts = [("Red car", "A red car."), ("Blue", "red")]
    assert shown(highlighter("title:red car"), texts) == [
        ("<mark>Red</mark> <mark>car</mark>", "A red <mark>car</mark>."),
        ("Blue", "red"),
    ]


def test_values_of_articles_are_not_looked_for_in_texts() -> None:
    assert shown(highlighter("topic:red when:7d"), [("Red", "7d")]) == [("Red", "7d")]


@pytest.mark.parametrize(
    ("query", "excerpt", "passage"),
    [
        ("chip", "A new chip.", "A new <mark>chip</mark>."),
        ("fab", "A new chip.", "The <mark>fab</mark> &amp; its makers."),
        ("nothing", "A new chip.", "A new chip."),
        ("nothing", "", "The fab &amp; its makers."),
        ("title:fab", "A fab.", "A fab."),
    ],
)
def test_a_passage_of_the_body_stands_where_the_excerpt_says_nothing(
    query: str, excerpt: str, passage: str
) -> None:
    body = "The fab & its makers."
    assert highlighter(query).highlights("", excerpt, body.encode).excerpt == passage


def test_of_a_body_only_a_passage_is_shown() -> None:
    body = f"{LONG} The fab. {LONG}"
    shown = highlighter("fab").highlights("", "An excerpt", body.encode).excerpt
    assert "<mark>fab</mark>" in shown and len(plain(shown)) < PASSAGE + 10


def test_texts_may_be_bytes() -> None:
    found = highlighter("café").highlights(
        "so café".encode(), "Un café, \ud800".encode("utf-8", "surrogatepass")
    )
    assert (found.title, found.excerpt) == ("so <mark>café</mark>", "Un <mark>café</mark>, \ud800")


def test_markup_in_a_text_does_nothing() -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> \"' </mark> &lt;b&gt;"
    marked = whole("alert script mark", hostile)
    assert set(re.findall("<[^>]*>", marked)) == {"<mark>", "</mark>"}
    assert plain(marked) == hostile


@untimed
@given(QUERIES, TEXTS)
def test_without_its_marks_the_whole_is_the_text(query: str, text: str) -> None:
    try:
        marked = whole(query, text)
    except InvalidRequest:
        return
    assert plain(marked) == text
    assert re.sub("</?mark>", "", marked) == html.escape(text)
    assert [*re.findall("</?mark>", marked)] == ["<mark>", "</mark>"] * len(marks(marked))
    assert all(marks(marked))


@untimed
@given(st.lists(st.sampled_from(["apple", "pears", "& <b>", "x" * 30, "plum"]), max_size=60))
def test_a_passage_is_a_part_of_the_text_with_its_matches(items: list[str]) -> None:
    text = " ".join(items)
    found = passage("apples pear", text)
    shown = plain(found).removeprefix("… ").removesuffix(" …")
    assert shown in text
    assert len(shown) <= PASSAGE
    assert bool(marks(found)) is bool({"apple", "pears"} & set(items))
    assert set(marks(found)) <= {"apple", "pears"}


def densest(matches: Sequence[Match]) -> int:
    """The rule in full: of all windows that begin at a match the first with most terms."""
    best, most = 0, 0
    for start, _, _ in matches:
        near = {term for begin, end, term in matches if start <= begin and end <= start + 160}
        if len(near) > most:
            best, most = start, len(near)
    return best


@untimed
@given(st.sets(st.integers(0, 600), max_size=24), st.lists(st.sampled_from("abcd"), min_size=12))
def test_the_passage_is_around_the_densest_window(ends: set[int], terms: list[str]) -> None:
    text = "word " * 120
    pairs = zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False)
    matches = [Match(*pair, term) for pair, term in zip(pairs, terms, strict=False)]
    start, end = passage_of(text, matches)
    best = densest(matches)
    assert start <= best
    assert best - start <= 70 or end > len(text) - 30
    assert end - start <= PASSAGE


def test_a_short_text_is_shown_whole() -> None:
    text = "word " * 39 + "match"
    assert len(text) == PASSAGE
    assert passage("match", text) == text.replace("match", "<mark>match</mark>")


def test_a_text_without_matches_shows_its_beginning() -> None:
    found = passage("absent", LONG)
    assert LONG.startswith(found.removesuffix(" …"))
    assert found.endswith(" …")


def test_a_passage_shows_some_words_before_its_first_match() -> None:
    found = passage("needle", f"{LONG} needle {LONG}")
    assert re.match(r"… filler\d+ .*<mark>needle</mark> filler0 .* …$", found)


def test_a_passage_is_cut_between_words() -> None:
    for word in passage("needle", f"{LONG} needle {LONG}").split():
        assert re.fullmatch(r"…|<mark>needle</mark>|filler\d+", word)


def test_the_passage_with_most_different_matches_is_chosen() -> None:
    text = f"apple apple apple {LONG} apple pear {LONG} apple pear plum {LONG} plum"
    assert marks(passage("apple pear plum", text)) == ["apple", "pear", "plum"]


def test_of_equal_passages_the_earliest_is_chosen() -> None:
    text = f"{LONG} apple pear first {LONG} apple pear second"
    assert "first" in passage("apple pear", text)


def test_a_word_longer_than_a_passage_is_passed_over() -> None:
    text = f"pear plum {LONG} {'a' * 300} {LONG} lime kiwi {LONG}"
    assert marks(passage("pear plum a* lime kiwi", text)) == ["pear", "plum"]


def test_matches_by_the_hundred_thousand_are_looked_through_once() -> None:
    """Were each compared with all others, this would not end."""
    assert len(marks(passage("a", "a " * 100_000))) > 90
