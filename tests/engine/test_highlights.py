"""What an article was found by is marked where it stands: the index and highlights agree."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import words
from searchsvc.engine import Engine
from searchsvc.errors import InvalidRequest
from searchsvc.search import Hit, SearchRequest
from tests.conftest import EngineOver

TEXTS = [
    ("Microsoft's e-mail client", "An email client for A.I., and the U.S. Army's."),
    ("Covid-19: 285,000 dying", "The COVID19 wave; covid 19 and lying women."),
    ("naïve start-up, naive startup", "état-major’s <b>C++</b> & C# “R&D” at AT&T"),
    ("東京大学の研究", "日本語 and 東京 and ソフトウェア"),
    ("Новости дня", "A new — York; new\u00a0York, New York’s mice & teeth"),
    ("Running computers", "Computing ran supercomputers. " * 12 + "A needle at its end."),
    ("5G phones, .NET", "The 5g phone of Beyoncé's co-op; x-ray ÆON ﬁx"),
]
WORDS = sorted({word for texts in TEXTS for text in texts for word in text.split()})
FORMS = [*WORDS, "computer", "run", "woman", "mouse", "tooth", "phone", "ai", "us", "beyonce"]


@pytest.fixture(scope="module")
def engine(engine_over: EngineOver) -> Engine:
    return engine_over(
        {
            str(number): {"title": html.escape(title), "excerpt": html.escape(excerpt)}
            for number, (title, excerpt) in enumerate(TEXTS)
        }
    )


def is_found_in(hit: Hit, field: str) -> bool:
    """Whether the index says that a word of the query stands there."""
    assert hit.explain
    return any(term.field == field for term in hit.explain.fields)


def has_phrases(query: str) -> bool:
    """Whether more counts than what is marked: the words of a phrase wherever they stand."""
    has_parts = any(len(word.terms.parts) > 1 for word in words(query))
    return has_parts or '"' in query or "title:" in query


PLAIN = st.lists(st.sampled_from(FORMS), min_size=1, max_size=3).map(" OR ".join)
QUERIES = (
    PLAIN
    | st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(lambda two: f'"{" ".join(two)}"')
    | st.sampled_from(FORMS).map(lambda word: f"{word[:3]}*")
    | st.sampled_from(FORMS).map(lambda word: f"title:{word}")
    | st.sampled_from(["c?mputer", "s*er", "日", '"東京大学"', "compter", "phnes", "new yrok"])
)


@settings(max_examples=150, deadline=None)
@given(QUERIES)
def test_what_was_found_in_a_field_is_marked_there(engine: Engine, query: str) -> None:
    try:
        result = engine.search(SearchRequest(query, explain=True))
    except InvalidRequest:
        return
    for hit in result.hits:
        assert hit.highlights
        shown = {"title": hit.highlights.title, "excerpt": hit.highlights.excerpt}
        if has_phrases(f"{query} {result.parsed}"):
            is_marked = any("<mark>" in marked for marked in shown.values())
            # A title is compared without quotation marks, whatever they quote.
            assert is_marked or (hit.explain and hit.explain.title_is_query), (query, shown)
            continue
        for field, marked in shown.items():
            assert ("<mark>" in marked) is is_found_in(hit, field), (query, field, marked)


@settings(max_examples=60, deadline=None)
@given(QUERIES)
def test_without_marks_a_highlight_is_the_text(engine: Engine, query: str) -> None:
    for hit in engine.search(SearchRequest(query)).hits:
        assert hit.highlights
        shown = html.unescape(re.sub("</?mark>", "", hit.highlights.title))
        assert shown == hit.title
        passage = html.unescape(re.sub("</?mark>", "", hit.highlights.excerpt))
        assert passage.removeprefix("… ").removesuffix(" …") in hit.article.excerpt


def test_a_needle_is_shown_with_what_is_around_it(engine: Engine) -> None:
    (hit,) = engine.search(SearchRequest("needle")).hits
    assert hit.highlights
    assert hit.highlights.excerpt.endswith("A <mark>needle</mark> at its end.")


def test_a_corrected_word_is_marked_as_it_stands(engine: Engine) -> None:
    result = engine.search(SearchRequest("compters"))
    assert result.corrected == "computers"
    assert {hit.highlights.title for hit in result.hits if hit.highlights} == {
        "Running <mark>computers</mark>"
    }
