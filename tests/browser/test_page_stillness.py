"""Nothing on the page moves when its scripts come, however late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.serving import serving

pytestmark = pytest.mark.browser

_NOTE_SHIFTS = """window.shifts = [];
    new PerformanceObserver((list) => shifts.push(...list.getEntries().map(
        entry => [entry.value, ...entry.sources.map(source => String(source.node?.className))])))
    .observe({type: "layout-shift", buffered: true});"""
_IS_STYLED = (
    """() => [...document.querySelectorAll("link[rel=stylesheet]")].every(link => link.sheet)"""
)
_PLACES = """() => [...document.querySelectorAll("header, main, h1, h2, form, article, footer")]
    .filter(element => element.checkVisibility())
    .map(element => element.getBoundingClientRect())
    .map(box => [box.x, box.y, box.width, box.height])"""


@pytest.fixture(scope="module")
def url(demonstration: Settings) -> Iterator[str]:
    with serving(create_app(demonstration)) as url:
        yield url


@pytest.mark.parametrize("width", [390, 800, 1280])
@pytest.mark.parametrize("path", ["/", "/?q=supercomputer", "/?q=zzzzz"])
def test_nothing_moves_when_the_scripts_come(browser: Any, url: str, path: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    held: list[Any] = []
    is_held = True
    page.route("**/*.js*", lambda route: held.append(route) if is_held else route.continue_())
    page.add_init_script(_NOTE_SHIFTS)
    page.goto(url + path, wait_until="commit")
    page.locator("footer").wait_for(state="attached")
    page.get_by_role("searchbox").first.wait_for()
    page.wait_for_function(_IS_STYLED)  # before that no reader sees anything of the page
    page.wait_for_timeout(100)
    before = page.evaluate(_PLACES)
    assert len(before) > 4 and held
    is_held = False
    for route in held:
        route.continue_()
    page.get_by_role("combobox").first.wait_for()
    page.wait_for_timeout(150)
    assert page.evaluate(_PLACES) == before
    assert page.evaluate("shifts") == []
    page.close()
