"""The page as a reader sees it: a real browser, the demonstration articles, no JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from searchsvc.indexing.reindex import reindex
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.browser.conftest import serving
from tests.conftest import ROOT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = replace(
        Settings(), corpus=ROOT / "corpus", index=tmp_path_factory.mktemp("page") / "index"
    )
    assert reindex(settings).status == "published"
    with serving(create_app(settings)) as url:
        yield url


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page that fails the test for console errors, refused content and foreign requests."""
    context = browser.new_context(java_script_enabled=request.param)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("response", lambda got: complaints.append(got.url) if got.status >= 400 else None)
    page.on(
        "request",
        lambda sent: None if "127.0.0.1" in sent.url else complaints.append(sent.url),
    )
    yield page
    context.close()
    assert complaints == []


def test_a_search_typed_into_the_labelled_box_shows_the_supercomputer_first(
    page: Any, url: str
) -> None:
    page.goto(url)
    page.get_by_role("searchbox").fill("supercomputer")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=supercomputer**")
    first = page.locator("article").first
    assert "Microsoft builds a supercomputer in Azure" in first.inner_text()
    assert "Datawire" in first.inner_text() and "2020" in first.inner_text()
    assert first.locator("mark").first.inner_text() == "supercomputer"
    picture = first.locator("img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_paging_by_clicking_reaches_other_results(page: Any, url: str) -> None:
    page.goto(f"{url}/?q=supercomputer")
    before = page.locator("article h2, article h3").all_inner_texts()
    page.get_by_role("link", name="Next").first.click()
    page.wait_for_url("**page=2**")
    after = page.locator("article h2, article h3").all_inner_texts()
    assert after and not set(before) & set(after)


def test_a_search_without_results_says_so_and_helps(page: Any, url: str) -> None:
    page.goto(f"{url}/?q=zxqv")
    assert "zxqv" in page.locator("main").inner_text()
    assert page.get_by_role("link").count() > 1


def test_markup_in_articles_stays_text(page: Any, url: str) -> None:
    page.goto(f"{url}/?q=escaping")
    assert page.locator("article").count() > 0
    assert page.locator("article script, article iframe").count() == 0


@pytest.mark.parametrize("query", ["", "?q=supercomputer", "?q=zxqv", "?size=x"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(
    browser: Any, axe: Callable[[Any], list[str]], url: str, query: str, scheme: str
) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto(f"{url}/{query}")
    assert axe(page) == []
    page.close()
