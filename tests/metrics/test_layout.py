"""Where numbers stand: every request has a place, and nobody can make another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchsvc.metrics import UNMATCHED, Event, Layout, Level
from searchsvc.metrics.declarations import BUCKETS, OTHER, STATUSES

ROUTES = ("/search", "/", "/articles/<path:article_id>")
LAYOUT = Layout(ROUTES)


def _place_of(route: str, status: int) -> tuple[str, str]:
    cells = [0.0] * LAYOUT.cells
    cells[LAYOUT.timed(route, status)] = 1.0
    (timed,) = LAYOUT.read_timed(cells)
    return timed.route, timed.status


def test_a_request_is_at_its_route_and_status() -> None:
    assert _place_of("/search", 200) == ("/search", "200")
    assert _place_of("/", 503) == ("/", "503")


def test_an_unknown_status_or_route_is_one_of_few() -> None:
    assert _place_of("/search", 418) == ("/search", OTHER)
    assert _place_of("/never/seen", 404) == (UNMATCHED, "404")
    assert _place_of("/never/seen", 418) == (UNMATCHED, OTHER)


@given(st.text(), st.integers())
def test_no_request_makes_another_series(route: str, status: int) -> None:
    found = _place_of(route, status)
    assert found[0] in (*ROUTES, UNMATCHED)
    assert found[1] in (*map(str, STATUSES), OTHER)


def test_no_two_numbers_share_a_cell() -> None:
    width = len(BUCKETS) + 2
    places = [*Level, *(LAYOUT.event(event) for event in Event)]
    for route in (*ROUTES, UNMATCHED):
        for status in (*STATUSES, 0):
            first = LAYOUT.timed(route, status)
            places += range(first, first + width)
    assert sorted(places) == list(range(LAYOUT.cells))


def test_layouts_of_the_same_routes_are_the_same_and_of_others_are_not() -> None:
    assert Layout(tuple(reversed(ROUTES))).digest == LAYOUT.digest
    assert Layout((*ROUTES, "/more")).digest != LAYOUT.digest
