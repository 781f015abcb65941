"""curation.yaml: what holds for a query at a time, and what is wrong with a file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from searchsvc.editorial import curation
from searchsvc.editorial.curation import Chosen, Curation


def parsed(text: str) -> Curation:
    rules, faults = curation.parse(text.encode(), "curation.yaml")
    assert not faults
    return rules


def at(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp()  # type: ignore[misc, arg-type]


NOW = at(2021, 6, 15)


def test_a_query_is_known_by_its_words_whatever_their_case_and_signs() -> None:
    rules = parsed("- query: [“Chip” Shortage, chips]\n  pin: [a, b]\n  hide: c\n")
    chosen = Chosen(("a", "b"), frozenset("c"), {})
    for query in ("chip shortage", "CHIP  shortage!", '"chip shortage"', "Chips"):
        assert rules.chosen(query, NOW) == chosen
    for query in ("shortage chip", "chip", "chip shortage now", ""):
        assert rules.chosen(query, NOW) is None


def test_boosts_may_be_a_mapping_or_a_list_with_times() -> None:
    rules = parsed(
        "- query: a\n  boost: {x: 2, y: .5}\n- query: a\n  boost: [{id: z, factor: 3}]\n"
    )
    chosen = rules.chosen("a", NOW)
    assert chosen and chosen.boosts == {"x": 2.0, "y": 0.5, "z": 3.0}


def test_several_rules_of_one_query_add_up_within_the_bounds_and_hiding_wins() -> None:
    rules = parsed(
        "- {query: a, pin: [x, y], boost: {z: 9}}\n- {query: a, pin: [y, w], boost: {z: 9}}\n"
        "- {query: a, hide: x}\n"
    )
    assert rules.chosen("a", NOW) == Chosen(("y", "w"), frozenset("x"), {"z": 10.0})


@pytest.mark.parametrize(
    ("now", "pins"),
    [
        (at(2021, 5, 31, 23, 59, 59), ()),
        (at(2021, 6, 1), ("a", "b")),
        (at(2021, 6, 10, 12, 0, 0), ("a", "b")),
        (at(2021, 6, 10, 12, 0, 1), ("a",)),
        (at(2021, 6, 30, 23, 59, 59) + 0.9, ("a",)),
        (at(2021, 7, 1), ()),
    ],
)
def test_times_hold_from_their_first_to_their_last_second(
    now: float, pins: tuple[str, ...]
) -> None:
    rules = parsed(
        "- query: q\n  from: 2021-06\n  until: 2021-06-30\n"
        "  pin: [a, {id: b, from: 2020, until: 2021-06-10T14:00:00+02:00}]\n"
    )
    chosen = rules.chosen("q", now)
    assert (chosen.pinned if chosen else ()) == pins


def test_a_period_changes_whenever_something_begins_or_ends() -> None:
    rules = parsed("- {query: q, pin: a, from: 2021-06-01, until: 2021-06-30}\n")
    begin, end = at(2021, 6, 1), at(2021, 7, 1)
    periods = [rules.period(now) for now in (begin - 1, begin, end - 1, end)]
    assert periods[0] != periods[1] == periods[2] != periods[3]
    assert Curation().period(NOW) == Curation().period(0)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("- pin: a", 1, "no `query`"),
        ("- query: a", 1, "nothing to `pin`, `hide` or `boost`"),
        ("- query: a\n  pin:\n", 1, "nothing to `pin`"),
        ("- query: '?!'\n  pin: a", 1, "there is no word in `?!`"),
        ("- query: []\n  pin: a", 1, "0 queries"),
        ("- query: a\n  pinn: b", 2, "`pinn` is none of query, pin"),
        ("- query: a\n  pin: [b,\n    b]", 3, "`b` is there twice"),
        ("- query: a\n  pin: b\n  hide: b", 2, "`b` is hidden here as well"),
        ("- query: a\n  pin: ['']", 2, "an empty id"),
        ("- query: a\n  pin: [{from: 2020}]", 2, "no `id`"),
        ("- query: a\n  pin: [[b]]", 2, "a list where a text is needed"),
        (f"- query: a\n  pin: [{', '.join('bcdefghijkl')}]", 2, "more than 10 articles"),
        ("- query: a\n  boost: {b: 11}", 2, "boost takes a number from 0.1 to 10, got `11`"),
        ("- query: a\n  boost: {b: nan}", 2, "boost takes"),
        ("- query: a\n  boost: [b]", 2, "text where `key: value` lines"),
        ("- query: a\n  boost: [{id: b}]", 2, "no `factor`"),
        ("- query: a\n  boost: b", 2, "text where a list is needed"),
        ("- query: a\n  pin: b\n  from: soon", 3, "not a time"),
        ("- query: a\n  pin: b\n  from: 2021\n  until: 2020", 4, "`until` is before `from`"),
        ("- a", 1, "text where `key: value` lines"),
    ],
)
def test_a_fault_is_told_with_its_line_and_nothing_of_the_file_counts(
    text: str, line: int, reason: str
) -> None:
    rules, faults = curation.parse(f"{text}\n- query: fine\n  pin: x\n".encode(), "c.yaml")
    assert rules == Curation()
    (fault,) = faults
    assert (fault.path, fault.line) == ("c.yaml", line)
    assert fault.reason.startswith(reason)
