"""What editors wrote, in answers: synonyms, pins, hidden and boosted articles, and their times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from searchsvc.editorial import watcher
from searchsvc.engine import Engine, open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest, SearchResult
from searchsvc.settings import Settings
from tests.conftest import index_of

ARTICLES: list[tuple[str, dict[str, Any]]] = [
    ("nyc", {"title": "NYC marathon", "topics": ["Sport"]}),
    ("york", {"title": "New York marathon", "topics": ["Sport"]}),
    ("apart", {"title": "New cheese from York", "excerpt": "A marathon of tasting."}),
    ("gpu", {"title": "A GPU shortage", "heat": 0, "quality": 0}),
    ("card", {"title": "A graphics card shortage"}),
    ("popular", {"title": "A video card shortage", "heat": 900, "quality": 99}),
    *((f"chip-{n}", {"title": f"Chip news part {n}", "topics": ["Chips"]}) for n in range(12)),
    ("other", {"title": "Nothing of the kind", "topics": ["Chips", "Rest"]}),
    *((f"eclipse-{n}", {"title": "Eclipse over town", "heat": 9 - n}) for n in range(6)),
    ("eclipes", {"title": "Eclipes the cat"}),
    ("far", {"title": "Yet to come", "publishedDateTime": "2999-01-01"}),
]
SYNONYMS = """
- [nyc, new york]
- from: gpu
  to: [graphics card, video card]
"""
NOW = datetime(2021, 6, 15, tzinfo=UTC)


class Desk:
    """An engine over the articles, and the two files."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine: Engine = open_engine(settings)

    def write(self, synonyms: str = "", curation: str = "", now: datetime = NOW) -> None:
        """Anew: as a process that starts now."""
        self.settings.synonyms.write_text(synonyms, "utf-8")
        self.settings.curation.write_text(curation, "utf-8")
        self.engine.close()
        self.engine = open_engine(replace(self.settings, now=now))

    def search(self, query: str, **parameters: Any) -> SearchResult:
        return self.engine.search(SearchRequest(query, **parameters))

    def ids(self, query: str, **parameters: Any) -> list[str]:
        return [hit.id for hit in self.search(query, **parameters).hits]


@pytest.fixture(scope="module")
def indexed_settings(
    tmp_path_factory: pytest.TempPathFactory, placed: Callable[[Settings], Settings]
) -> Settings:
    folder: Path = tmp_path_factory.mktemp("editors")
    synonyms, curation = folder / "synonyms.yaml", folder / "curation.yaml"
    return index_of(folder, dict(ARTICLES), placed, synonyms=synonyms, curation=curation, now=NOW)


@pytest.fixture
def site(indexed_settings: Settings) -> Iterator[Desk]:
    site = Desk(indexed_settings)
    yield site
    site.engine.close()
    for path in (indexed_settings.synonyms, indexed_settings.curation):
        path.unlink(missing_ok=True)


def test_a_two_way_synonym_finds_both_ways_the_word_itself_first(site: Desk) -> None:
    site.write(SYNONYMS)
    assert site.ids("nyc") == ["nyc", "york"]
    assert site.ids("new york marathon") == ["york", "apart", "nyc"]
    assert site.ids("NYC’s marathons")[:2] == ["nyc", "york"]
    assert set(site.ids("nyc OR gpu")) == {"nyc", "gpu", "york", "card", "popular"}


def test_a_one_way_synonym_finds_one_way_below_the_word_itself_however_popular(
    site: Desk,
) -> None:
    site.write(SYNONYMS)
    found = site.ids("gpu")
    assert found[0] == "gpu" and set(found[1:]) == {"popular", "card"}
    assert set(site.ids("graphics card")) == {"card", "popular"}  # one has both words
    assert site.ids("graphics") == ["card"]


def test_synonyms_are_left_out_of_phrases_exclusions_and_prefixes(site: Desk) -> None:
    site.write(SYNONYMS)
    assert site.ids('"nyc" marathon') == ["nyc"]
    assert set(site.ids("marathon -nyc")) == {"york", "apart"}
    assert site.ids("gpu*") == ["gpu"]
    assert set(site.ids("title:nyc")) == {"nyc", "york"}


