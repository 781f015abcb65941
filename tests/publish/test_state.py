"""What the last run found is kept exactly, compared exactly, and not believed once damaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.articles.corpus import FileReading
from searchsvc.articles.listing import CorpusFile, Listing, Outcome
from searchsvc.publish.changes import compare
from searchsvc.publish.generations import STATE
from searchsvc.publish.state import CorpusState, FileState

NOW = 1_000
OUTCOMES = [outcome for outcome in Outcome if outcome is not Outcome.UNREADABLE]

_DIGESTS = st.sampled_from(
    ["a" * 32 + "/None/1", "a" * 32 + "/None/2", "b" * 32 + "/-2147483647/9"]
)


@st.composite
def files(draw: st.DrawFn) -> list[FileState]:
    """Of few paths: two lists have files and ids in common. Each id is published once."""
    paths = sorted(draw(st.sets(st.sampled_from(["a.md", "a.txt", "b/é.md", "b/é.txt", "c.md"]))))
    found: list[FileState] = []
    for path in paths:
        outcome = draw(st.sampled_from(OUTCOMES))
        state = FileState(path, draw(st.integers(-1, 2)), draw(st.integers(0, 2)), outcome)
        if outcome is Outcome.REJECTED:
            line = draw(st.one_of(st.none(), st.just(3)))
            state = replace(state, line=line, reason="no title\0é")
        elif outcome is Outcome.PUBLISHED and all(
            state.id != other.id for other in found if other.outcome is Outcome.PUBLISHED
        ):
            date = draw(st.sampled_from([None, 0, NOW - 1, NOW + 1]))
            state = replace(state, digest=draw(_DIGESTS), date=date)
        elif outcome is Outcome.PUBLISHED:
            state = replace(state, outcome=Outcome.UNPUBLISHED)
        found.append(state)
    return found


@given(files())
def test_every_file_is_kept_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, found: list[FileState]
) -> None:
    folder = tmp_path_factory.mktemp("state")
    CorpusState.of(found).save(folder)
    loaded = CorpusState.load(folder)
    assert loaded == CorpusState.of(found)
    assert list(loaded or ()) == found


def test_a_damaged_state_is_none(tmp_path: Path) -> None:
    CorpusState.of([FileState("a.md", 1, 2, Outcome.PUBLISHED, "d" * 32, 3)]).save(tmp_path)
    whole = (tmp_path / STATE).read_bytes()
    assert CorpusState.load(tmp_path) is not None
    place = whole.index(b"dddd")
    for damaged in (b"", whole[:-9], whole[:place] + b"e" + whole[place + 1 :], b"[]"):
        (tmp_path / STATE).write_bytes(damaged)
        assert CorpusState.load(tmp_path) is None
    (tmp_path / STATE).unlink()
    assert CorpusState.load(tmp_path) is None


@given(files(), files())
def test_a_file_is_the_same_by_path_size_and_time(
    before: list[FileState], after: list[FileState]
) -> None:
    state = CorpusState.of(before)
    faults = {0: "a fault"} if after and after[0].reason else {}
    listing = Listing(
        [file.path for file in after],
        [file.size for file in after],
        [file.modified for file in after],
        faults,
    )
    places = state.places_of(listing.paths)
    known = {(file.path, file.size, file.modified) for file in before}
    assert state.are_same(places, listing).tolist() == [
        (file.path, file.size, file.modified) in known and place not in faults
        for place, file in enumerate(after)
    ]
    kept = {place: file for place, file in enumerate(after) if places[place] < 0 or place % 2}
    renewed = state.renewed(listing.paths, places, kept)
    assert list(renewed) == [
        file if place in kept else state[int(places[place])] for place, file in enumerate(after)
    ]


@pytest.mark.parametrize(("seconds", "size"), [(0, -1), (1.9, -1), (2.1, 7)])
def test_a_file_read_soon_after_its_change_is_read_again(seconds: float, size: int) -> None:
    file = CorpusFile("a.md", 7, modified=10**18)
    reading = FileReading(file, Outcome.UNPUBLISHED, read_at=10**18 + int(seconds * 1e9))
    assert FileState.of(reading).size == size


def _live(found: Sequence[FileState]) -> dict[str, str | None]:
    return {
        file.id: file.digest
        for file in found
        if file.outcome is Outcome.PUBLISHED and (file.date is None or file.date <= NOW)
    }


@given(files(), files())
def test_two_runs_are_compared_article_by_article(
    before: list[FileState], after: list[FileState]
) -> None:
    found = compare(CorpusState.of(before), NOW, CorpusState.of(after), NOW)
    were, are = _live(before), _live(after)
    kept = were.keys() & are.keys()
    counts = found.counts
    assert counts.articles == len(are)
    assert counts.added == len(are.keys() - kept)
    assert counts.changed == sum(were[key] != are[key] for key in kept)
    assert counts.unchanged + counts.changed == len(kept)
    assert counts.removed == len(were.keys() - are.keys())
    assert counts.with_front_matter + counts.skipped == len(after)
    rejected = {file.id for file in after if file.outcome is Outcome.REJECTED}
    skipped = {file.id for file in after if file.outcome is Outcome.SKIPPED}
    there = {file.id for file in after if file.outcome is not Outcome.SKIPPED}
    emptied = (were.keys() - are.keys()) & skipped - there
    assert found.lost == tuple(sorted((were.keys() - are.keys()) & rejected | emptied))
    assert found.gone == len(were.keys() - are.keys() - there)
    assert found.emptied == len(emptied)
    assert {rejection.path for rejection in found.rejects} == {
        file.path for file in after if file.outcome is Outcome.REJECTED
    }
