"""What a cluster does otherwise than the engine in the process, as docs/cluster.md has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from searchsvc.engine import Engine, open_engine
from searchsvc.engine.opensearch import live_index
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest, expansions
from searchsvc.settings import Settings
from tests.conftest import Write
from tests.opensearch.cluster import drop, in_cluster

pytestmark = pytest.mark.opensearch


@pytest.fixture
def both(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[Engine, Engine]]]:
    """Both engines over the corpus: the one in the process, and the cluster."""
    monkeypatch.setattr(live_index, "LOOK_SECONDS", 0.0)
    placed = replace(in_cluster(settings), index=tmp_path / "cluster")
    opened: list[Engine] = []

    def open_both(**changes: Any) -> tuple[Engine, Engine]:
        for each in (settings, placed):
            each = replace(each, **changes)
            assert reindex(each).status != "refused"
            opened.append(open_engine(each))
        return opened[-2], opened[-1]

    yield open_both
    for engine in opened:
        engine.close()
    drop(placed)


def test_boosts_have_two_decimals(settings: Settings, write: Write) -> None:
    write("a", title="Storm")
    report = reindex(replace(in_cluster(settings), boost_title=1.2345))
    assert report.status == "refused" and "two decimals" in (report.reason or "")


def test_a_pattern_stands_for_all_words_that_fit(
    both: Callable[..., tuple[Engine, Engine]], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for word in ("super", "spur", "spider"):
        write(word, title=f"A {word}")
    process, cluster = both()
    monkeypatch.setattr(expansions, "MAX_EXPANSIONS", 1)
    assert process.search(SearchRequest("s*p*r*")).partial
    answer = cluster.search(SearchRequest("s*p*r*"))
    assert (answer.partial, answer.total) == (False, 3)


def test_nearly_equal_texts_alone_tie_nothing(
    both: Callable[..., tuple[Engine, Engine]], write: Write
) -> None:
    text = "Rescuers in Ravenna pulled eleven villagers from flooded cellars before dawn on Tuesday"
    for number in range(2):
        date = f"2021-01-01T0{number}:00:00Z"
        title = f"Ravenna flood rescue {'goes on' * number}"
        write(f"a{number}", title=title, excerpt=text, publishedDateTime=date)
    for number in range(20):
        write(f"b{number}", title=f"Other news number {number}")
    process, cluster = both()
    request = SearchRequest("ravenna", collapse="story")
    assert (process.search(request).total, cluster.search(request).total) == (1, 2)


def test_names_are_learned_with_a_full_run(
    both: Callable[..., tuple[Engine, Engine]], settings: Settings, write: Write
) -> None:
    write("plain", title="Harry", excerpt="they were harried, harry and harries")
    process, cluster = both()
    told = "Yesterday the senator met Harris and said that harry was hurrying to see davies today"
    for number in range(12):
        write(f"n{number}", title="News", excerpt=f"{told} number {number}")
    process, cluster = both()
    finds = [engine.search(SearchRequest("harris", size=50)).total for engine in (process, cluster)]
    assert finds[0] == 12 < finds[1]


def test_scores_are_those_of_the_process_but_for_lengths(
    both: Callable[..., tuple[Engine, Engine]], write: Write
) -> None:
    for number in range(12):
        title = " ".join(["storm", *(f"word{n}" for n in range(number))])
        write(f"a{number}", title=title, quality=number, heat=90 - number)
    process, cluster = both(boost_body=0.0, boost_title=1.0, boost_topics=1.0)
    one, other = (e.search(SearchRequest("storm", size=50)) for e in (process, cluster))
    assert [hit.id for hit in one.hits] == [hit.id for hit in other.hits]
    # So short lengths are exact in a byte as well.
    scores = [hit.score for hit in other.hits]
    assert scores == pytest.approx([hit.score for hit in one.hits], rel=1e-3)