def test_an_unfinished_word_has_its_synonyms(site: Desk) -> None:
    site.write(SYNONYMS)
    assert site.ids("nyc", typing=True) == ["nyc", "york"]
    site.write("- [AT&T, NYC]")
    assert site.ids("at&t", typing=True) == ["nyc"]
    site.write(SYNONYMS)
    assert "nyc" in site.ids("new york", typing=True)


def test_a_synonym_is_marked_shown_and_explained(site: Desk) -> None:
    site.write(SYNONYMS)
    result = site.search("gpu", explain=True)
    marked = {hit.id: hit.highlights.title for hit in result.hits if hit.highlights}
    assert marked["card"] == "A <mark>graphics</mark> <mark>card</mark> shortage"
    assert result.parsed and result.parsed.startswith('(gpu OR "graphics card"^')
    for hit in result.hits:
        assert hit.explain
        text = sum(term.bm25 * term.boost for term in hit.explain.fields)
        assert hit.explain.text == pytest.approx(text, rel=1e-3)
        assert hit.score == pytest.approx(hit.explain.text * hit.explain.prior)


def test_a_word_no_article_has_is_found_by_its_synonym_and_not_put_right(site: Desk) -> None:
    site.write("- {from: bigapple, to: nyc}")
    result = site.search("bigapple")
    assert ([hit.id for hit in result.hits], result.corrected) == (["nyc"], None)


PINS = """
- query: chip news
  pin: [other, chip-7]
  hide: [chip-3, chip-4]
  boost: {chip-9: 5}
"""


def test_pins_come_first_in_their_order_then_all_others_once(site: Desk) -> None:
    site.write(curation=PINS)
    pages = [site.search("chip news", page=page, size=4) for page in range(1, 4)]
    found = [hit.id for page in pages for hit in page.hits]
    assert found[:3] == ["other", "chip-7", "chip-9"]
    assert sorted(found) == sorted(["other"] + [f"chip-{n}" for n in range(12) if n not in (3, 4)])
    assert {page.total for page in pages} == {11} and pages[0].pages == 3
    assert [hit.id for page in pages for hit in page.hits if hit.pinned] == ["other", "chip-7"]


def test_a_page_of_one_shows_the_pins_one_by_one(site: Desk) -> None:
    site.write(curation=PINS)
    assert [site.ids("chip news", page=n, size=1) for n in (1, 2, 3)] == [
        ["other"],
        ["chip-7"],
        ["chip-9"],
    ]


def test_scores_of_pins_are_their_own_and_a_boost_is_explained(site: Desk) -> None:
    plain = {hit.id: hit.score for hit in site.search("chip news", size=20).hits}
    site.write(curation=PINS)
    hits = {hit.id: hit for hit in site.search("chip news", size=20, explain=True).hits}
    assert hits["other"].score == 0
    assert hits["chip-7"].score == pytest.approx(plain["chip-7"])
    assert hits["chip-9"].score == pytest.approx(5 * plain["chip-9"])
    for hit in hits.values():
        assert hit.explain
        explained = hit.explain.text * hit.explain.prior * hit.explain.boost
        assert hit.score == pytest.approx(explained)
    assert hits["chip-9"].explain and hits["chip-9"].explain.boost == 5


def test_hidden_articles_are_in_no_total_and_no_facet_of_that_query_alone(site: Desk) -> None:
    site.write(curation=PINS)
    result = site.search("chip news", facets="topic")
    counts = {facet.value: facet.count for facet in result.facets["topic"]}
    assert counts == {"Chips": 11, "Rest": 1}
    assert site.search("chip").total == 13
    assert site.search("", size=20).total == 26


def test_pins_respect_filters_and_other_orders(site: Desk) -> None:
    site.write(curation=PINS)
    assert site.ids("chip news", topic="Rest") == ["other"]
    assert site.ids("chip news", topic="Sport") == []
    newest = site.search("chip news", sort="newest", size=20)
    assert newest.total == 11
    assert [hit.id for hit in newest.hits] != site.ids("chip news", size=20)


