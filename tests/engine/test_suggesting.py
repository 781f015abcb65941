"""What readers are offered while they type, from real indexes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles.dates import parse_period
from searchsvc.engine import Engine, open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings
from searchsvc.suggest.request import Suggestion, SuggestRequest
from tests.conftest import EngineOver, front_matter, index_of

NOW = parse_period("2021-03-04T05:00:00Z")[0]
AI, QUANTUM = "Artificial Intelligence", "Quantum Computing"
ARTICLES: list[dict[str, Any]] = [
    {"title": "Microsoft builds a supercomputer in Azure", "topics": ["Azure"], "heat": 90},
    {"title": "A supercomputer for the weather", "topics": [AI, "Weather"], "heat": 40},
    {"title": "Supercomputers of Japan", "excerpt": "Fugaku has petaflops.", "heat": 10},
    {"title": "Super League falls apart", "topics": ["Sport"], "heat": 60},
    {"title": "Quantum chip works", "topics": [QUANTUM], "heat": 30},
    {"title": "The quantum computer race", "topics": [QUANTUM, AI], "heat": 50},
    {"title": "A quantum computer at home", "topics": [QUANTUM, AI], "heat": 20},
    {"title": "The Who return to London", "topics": ["Music"]},
    {"title": "Le Café de Flore’s menu", "topics": ["Food"]},
    {"title": "COVID-19 vaccine works", "topics": ["Health"]},
    {"title": "Covid-19 rules end", "topics": ["Health"]},
    {"title": "量子計算機の時代", "topics": ["日本"]},
    {"title": "量子計算の未来", "topics": ["日本"]},
    {"title": "<CPML> hostile & \"quoted\"", "topics": ['"><x Hostile']},
    {"title": "No link here", "webUrl": None},
    {"title": "Le Café de Flore’s menu", "topics": ["Food"], "heat": 70},
    {"title": "Unpublished umbrella", "published": False},
    {"title": "Deleted dodo", "deleted": True},
    {"title": "Embargoed emerald", "topics": ["Emeralds"], "provider": {"name": "Emerald Times"},
     "publishedDateTime": "2021-03-04T06:00:00Z"},
]  # fmt: skip


def _articles() -> Iterator[tuple[str, dict[str, Any]]]:
    for number, values in enumerate(ARTICLES):
        url = f"https://news.example/{number}"
        filled = {"webUrl": url, "provider": {"name": "Daily Planet"}, **values}
        yield f"{number:02}", {name: value for name, value in filled.items() if value is not None}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return index_of(tmp_path_factory.mktemp("suggesting"), dict(_articles()), now=NOW)


@pytest.fixture(scope="module")
def engine(base: Settings) -> Iterator[Engine]:
    opened = open_engine(base)
    yield opened
    opened.close()


def suggest(engine: Engine, query: str, size: int = 10) -> list[Suggestion]:
    return list(engine.suggest(SuggestRequest(query, size)))


def texts(engine: Engine, query: str, kind: str, size: int = 10) -> list[str]:
    return [found.text for found in suggest(engine, query, size) if found.type == kind]


def test_words_of_most_and_hottest_articles_come_first(engine: Engine) -> None:
    found = texts(engine, "s", "query")
    assert found[0] == "supercomputer"
    assert texts(engine, "sup", "query") == ["supercomputer", "super"]


def test_the_word_is_completed_beside_the_words_before_it(engine: Engine) -> None:
    assert texts(engine, "quantum c", "query") == ["quantum computer", "quantum chip"]
    assert texts(engine, "weather sup", "query") == ["weather supercomputer"]
    assert texts(engine, "Microsoft Builds a su", "query") == ["Microsoft Builds a supercomputer"]
    assert texts(engine, "quantum sup", "query") == []


def test_words_before_may_stand_outside_the_title_and_in_another_form(engine: Engine) -> None:
    assert texts(engine, "fugaku sup", "query") == ["fugaku supercomputers"]
    assert texts(engine, "supercomputer ja", "query") == ["supercomputer japan"]


def test_after_a_space_comes_the_next_word(engine: Engine) -> None:
    assert texts(engine, "quantum ", "query") == ["quantum computer", "quantum chip"]
    assert texts(engine, "super ", "query") == ["super league"]


def test_phrases_that_titles_share(engine: Engine) -> None:
    assert "quantum computer" in texts(engine, "qua", "query")


def test_articles_that_begin_as_typed_come_before_those_that_hold_the_words(
    engine: Engine,
) -> None:
    assert texts(engine, "super", "article") == [
        "Super League falls apart",
        "Supercomputers of Japan",
        "Microsoft builds a supercomputer in Azure",
        "A supercomputer for the weather",
    ]
    assert texts(engine, "azure micro", "article") == ["Microsoft builds a supercomputer in Azure"]
    assert texts(engine, "the who", "article")[0] == "The Who return to London"


def test_an_article_comes_with_its_own_url_and_others_with_none(engine: Engine) -> None:
    found = suggest(engine, "super")
    urls = {suggestion.text: suggestion.url for suggestion in found}
    assert urls["Super League falls apart"] == "https://news.example/3"
    assert all(s.url is None for s in found if s.type != "article")
    (article,) = (s for s in suggest(engine, "no link") if s.type == "article")
    assert article.url is None


def test_topics_and_providers_begin_with_any_of_their_words(engine: Engine) -> None:
    assert texts(engine, "art", "topic") == [AI]
    assert texts(engine, "int", "topic") == [AI]
    assert texts(engine, "quantum comp", "topic") == [QUANTUM]
    assert texts(engine, "planet", "provider") == ["Daily Planet"]
    assert texts(engine, "lanet", "provider") == []


def test_a_query_is_not_offered_beside_a_topic_of_the_same_text(engine: Engine) -> None:
    assert texts(engine, "azu", "topic") == ["Azure"]
    assert texts(engine, "azu", "query") == []


@pytest.mark.parametrize("typed", ["quantm", "qauntum", "quantun", "uantum", "quuantum", "wuantum"])
def test_one_mistake_is_tolerated_from_the_fifth_letter(engine: Engine, typed: str) -> None:
    found = suggest(engine, typed)
    assert found[0].type == "query" and found[0].text.startswith("quantum")
    assert {s.text for s in found if s.type == "article"} >= {"Quantum chip works"}
    assert QUANTUM in {s.text for s in found if s.type == "topic"}


def test_a_mistake_in_a_word_before(engine: Engine) -> None:
    assert texts(engine, "quantm c", "query") == ["quantum computer", "quantum chip"]
    assert suggest(engine, "qxntm c") == []


def test_a_word_that_exists_gives_way_only_to_one_much_more_common(
    engine_over: EngineOver,
) -> None:
    titles = ["Goverment falls", "Government data", "Marker pens"]
    titles += [*["Government falls"] * 40, *["Market days"] * 5]
    engine = engine_over({str(number): {"title": title} for number, title in enumerate(titles)})
    assert texts(engine, "goverment", "query") == ["goverment", "government falls", "government"]
    assert texts(engine, "goverment fa", "query") == ["goverment falls"]
    assert texts(engine, "goverment da", "query") == ["government data"]
    assert texts(engine, "governmnt fa", "query") == ["government falls"]
    assert texts(engine, "goverment ma", "query") == []
    assert texts(engine, "marker", "query") == ["marker"]


@pytest.mark.parametrize("typed", ["qunt", "quxxtum", "2O20x"])
def test_no_more_than_that(engine: Engine, typed: str) -> None:
    assert suggest(engine, typed) == []


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("CAF", "café"),
        ("café", "café"),
        ("ｃａｆ", "café"),
        ("flore'", "flore"),
        ("covid-1", "covid-19"),
        ("covid 1", "covid 19"),
        ("covid1", "covid-19"),
        ("量子計", "量子計算"),
    ],
)
def test_writing_of_all_kinds(engine: Engine, typed: str, query: str) -> None:
    assert query in texts(engine, typed, "query")


def test_syntax_stays_and_what_filters_is_completed_by_names_alone(engine: Engine) -> None:
    assert texts(engine, 'title:"quantum c', "query") == [
        *('title:"quantum computer', 'title:"quantum chip')
    ]
    assert texts(engine, "-azure quantum c", "query")[0] == "-azure quantum computer"
    found = suggest(engine, "topic:quan")
    assert [(s.type, s.text) for s in found] == [("topic", QUANTUM)]


def test_everything_is_escaped_and_what_was_typed_is_marked(engine: Engine) -> None:
    found = suggest(engine, "hosti")
    assert {s.highlight for s in found} == {
        "<mark>hosti</mark>le",
        "&quot;&gt;&lt;x <mark>Hosti</mark>le",
        "&lt;CPML&gt; <mark>hosti</mark>le &amp; &quot;quoted&quot;",
    }


def test_an_empty_box_offers_common_topics_and_top_articles(engine: Engine) -> None:
    for query in ("", "  "):
        found = suggest(engine, query)
        assert {s.type for s in found} == {"topic", "article"}
        assert [s.text for s in found if s.type == "topic"][:2] == [AI, QUANTUM]
        assert found[-1].highlight == found[-1].text


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_never_more_than_asked_for_and_none_twice(engine: Engine, size: int) -> None:
    for query in ("", "s", "su", "quantum c", "a"):
        found = suggest(engine, query, size)
        assert 0 < len(found) <= size
        assert len({(s.type, s.text) for s in found}) == len(found)


@pytest.mark.parametrize(
    "typed", ["umbr", "dod", "unpub", "emer", "embar", "emerald t", "deleted "]
)
def test_what_is_not_live_is_never_offered(engine: Engine, typed: str) -> None:
    assert suggest(engine, typed) == []


def test_every_query_offered_finds_articles_as_it_is(engine: Engine) -> None:
    offered: set[str] = set()
    for article in ARTICLES:
        title = article["title"]
        for end in range(1, len(title) + 1):
            offered.update(texts(engine, title[:end], "query", 20))
    assert len(offered) > 50
    for query in offered:
        result = engine.search(SearchRequest(query))
        assert result.total and not result.corrected and not result.relaxed, query


def test_an_embargo_ends_by_the_clock(base: Settings) -> None:
    later = open_engine(replace(base, now=parse_period("2021-03-04T06:00:00Z")[0]))
    assert [(s.type, s.text) for s in suggest(later, "emer")] == [
        ("query", "emerald"),
        ("topic", "Emeralds"),
        ("provider", "Emerald Times"),
        ("article", "Embargoed emerald"),
    ]
    assert texts(later, "embargoed e", "query") == ["embargoed emerald"]
    earlier = open_engine(replace(base, now=parse_period("2021-03-04T05:59:59Z")[0]))
    assert suggest(earlier, "emer") == []


def test_changes_are_seen_after_the_next_reindex(tmp_path: Path) -> None:
    changed = index_of(tmp_path, dict(_articles()), now=NOW)
    engine = open_engine(changed)
    assert "super league" in texts(engine, "super ", "query")
    (tmp_path / "corpus" / "03.md").unlink()
    (tmp_path / "corpus" / "99.md").write_text(front_matter(title="Super Mario"), encoding="utf-8")
    reindex(changed)
    assert texts(engine, "super ", "query") == ["super mario"]
    assert texts(engine, "leag", "query") == []


def test_an_index_of_nothing(engine_over: EngineOver) -> None:
    engine = engine_over({})
    assert [suggest(engine, query) for query in ("", "a", "abcdef", "a b", "a ")] == [[]] * 5


PIECES = (*"\"()-*:' ", "quantum", "OR", "title:", "the", "量子", "covid-", "é", "\u200d")


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=20) | st.lists(st.sampled_from(PIECES)).map("".join))
def test_whatever_is_typed_is_answered(engine: Engine, query: str) -> None:
    for found in suggest(engine, query):
        assert found.text and "<mark><mark>" not in found.highlight


def test_other_languages(engine_over: EngineOver) -> None:
    engine = engine_over({"a": {"title": "Die Züge der Bahn"}}, language="de")
    assert texts(engine, "zug", "query") == ["züge"]
    assert texts(engine, "Zug ", "query") == ["Zug der bahn"]
