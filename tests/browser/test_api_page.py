"""The page of the API in a real browser: nothing is refused, its forms ask, nobody is shut out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.browser.conftest import Opened
from tests.serving import serving
from tests.web.conftest import ARTICLES
from tests.web.fake_engine import FakeEngine


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(create_app(Settings(), FakeEngine(list(ARTICLES)))) as url:
        yield url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "narrow"])
def test_it_is_whole_and_shuts_nobody_out(
    opened: Opened, axe: Callable[[Any], list[str]], url: str, width: int, scheme: str
) -> None:
    viewport = {"width": width, "height": 900}
    page = opened(f"{url}/docs", color_scheme=scheme, viewport=viewport)
    assert page.get_by_role("heading", name="/search", exact=True).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []


def test_a_form_asks_without_any_script(opened: Opened, url: str) -> None:
    page = opened(f"{url}/docs", java_script_enabled=False)
    form = page.locator("#search form")
    form.get_by_label("q", exact=True).fill("fugaku")
    form.get_by_label("sort").select_option("newest")
    with page.expect_navigation() as navigation:
        form.get_by_role("button").click()
    answer = navigation.value
    assert answer.status == 200 and answer.json()["total"] == 1