def test_pins_lead_their_stories(site: Desk) -> None:
    site.write(curation=PINS)
    result = site.search("chip news", collapse="story", size=20)
    assert [hit.id for hit in result.hits][:2] == ["other", "chip-7"]
    assert result.total == 11


def test_others_of_a_story_have_the_editors_scores_order_and_marks(site: Desk) -> None:
    site.write(curation="- {query: eclipse, pin: [eclipse-2, eclipse-5], boost: {eclipse-4: 5}}")
    alone = [(hit.id, hit.score, hit.pinned) for hit in site.search("eclipse").hits]
    assert [name for name, _, _ in alone][:4] == [
        "eclipse-2",
        "eclipse-5",
        "eclipse-4",
        "eclipse-0",
    ]
    (leader,) = site.search("eclipse", collapse="story").hits
    story = [leader, *(leader.also or ())]
    assert [(hit.id, hit.score, hit.pinned) for hit in story] == alone


def test_a_query_whose_articles_are_hidden_is_not_suggested(site: Desk) -> None:
    site.write()
    assert site.search("eclipes").did_you_mean == "eclipse"
    hidden = ", ".join(f"eclipse-{n}" for n in range(6))
    site.write(curation=f"- {{query: eclipse, hide: [{hidden}]}}")
    assert site.search("eclipes").did_you_mean is None


@pytest.mark.parametrize(
    "query", ["chip news -part", "chip OR news", "title:chip news", "chip new*"]
)
def test_a_query_with_syntax_is_not_the_editors(site: Desk, query: str) -> None:
    site.write(curation=PINS)
    assert not any(hit.pinned for hit in site.search(query).hits)


def test_articles_that_are_not_live_or_not_there_are_passed_over(site: Desk) -> None:
    site.write(curation="- {query: chip, pin: [far, nowhere, other], hide: [gone], boost: {no: 2}}")
    result = site.search("chip", size=20)
    assert result.hits[0].id == "other" and result.total == 13


def test_a_pin_answers_a_query_that_finds_nothing_else(site: Desk) -> None:
    site.write(curation="- {query: [qqqq, nuws], pin: other}")
    for query in ("qqqq", "nuws"):
        result = site.search(query)
        assert ([hit.id for hit in result.hits], result.total) == (["other"], 1)
        assert (result.corrected, result.relaxed, result.did_you_mean) == (None, False, None)


def test_the_corrected_query_has_the_editors_answer(site: Desk) -> None:
    site.write(curation=PINS)
    result = site.search("chipp news")
    assert result.corrected == "chip news" and result.hits[0].id == "other"


def test_a_pin_begins_and_ends_on_time_and_the_stamp_changes_with_it(site: Desk) -> None:
    rule = "- {query: chip, pin: other, from: 2021-06-10, until: 2021-06-20}"
    stamps = []
    for day, pinned in ((9, False), (10, True), (20, True), (21, False)):
        site.write(curation=rule, now=NOW.replace(day=day, hour=12))
        assert any(hit.pinned for hit in site.search("chip").hits) is pinned
        stamps.append(site.engine.stamp()[-2:])
    assert stamps[0] != stamps[1] == stamps[2] != stamps[3]


def test_a_running_engine_follows_the_files(site: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = site.engine.stamp()
    assert site.ids("nyc") == ["nyc"]
    site.settings.synonyms.write_text(SYNONYMS)
    assert reindex(site.settings).status == "unchanged"
    assert site.ids("nyc") == ["nyc", "york"]
    assert site.engine.stamp() != before
    monkeypatch.setattr(watcher, "LOOK_SECONDS", 0.0)
    site.settings.synonyms.write_text("- [nyc")
    assert site.ids("nyc") == ["nyc", "york"]
    site.settings.synonyms.unlink()
    assert site.ids("nyc") == ["nyc"]


def test_a_reindex_tells_what_is_wrong_and_publishes(site: Desk) -> None:
    site.settings.curation.write_text("- query: a\n- {query: b, pin: x}\n")
    report = reindex(site.settings)
    assert report.status == "unchanged"
    (fault,) = report.to_json()["editors"]
    assert (fault["path"], fault["line"]) == (str(site.settings.curation), 1)
