"""Results as one types: the last words' results, whatever the answers do, and a right history."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from searchsvc.articles.article import Article
from searchsvc.search import SearchRequest, SearchResult
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.browser.conftest import ARGUMENTS, CHROMIUM, Opened
from tests.browser.test_page import box
from tests.serving import serving
from tests.web.fake_engine import FakeEngine

pytestmark = pytest.mark.browser

ARTICLES = [
    Article(f"fruit/{name}", f"A story of {name}", "Told at length. " * 20, f"/{name}")
    for name in ("apple", "apricot", "banana", "blackberry", "cherry")
] + [
    Article(f"fruit/many/{number}", f"Plum number {number}", "Told at length.", f"/plum/{number}")
    for number in range(30)
]


@dataclass
class GatedEngine(FakeEngine):
    """Answers a query that has a gate once it is open; `asked` are the queries in order."""

    gates: dict[str, threading.Event] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def search(self, request: SearchRequest) -> SearchResult:
        self.asked.append(request.query)
        if gate := self.gates.get(request.query):
            gate.wait(10)
        return super().search(request)


@pytest.fixture
def engine() -> Iterator[GatedEngine]:
    engine = GatedEngine(ARTICLES)
    yield engine
    for gate in engine.gates.values():
        gate.set()


@pytest.fixture
def page(opened: Opened, engine: GatedEngine) -> Iterator[Any]:
    with serving(create_app(Settings(), engine)) as url:
        page = opened(f"{url}/?q=cherry")
        page.url_of_service = url
        yield page
        for gate in engine.gates.values():
            gate.set()
        page.goto("about:blank")


def shows(page: Any, heading: str) -> None:
    page.get_by_role("heading", level=1, name=heading).wait_for()


def type_in(page: Any, words: str) -> None:
    """As a reader does, letter by letter, over what stands there."""
    box(page).select_text()
    page.keyboard.type(words)


def test_results_come_without_a_page_being_loaded(page: Any) -> None:
    page.evaluate("window.isTheSame = true")
    type_in(page, "apple")
    shows(page, "1 article for “apple”")
    assert page.locator("article h2").all_inner_texts() == ["A story of apple"]
    assert page.evaluate("window.isTheSame") and page.url.endswith("/?q=apple")
    assert page.title() == "apple – News search"
    feed = page.locator("head link[type='application/atom+xml']")
    assert "q=apple" in (feed.get_attribute("href") or "")
    assert "q=apple" in (page.locator(".elsewhere a").first.get_attribute("href") or "")


def test_the_count_is_read_out_and_the_focus_stays(page: Any) -> None:
    type_in(page, "a")
    page.get_by_role("status").filter(has_text="35 articles for “a”").wait_for(state="attached")
    page.keyboard.type("p")
    page.get_by_role("status").filter(has_text="2 articles for “ap”").wait_for(state="attached")
    assert box(page).evaluate("input => input.getRootNode().activeElement === input")
    assert box(page).input_value() == "ap"


def test_not_every_letter_is_a_question(page: Any, engine: GatedEngine) -> None:
    type_in(page, "banana")
    shows(page, "1 article for “banana”")
    assert engine.asked.count("banana") == 1 and "bana" not in engine.asked


@pytest.mark.parametrize("aborts", [True, False])
def test_an_answer_that_comes_late_is_not_shown(page: Any, aborts: bool) -> None:
    if not aborts:  # as where the answer is there already, and waits to be read
        page.evaluate("AbortController.prototype.abort = () => {}")
    late: list[Any] = []
    page.route(re.compile(r"[?&]q=ap(&|$)"), lambda route: late.append(route))
    type_in(page, "ap")
    page.locator("#results[aria-busy=true]").wait_for()
    page.keyboard.type("ricot")
    shows(page, "1 article for “apricot”")
    assert late
    for route in late:
        route.continue_()
    page.wait_for_timeout(300)
    shows(page, "1 article for “apricot”")
    assert page.url.endswith("/?q=apricot")


def test_while_an_answer_is_slow_the_last_one_stays(page: Any, engine: GatedEngine) -> None:
    engine.gates["banana"] = threading.Event()
    type_in(page, "banana")
    page.locator("#results[aria-busy=true]").wait_for()
    shows(page, "1 article for “cherry”")
    engine.gates["banana"].set()
    shows(page, "1 article for “banana”")
    assert page.locator("#results[aria-busy]").count() == 0


def test_where_the_service_is_out_of_reach_it_says_so_until_it_is_back(page: Any) -> None:
    page.route("**/?q=apple*", lambda route: route.abort())
    type_in(page, "apple")
    page.get_by_text("The search cannot be reached just now.").first.wait_for()
    shows(page, "1 article for “cherry”")
    again = page.get_by_role("link", name="Try again")
    assert (again.get_attribute("href") or "").endswith("/?q=apple")
    page.unroute("**/?q=apple*")
    page.keyboard.press("Escape")  # the suggestions lie above
    again.click()
    page.wait_for_url("**/?q=apple")
    shows(page, "1 article for “apple”")
    page.complaints.clear()


def test_an_error_page_is_shown_as_such_and_the_next_words_find_again(
    page: Any, engine: GatedEngine
) -> None:
    engine.failure = RuntimeError("for a while")
    type_in(page, "apple")
    shows(page, "Something went wrong")
    engine.failure = None
    type_in(page, "apricot")
    shows(page, "1 article for “apricot”")
    page.complaints.clear()


def test_an_answer_of_something_else_is_a_failure(page: Any) -> None:
    page.route("**/?q=apple*", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    type_in(page, "apple")
    page.get_by_text("The search cannot be reached just now.").first.wait_for()
    page.complaints.clear()


def test_back_leads_to_the_question_before_not_to_the_letter_before(page: Any) -> None:
    for words in ("apple", "banana"):
        type_in(page, words[:3])
        page.wait_for_url(f"**/?q={words[:3]}")
        page.keyboard.type(words[3:])
        shows(page, f"1 article for “{words}”")
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)
    page.go_back()
    shows(page, "1 article for “apple”")
    assert box(page).input_value() == "apple" and page.url.endswith("/?q=apple")
    page.go_back()
    shows(page, "1 article for “cherry”")
    page.go_forward()
    shows(page, "1 article for “apple”")
    page.go_back()
    page.go_back()
    assert page.url == "about:blank"


def test_back_from_an_article_leads_to_the_words_that_were_typed(page: Any) -> None:
    type_in(page, "blackb")
    shows(page, "1 article for “blackb”")
    page.goto(f"{page.url_of_service}/static/icon.svg")
    page.go_back()
    shows(page, "1 article for “blackb”")
    assert box(page).input_value() == "blackb"


def test_filters_stay_while_one_types(page: Any) -> None:
    page.goto(f"{page.url_of_service}/?q=plum&sort=newest&collapse=none")
    type_in(page, "apple")
    shows(page, "1 article for “apple”")
    assert page.url.endswith("/?q=apple&sort=newest&collapse=none")


def test_enter_and_the_button_send_the_words_at_once(page: Any, engine: GatedEngine) -> None:
    type_in(page, "apple")
    page.keyboard.press("Enter")
    shows(page, "1 article for “apple”")
    type_in(page, "banana")
    page.get_by_role("button", name="Search", exact=True).click()
    shows(page, "1 article for “banana”")
    page.go_back()
    shows(page, "1 article for “apple”")


def test_an_answer_that_never_comes_is_given_up(opened: Opened, engine: GatedEngine) -> None:
    with serving(create_app(Settings(), engine)) as url:
        page = opened(f"{url}/?q=cherry")
        page.clock.install()
        engine.gates["apple"] = threading.Event()
        type_in(page, "apple")
        page.clock.run_for(400)
        page.locator("#results[aria-busy=true]").wait_for()
        page.clock.run_for(11_000)
        page.get_by_text("The search cannot be reached just now.").first.wait_for()
        engine.gates["apple"].set()


def test_without_the_web_component_the_form_does_the_same(
    opened: Opened, engine: GatedEngine
) -> None:
    with serving(create_app(Settings(), engine)) as url:
        page = opened("about:blank")
        page.route(
            "**/searchbox.js*", lambda route: route.fulfill(body="", content_type="text/javascript")
        )
        page.goto(f"{url}/?q=cherry")
        type_in(page, "apple")
        shows(page, "1 article for “apple”")
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)
        page.go_back()
        shows(page, "1 article for “cherry”")
        assert box(page).input_value() == "cherry"


def test_a_page_kept_by_the_browser_goes_on_where_it_was_left(
    browser: Any, engine: GatedEngine
) -> None:
    """Playwright turns that cache off unless told not to."""
    keeping = browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    with serving(create_app(Settings(), engine)) as url:
        page = keeping.new_page()
        page.goto(f"{url}/?q=cherry")
        page.evaluate("addEventListener('pageshow', (event) => (self.isKept = event.persisted))")
        page.route("**/?q=banana*", lambda route: None, times=1)  # never answered
        type_in(page, "banana")
        page.locator("#results[aria-busy=true]").wait_for()
        page.goto(f"{url}/static/icon.svg")
        page.go_back(wait_until="commit")
        shows(page, "1 article for “banana”")
        assert page.evaluate("self.isKept") and box(page).input_value() == "banana"
        page.go_back(wait_until="commit")
        shows(page, "1 article for “cherry”")
    keeping.close()
