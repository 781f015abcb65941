"""Each state of the page, light and dark, wide and narrow, looked at by axe-core."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from searchsvc.articles.article import Article, Image, Provider
from searchsvc.engine import Engine
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.browser.conftest import Opened
from tests.serving import serving
from tests.web.fake_engine import MOMENT, FakeEngine

pytestmark = pytest.mark.browser

SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""A folder that gets a picture of every state."""

_HEADLINES = [
    ("Old pipes lose a fifth of the city’s water", "Water", "Harbour Post"),
    ("Council votes to mend the pipes street by street", "Water", "Harbour Post"),
    ("Reservoirs are full again after the wettest winter in a century", "Climate", "Northern Wire"),
    ("A desalination plant that runs on the tide", "Energy", "Tidewater Review"),
    ("سد النهضة: ملء جديد للخزان", "Climate", "وكالة الدلتا"),
    ("Who owns the rain? A question of law that every dry summer asks again, and that no "
     "parliament has answered so far, although four of them have tried", "Law", "Northern Wire"),
]  # fmt: skip


def _articles() -> list[Article]:
    articles = [
        Article(
            f"water/{number}",
            title,
            f"{title}. What it means for those who pay for the water, who drink it, and who swim "
            "in what is left of it; and what the engineers say, who were never asked.",
            f"/water/{number}",
            published_at=MOMENT - timedelta(hours=7 * number**3),
            provider=Provider(provider, None),
            category="news" if number % 2 else "analysis",
            type="article",
            topics=(topic, "Rivers"),
            image=Image("/static/pictures/glacier.svg", 600, 400, None) if number % 3 else None,
        )
        for number, (title, topic, provider) in enumerate(_HEADLINES)
    ]
    again = [
        replace(articles[0], id=f"water/again/{number}", provider=Provider(name, None))
        for number, name in enumerate(["Tidewater Review", "Northern Wire", "The Weir", "Delta FM"])
    ]
    topics = [
        Article(f"topic/{number}", f"Water in brief, part {number}", topics=(f"Topic {number}",))
        for number in range(12)
    ]
    return [*articles, *again, *topics]


STATES: dict[str, tuple[str, dict[str, Any]]] = {
    "results": ("?q=water", {}),
    "newest": ("", {}),
    "every article": ("?q=water&collapse=none&size=5&page=2", {}),
    "filters": ("?q=water&topic=Rivers&provider=Harbour+Post&from=2020&to=2021-03", {}),
    "zero results": ("?q=zyzzyva&topic=Water", {}),
    "corrected": ("?q=watr", {"corrected": "water", "hits_of": "water"}),
    "relaxed": ("?q=water", {"relaxed": True, "did_you_mean": "weather"}),
    "past the end": ("?q=water&page=40", {}),
    "bad request": ("?q=water&size=nine&sort=best", {}),
    "not found": ("water/", {}),
}


class SpeltEngine(FakeEngine):
    """Answers a misspelt query with another's results."""

    def search(self, request: Any) -> Any:
        query = self.extra.pop("hits_of", None)
        return super().search(replace(request, query=query) if query else request)


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return SpeltEngine(_articles(), pinned=frozenset({"water/1"}))


@pytest.fixture(scope="module")
def url(engine: Engine) -> Iterator[str]:
    with serving(create_app(Settings(), engine)) as url:
        yield url


def check(page: Any, axe: Callable[[Any], list[str]], name: str) -> None:
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / f"{name.replace(' ', '-')}.png")
    assert axe(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "narrow"])
def test_no_state_of_the_page_shuts_anybody_out(
    opened: Opened,
    axe: Callable[[Any], list[str]],
    engine: FakeEngine,
    url: str,
    width: int,
    scheme: str,
) -> None:
    page = opened(url, color_scheme=scheme, viewport={"width": width, "height": 900})
    for name, (query, extra) in STATES.items():
        engine.extra = dict(extra)
        engine.generation = f"as in {name}"  # two states of one address are two pages
        page.goto(f"{url}/{query}")
        check(page, axe, f"{name} {width} {scheme}")
    engine.extra = {}
    engine.generation, generation = None, engine.generation
    page.goto(url)
    check(page, axe, f"no index {width} {scheme}")
    engine.generation = generation
    page.complaints.clear()  # the error pages' own statuses


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_can_be_opened_is_as_good(
    opened: Opened, axe: Callable[[Any], list[str]], url: str, scheme: str
) -> None:
    page = opened(f"{url}/?q=water", color_scheme=scheme, viewport={"width": 390, "height": 900})
    page.get_by_role("link", name="Filters").click()
    for summary in page.locator(".facets summary:visible").all():
        summary.click()
    check(page, axe, f"filters open 390 {scheme}")
    page.locator(".sheet-foot .close").click()
    for summary in page.locator("details:visible summary:visible").all():
        summary.click()
    check(page, axe, f"stories open 390 {scheme}")
    page.locator(".sorts summary").click()
    check(page, axe, f"sorts open 390 {scheme}")
    page.locator("[role=combobox]").fill("wat")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    check(page, axe, f"suggestions 390 {scheme}")
