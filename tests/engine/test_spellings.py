"""Spellings of one word find each other, and what looks alike but is not stays apart."""

from __future__ import annotations

from itertools import permutations

import pytest

from searchsvc.engine import Engine
from searchsvc.search import SearchRequest
from tests.conftest import EngineOver

SAME = [
    ("Microsoft's", "Microsoft’s", "Microsoft"),
    ("It's quirky", "Itâ€™s quirky", "It’s quirky"),
    ("A.I.", "AI"),
    ("U.S.", "US", "U.S.'s"),
    ("C++", "c++", "Ｃ＋＋"),
    ("C#", "c#"),
    (".NET", ".net"),
    ("AT&T", "AT&amp;T", "AT & T"),
    ("R&D", "r & d"),
    ("5G", "5g", "５Ｇ"),
    ("e-mail", "email", "e mail", "E‑Mail"),
    ("start-up", "startup", "start up"),
    ("covid-19", "covid 19", "covid19", "COVID–19"),
    ("285,000", "285000"),
    ("24-7", "24/7", "24 7"),
    ("naïve", "naive", "NAÏVE"),
    ("‘quoted’", "“quoted”", "quoted", "'quoted'"),
    ("ＦＵＬＬ", "full"),
    ("МОСКВА", "Москва"),
    ("Ёлка", "елка"),
    ("ΟΔΟΣ", "οδός", "οδοσ"),
    ("🚀", "🚀🚀"),
    ("crisis", "crises"),
    ("GPU", "GPUs"),
    ("U.S.-China", "US-China", "U.S. China"),
]
SAME_PAIRS = [pair for group in SAME for pair in permutations(group, 2)]
NOT_IN_PHRASES = {"crises", "crisis", "GPU", "GPUs", "🚀", "🚀🚀", "“quoted”"}
"""Quotes mean exact, so that a plural is no spelling, and two pictures are not one."""
IN_PHRASES = [pair for pair in SAME_PAIRS if not NOT_IN_PHRASES & set(pair)]
APART = [
    ("C++", "C"),
    ("C++", "C#"),
    (".NET", "net"),
    ("organization", "organ"),
    ("universe", "university"),
    ("news", "new"),
    ("policy", "police"),
    ("policies", "police"),
    ("general", "generate"),
    ("generals", "generated"),
    ("deposition", "deposit"),
    ("united", "unit"),
    ("nowhere", "now here"),
    ("35", "3-5"),
    ("35", "3 5"),
    ("京都", "東京と大都市"),
    ("東京都", "東京と京都"),
]


@pytest.fixture(scope="module")
def engine(engine_over: EngineOver) -> Engine:
    """Each spelling in an article of its own, in the title and in an excerpt."""
    texts = {text for group in SAME for text in group} | {text for pair in APART for text in pair}
    articles = {}
    for number, text in enumerate(sorted(texts)):
        articles[f"title-{number}"] = {"title": f"Alpha {text} omega", "excerpt": "Nothing."}
        articles[f"excerpt-{number}"] = {"title": "Nothing", "excerpt": f"Beta {text} gamma."}
    return engine_over(articles)


@pytest.fixture(scope="module")
def few(engine_over: EngineOver) -> Engine:
    titles = {
        "accents": "The naïve forecasts of it",
        "plain": "The naive forecasts of it",
        "letter": "X marks it",
        "digit": "A 5 year plan",
        "book": "日本語の本",
        "language": "語学",
    }
    return engine_over({name: {"title": title} for name, title in titles.items()})


def texts_found(engine: Engine, query: str) -> set[str]:
    hits = engine.search(SearchRequest(query, size=100)).hits
    return {hit.article.title for hit in hits} | {hit.article.excerpt for hit in hits}


def shown(text: str) -> str:
    return text.replace("â€™", "’").replace("&amp;", "&")


@pytest.mark.parametrize(("asked", "written"), SAME_PAIRS)
def test_one_spelling_finds_the_other(engine: Engine, asked: str, written: str) -> None:
    assert {f"Alpha {shown(written)} omega", f"Beta {shown(written)} gamma."} <= texts_found(
        engine, asked
    )


@pytest.mark.parametrize(("asked", "written"), IN_PHRASES)
def test_one_spelling_finds_the_other_within_a_phrase(
    engine: Engine, asked: str, written: str
) -> None:
    assert f"Beta {shown(written)} gamma." in texts_found(engine, f'"beta {asked} gamma"')


@pytest.mark.parametrize(("asked", "written"), [*APART, *((b, a) for a, b in APART)])
def test_what_is_another_word_is_not_found(engine: Engine, asked: str, written: str) -> None:
    assert f"Alpha {written} omega" not in texts_found(engine, asked)


@pytest.mark.parametrize(
    ("query", "first"),
    [("naïve", "accents"), ("naive", "plain"), ("Naïve", "accents")],
)
def test_accents_as_typed_are_ahead(few: Engine, query: str, first: str) -> None:
    hits = few.search(SearchRequest(query)).hits
    assert [hit.id for hit in hits][0] == first and len(hits) == 2


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("x", {"X marks it"}),
        ("5", {"A 5 year plan"}),
        ("語", {"日本語の本", "語学"}),
        ("本", {"日本語の本"}),
        ("日本の本", set()),
        ("ホn", set()),
        ("Ａ", {"A 5 year plan"}),
    ],
)
def test_a_single_character_is_a_query(few: Engine, query: str, titles: set[str]) -> None:
    assert {hit.title for hit in few.search(SearchRequest(query)).hits} == titles
