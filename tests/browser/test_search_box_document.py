"""The examples of docs/search-box.md, pasted into a site as they stand, and pictures of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searchsvc.settings import Settings
from tests.browser.newsroom import DOCUMENT, INSTANTSEARCH, Newsroom, example, newsroom, watched

pytestmark = pytest.mark.browser

SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""A folder for the pictures; they are taken in any case."""


@pytest.fixture(scope="module")
def site(demonstration: Settings) -> Iterator[Newsroom]:
    with newsroom(settings=demonstration) as site:
        site.policy = None  # the examples hold styles and scripts, to be read in one piece
        site.vendored = {"vendor/instantsearch.js": INSTANTSEARCH}
        yield site


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1000, "height": 760})
    yield page
    page.close()


@pytest.fixture
def page(tab: Any) -> Iterator[Any]:
    with watched(tab) as page:
        yield page


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Any, str], None]:
    folder = Path(SCREENSHOTS) if SCREENSHOTS else tmp_path

    def take(page: Any, name: str) -> None:
        page.wait_for_timeout(200)
        assert page.screenshot(path=folder / f"search-box-{name}.png")

    return take


def test_every_example_runs_here() -> None:
    assert DOCUMENT.count("```html") == 4  # as many as there are tests of one below


def test_the_plain_form(page: Any, site: Newsroom, picture: Callable[[Any, str], None]) -> None:
    page.goto(example(site, "A plain form"))
    picture(page, "plain")
    page.get_by_role("searchbox", name="Search the news").fill("supercomputer")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url(f"{site.service}/?q=supercomputer&topic=AI")
    assert page.locator("article").count() > 0


def test_the_component(page: Any, site: Newsroom, picture: Callable[[Any, str], None]) -> None:
    page.goto(example(site, "The web component"))
    box = page.get_by_role("combobox", name="Search the news")
    assert page.locator("news-search").bounding_box()["height"] == 48
    picture(page, "closed")
    box.press_sequentially("super")
    page.get_by_role("option").first.wait_for()
    box.press("ArrowDown")
    picture(page, "open")
    text = page.locator("[role=option][aria-selected=true]").inner_text()
    box.press("Enter")
    page.wait_for_url(f"{site.service}/?q=*")
    assert text in page.title()


@pytest.mark.parametrize(("scheme", "width"), [("dark", 1000), ("light", 360)])
def test_pictures_of_it_dark_and_narrow(
    browser: Any, site: Newsroom, picture: Callable[[Any, str], None], scheme: str, width: int
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 760})
    page.goto(example(site, "The web component"))
    page.add_style_tag(content=":root { color-scheme: light dark; }")
    box = page.get_by_role("combobox")
    box.press_sequentially("super")
    page.get_by_role("option").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, "dark" if scheme == "dark" else "narrow")
    page.close()


def test_the_themed_component(
    page: Any, site: Newsroom, picture: Callable[[Any, str], None]
) -> None:
    page.goto(example(site, "Themes"))
    box = page.get_by_role("combobox")
    box.wait_for()
    page.keyboard.press("/")
    assert box.evaluate("input => input.matches(':focus')")
    page.keyboard.type("super")
    page.get_by_role("group", name="Stories").wait_for()
    family, colour = page.evaluate(
        """() => {
            const root = document.querySelector("news-search").shadowRoot;
            const style = (selector) => getComputedStyle(root.querySelector(selector));
            return [style("input").fontFamily, style(".submit").backgroundColor];
        }"""
    )
    assert "Georgia" in family and colour == "rgb(154, 52, 18)"
    box.press("ArrowDown")
    picture(page, "themed")


def test_the_instantsearch_page(
    page: Any, site: Newsroom, picture: Callable[[Any, str], None]
) -> None:
    page.goto(example(site, "InstantSearch and Autocomplete"))
    page.locator("#box input").fill("supercomputer")
    page.locator("#hits mark").first.wait_for()
    picture(page, "instantsearch")
    assert "Microsoft builds a supercomputer in Azure" in page.locator("#hits").inner_text()
