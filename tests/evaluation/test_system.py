"""The live index as other settings would have it answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from searchsvc.engine import Engine
from searchsvc.errors import NoIndex
from searchsvc.evaluation import Judgements, System, tune
from searchsvc.evaluation.tuning import halves
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings

Write = Callable[..., Path]
Indexed = Callable[..., Engine]


def word(number: int) -> str:
    """One that only two articles have."""
    return "zo" + "abc"[number // 10] + "bcdfghklmn"[number % 10]


@pytest.fixture
def trams(write: Write, indexed: Indexed) -> Engine:
    for number in range(30):
        write(f"in-title-{number}", title=f"Tram {word(number)} today", excerpt="New.")
        write(
            f"in-excerpt-{number}",
            title="Some more notes",
            excerpt=f"Tram: {word(number)}, {word(number)}.",
        )
    return indexed()


def test_it_ranks_as_the_engine_does(trams: Engine, settings: Settings) -> None:
    hits = trams.search(SearchRequest("tram", size=60)).hits
    ranked = System(settings).rank({"1": "tram", "2": "zeppelin"}, settings)
    assert ranked == {"1": [hit.id for hit in hits], "2": []}
    assert System(settings).rank({"1": "tram"}, settings, depth=5)["1"] == ranked["1"][:5]


def test_other_boosts_count_as_the_next_reindex_would_make_them(
    trams: Engine, indexed: Indexed, settings: Settings
) -> None:
    changed = replace(settings, boost_title=0.2, boost_excerpt=3.0)
    ranked = System(settings).rank({"1": word(7)}, changed)["1"]
    assert ranked[0] == "in-excerpt-7"
    rebuilt = indexed(boost_title=0.2, boost_excerpt=3.0)
    assert [hit.id for hit in rebuilt.search(SearchRequest(word(7), size=100)).hits] == ranked


def test_editors_files_are_part_of_it(trams: Engine, settings: Settings, tmp_path: Path) -> None:
    words = tmp_path / "words.yaml"
    words.write_text("- [streetcar, tram]\n", "utf-8")
    changed = replace(settings, synonyms=words)
    assert len(System(settings).rank({"1": "streetcar"}, changed)["1"]) == 60


def test_there_has_to_be_an_index(settings: Settings) -> None:
    with pytest.raises(NoIndex, match="searchsvc reindex"):
        System(settings)


def judged(name: str) -> Judgements:
    queries = {str(number): word(number) for number in range(30)}
    return Judgements(queries, {query: {f"{name}-{query}": 1} for query in queries})


def test_tuning_finds_what_both_halves_gain_by(trams: Engine, settings: Settings) -> None:
    tuned = tune(System(settings), judged("in-excerpt"), replace(settings, boost_title=4.0))
    assert tuned.is_accepted and tuned.changed
    assert tuned.seen[1] > tuned.seen[0] and tuned.unseen[1] > tuned.unseen[0]


def test_what_is_right_already_stays(trams: Engine, settings: Settings) -> None:
    tuned = tune(System(settings), judged("in-title"), replace(settings, boost_title=4.0))
    assert not tuned.is_accepted and tuned.changed == {}


def test_halves_are_the_same_each_time_and_share_no_query() -> None:
    one, other = halves(judged("in-title"))
    assert not one.queries.keys() & other.queries.keys()
    assert len(one.queries) == len(other.queries) == 15
    assert halves(judged("in-title")) == (one, other)
