"""The examples of docs/search-box.md, pasted into a site as they stand, and pictures of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from searchsvc.settings import Settings
from tests.browser.newsroom import DOCUMENT, INSTANTSEARCH, Newsroom, example, newsroom

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(demonstration: Settings) -> Iterator[Newsroom]:
    with newsroom(settings=demonstration) as site:
        site.vendored = {"vendor/instantsearch.js": INSTANTSEARCH}
        yield site


def test_every_example_runs_here() -> None:
    assert DOCUMENT.count("```html") == 4  # as many as there are tests of one below
    assert DOCUMENT.count("```http\nContent-Security-Policy: default-src 'none'") == 4


def test_the_plain_form(page: Any, site: Newsroom) -> None:
    page.goto(example(site, "A plain form"))
    page.get_by_role("searchbox", name="Search the news").fill("supercomputer")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url(f"{site.service}/?q=supercomputer&topic=AI")
    assert page.locator("article").count() > 0


def test_the_component(page: Any, site: Newsroom) -> None:
    page.goto(example(site, "The web component"))
    box = page.get_by_role("combobox", name="Search the news")
    assert page.locator("news-search").bounding_box()["height"] == 48
    box.press_sequentially("super")
    page.get_by_role("option").first.wait_for()
    box.press("ArrowDown")
    text = page.locator("[role=option][aria-selected=true]").inner_text()
    box.press("Enter")
    page.wait_for_url(f"{site.service}/?q=*")
    assert text in page.title()


def test_the_themed_component(page: Any, site: Newsroom) -> None:
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


def test_the_instantsearch_page(page: Any, site: Newsroom) -> None:
    page.goto(example(site, "InstantSearch and Autocomplete"))
    page.locator("#box input").fill("supercomputer")
    page.locator("#hits mark").first.wait_for()
    assert "Microsoft builds a supercomputer in Azure" in page.locator("#hits").inner_text()


@pytest.mark.parametrize(
    ("name", "heading", "size", "scheme"),
    [
        ("search-box.png", "The web component", (690, 610), "light"),
        ("search-box-dark.png", "The web component", (690, 610), "dark"),
        ("search-box-narrow.png", "The web component", (360, 660), "light"),
        ("search-box-themed.png", "Themes", (690, 610), "light"),
    ],
)
def test_the_pictures_in_the_document(
    browser: Any,
    site: Newsroom,
    tmp_path: Path,
    name: str,
    heading: str,
    size: tuple[int, int],
    scheme: str,
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    page = browser.new_page(color_scheme=scheme, viewport=viewport)
    address = example(site, heading)
    site.policy = None  # of the page around the box, which is only for the picture
    page.goto(address)
    page.add_style_tag(content=":root { color-scheme: light dark; font-family: sans-serif; }")
    box = page.get_by_role("combobox")
    box.press_sequentially("super")
    page.get_by_role("option").first.wait_for()
    box.press("ArrowDown")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture = Path(os.environ.get("SCREENSHOTS") or tmp_path) / name
    page.screenshot(path=picture)
    assert picture.stat().st_size < 100_000
    assert f"screenshots/{name}" in DOCUMENT
    page.close()
