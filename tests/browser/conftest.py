"""A real browser, and what it opens."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings
from tests.browser.newsroom import Newsroom, newsroom, watched
from tests.browser.packages import npm_file
from tests.conftest import ROOT
from tests.web.conftest import ARTICLES
from tests.web.fake_engine import FakeEngine

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update"]
_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>'
_TELL_OF_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`${event.violatedDirective} refuses ${event.blockedURI}`))"""
_RULES = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright_api = pytest.importorskip(
        "playwright.sync_api", reason="needs Playwright: pip install '.[browser]'"
    )
    if CHROMIUM is None:
        pytest.skip("needs Chromium on the PATH or in CHROMIUM")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Newsroom]:
    """A site whose service answers from memory."""
    with newsroom(FakeEngine(list(ARTICLES))) as site:
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


Opened = Callable[..., Any]


@pytest.fixture
def opened(browser: Any) -> Iterator[Opened]:
    """Opens pages that fail the test for console errors, refused content and foreign requests.

    `opened(url, java_script_enabled=False, color_scheme="dark", hosts=("pictures.example",))`: what
    Playwright's contexts take, and hosts that may be asked for pictures; they get an empty one.
    A page's `complaints` may be cleared by a test that expects some.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def note(message: Any) -> None:
        # Werkzeug's server loses a connection now and then; that is no fault of the page.
        if not re.search("ERR_CONNECTION_RESET|ERR_SOCKET_NOT_CONNECTED", message.text):
            complaints.append(message.text)

    def open_page(url: str, hosts: tuple[str, ...] = (), **options: Any) -> Any:
        context = browser.new_context(**options)
        contexts.append(context)

        def check(request: Any) -> None:
            if urlsplit(request.url).hostname not in ("127.0.0.1", *hosts):
                complaints.append(f"asked {request.url}")

        for host in hosts:
            context.route(
                f"*://{host}/**",
                lambda route: route.fulfill(content_type="image/svg+xml", body=_PICTURE),
            )
        context.add_init_script(_TELL_OF_VIOLATIONS)
        page = context.new_page()
        page.complaints = complaints
        page.on("request", check)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an index of the demonstration articles."""
    index = tmp_path_factory.mktemp("demonstration") / "index"
    settings = replace(Settings(), corpus=ROOT / "corpus", index=index)
    assert reindex(settings).status == "published"
    return settings


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], list[str]]:
    """What axe-core finds wrong with a page, shadow roots included: `axe(page) == []`."""
    source = npm_file("axe-core/axe.min.js").read_text("utf-8")

    def violations(page: Any) -> list[str]:
        page.evaluate(source)
        found: list[str] = page.evaluate(_RULES)
        return found

    return violations
