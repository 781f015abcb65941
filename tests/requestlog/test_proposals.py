"""Synonyms proposed: from corrections, and from what was asked anew soon after in other words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.editorial import synonyms
from searchsvc.requestlog import LogEntry, Proposals
from searchsvc.requestlog.proposals import MAX_RECENT
from tests.requestlog.entries import corrected, searched

Pairs = dict[tuple[str, str], int]


def _found(*entries: LogEntry, least: int = 1) -> Pairs:
    proposals = Proposals()
    for entry in entries:
        proposals.add(entry)
    return {(one.source, one.target): one.times for one in proposals.found(least)}


def test_a_correction_that_answered_proposes_the_words_it_replaced() -> None:
    assert _found(corrected("nvidia gforce price", "nvidia geforce price")) == {
        ("gforce", "geforce"): 1
    }
    assert _found(corrected("suprcomputer in azur", "supercomputer in azure")) == {
        ("suprcomputer", "supercomputer"): 1,
        ("azur", "azure"): 1,
    }


def test_a_correction_that_found_nothing_either_proposes_nothing() -> None:
    assert _found(corrected("gforce", "geforce", total=0)) == {}


def test_a_search_soon_after_with_the_same_words_but_some_proposes_them() -> None:
    pairs = _found(searched("gpu shortage", 0), searched("graphics card shortage", seconds=30))
    assert pairs == {("gpu", "graphics card"): 1}


@pytest.mark.parametrize(("before", "after"), [("new york", "newyork"), ("metoo", "me too")])
def test_the_same_letters_are_the_same_words(before: str, after: str) -> None:
    assert _found(searched(before, 0), searched(after, seconds=5)) == {(before, after): 1}


@pytest.mark.parametrize(
    "second",
    [
        searched("graphics card shortage", seconds=121),
        searched("graphics card shortage", 0, seconds=5),
        searched("weather tomorrow", seconds=5),
        searched("gpu", seconds=5),
        searched("gpu shortage news", seconds=5),
        searched("graphics card shortage", seconds=5, page=2),
        searched("graphics card sho", seconds=5, typing=True),
        searched('"graphics card" shortage', seconds=5),
        searched("one two three four five shortage", seconds=5),
        searched("GPU shortage", seconds=5),
    ],
)
def test_other_searches_propose_nothing(second: LogEntry) -> None:
    assert _found(searched("gpu shortage", 0), second) == {}


def test_what_one_search_answers_the_next_does_not() -> None:
    pairs = _found(
        searched("gpu shortage", 0),
        searched("graphics card shortage", seconds=5),
        searched("chip shortage", seconds=9),
    )
    assert pairs == {("gpu", "graphics card"): 1}


def test_lines_of_several_workers_may_be_a_little_out_of_order() -> None:
    pairs = _found(searched("gpu shortage", 0, seconds=1), searched("chip shortage", seconds=0))
    assert pairs == {("gpu", "chip"): 1}


def test_only_what_is_seen_often_enough_is_proposed_the_most_often_first() -> None:
    entries = [corrected("gforce", "geforce")] * 2 + [corrected("chps", "chips")] * 3
    entries += [corrected("once", "ounce")]
    assert list(_found(*entries, least=2)) == [("chps", "chips"), ("gforce", "geforce")]


def test_a_line_tells_why() -> None:
    proposals = Proposals()
    for entry in (
        corrected("gforce price", "geforce price"),
        searched("gforce test", 0),
        searched("geforce test", seconds=1),
        searched("gforce driver", 0, seconds=2),
        searched("geforce driver", seconds=3),
    ):
        proposals.add(entry)
    (proposal,) = proposals.found(1)
    assert proposal.line() == "- {from: gforce, to: [geforce]}  # 1 corrected, 2 later searches"


WORDS = st.text(max_size=12) | st.sampled_from(["no", "~", "null", "1e3", "don't", "c++", "a#b"])
QUERIES = st.lists(WORDS, max_size=4).map(" ".join)


@settings(max_examples=300)
@given(st.lists(st.tuples(QUERIES, QUERIES, st.integers(0, 1), st.booleans()), max_size=6))
def test_whatever_is_searched_for_the_lines_are_right_in_the_editors_file(
    searches: list[tuple[str, str, int, bool]],
) -> None:
    proposals = Proposals()
    for query, other, total, is_corrected in searches:
        proposals.add(corrected(query, other) if is_corrected else searched(query, total))
    found = proposals.found(1)
    content = "".join(f"{one.line()}\n" for one in found)
    read, faults = synonyms.parse(content.encode("utf-8", "surrogatepass"), "synonyms.yaml")
    assert faults == []
    assert bool(read.others) == bool(found)


def test_memory_is_bounded() -> None:
    proposals = Proposals(max_pairs=10)
    for _ in range(3):
        proposals.add(corrected("gforce", "geforce"))
    for number in range(100):
        proposals.add(corrected(f"x{number}y", f"z{number}y"))
    assert len(proposals.found(1)) <= 10
    assert proposals.found(2)[0].source == "gforce"
    for number in range(2 * MAX_RECENT):
        proposals.add(searched(f"nothing {number}", 0))
    assert len(proposals._recent) == MAX_RECENT
