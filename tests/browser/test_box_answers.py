"""The embeddable box when answers are slow, late, out of order, or do not come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.newsroom import ALL, Newsroom, answer_suggest, as_ever, fulfil, suggested

pytestmark = pytest.mark.browser


@pytest.fixture
def page(tab: Any, site: Newsroom) -> Iterator[Any]:
    tab.goto(site.embed(site.box("debounce=0")))
    yield tab
    tab.unroute_all()


def only(text: str) -> str:
    return suggested(text, [("query", f"{text} answered", "", None)])


def open_and_hold(page: Any) -> tuple[Any, dict[str, Any]]:
    """The box with its suggestions open; answers to what is typed from here on wait, by query."""
    answer_suggest(page, as_ever)
    box = page.get_by_role("combobox")
    box.fill("sup")
    page.get_by_role("listbox").wait_for()
    page.unroute_all()
    held: dict[str, Any] = {}
    answer_suggest(page, held.__setitem__)
    return box, held


def wait_for(page: Any, condition: Any) -> None:
    for _ in range(1000):
        if condition():
            return
        page.wait_for_timeout(10)
    raise AssertionError("it never came to pass")


def test_the_last_querys_answer_stays_whatever_the_order_they_come_in(page: Any) -> None:
    held: dict[str, Any] = {}
    answer_suggest(page, held.__setitem__)
    box = page.get_by_role("combobox")
    for letter in ("s", "u", "p"):
        box.press(letter)
        wait_for(page, lambda: box.input_value() in held)  # noqa: B023
    for text in ("sup", "s", "su"):
        fulfil(held[text], only(text))
        page.wait_for_timeout(50)
        assert page.get_by_role("option").all_inner_texts() == ["sup answered", ALL]


def test_a_request_that_is_no_longer_wanted_is_aborted(page: Any) -> None:
    aborted: list[str] = []
    page.on("requestfailed", lambda request: aborted.append(f"{request.url} {request.failure}"))
    asked = answer_suggest(page, lambda query, route: None)
    box = page.get_by_role("combobox")
    box.press("s")
    wait_for(page, lambda: asked == ["s"])
    box.press("u")
    wait_for(page, lambda: aborted)
    assert "q=s net::ERR_ABORTED" in aborted[0]
    wait_for(page, lambda: asked == ["s", "su"])
    box.press("Escape")
    wait_for(page, lambda: len(aborted) == 2)


def test_while_waiting_only_what_suits_the_text_is_shown(page: Any) -> None:
    box, held = open_and_hold(page)
    box.press_sequentially("p")
    wait_for(page, lambda: "supp" in held)
    assert page.get_by_role("option").all_inner_texts() == ["supply chain", ALL]
    box.press("x")
    wait_for(page, lambda: "suppx" in held)
    assert page.get_by_role("listbox").count() == 0
    assert box.get_attribute("aria-expanded") == "false"


def test_the_active_suggestion_stays_so_when_the_answer_has_it_too(page: Any) -> None:
    box, held = open_and_hold(page)
    box.press("e")
    wait_for(page, lambda: "supe" in held)
    box.press("ArrowDown")
    active = page.locator("news-search [role=option][aria-selected=true]")
    assert active.inner_text() == "supercomputer"
    others = [("query", "super bowl", "", None), ("query", "supercomputer", "", None)]
    fulfil(held["supe"], suggested("supe", others))
    page.get_by_role("option", name="super bowl").wait_for()
    assert active.inner_text() == "supercomputer"
    assert box.get_attribute("aria-activedescendant") == active.get_attribute("id") == "option-1"
    box.press("r")
    assert active.count() == 0


def test_a_slow_answer_shows_when_it_comes(page: Any) -> None:
    held: dict[str, Any] = {}
    answer_suggest(page, held.__setitem__)
    page.get_by_role("combobox").press_sequentially("sup")
    wait_for(page, lambda: "sup" in held)
    busy = page.locator("news-search .busy")
    assert busy.count() == 1
    page.wait_for_timeout(300)
    fulfil(held["sup"], only("sup"))
    page.get_by_role("option", name="sup answered").wait_for()
    assert busy.count() == 0


def test_an_answer_that_takes_too_long_is_no_longer_waited_for(
    browser: Any, site: Newsroom
) -> None:
    page = browser.new_page()
    page.clock.install()
    page.goto(site.embed(site.box("debounce=0")))
    held: dict[str, Any] = {}
    answer_suggest(page, held.__setitem__)
    page.get_by_role("combobox").fill("sup")
    page.clock.run_for(10)
    wait_for(page, lambda: "sup" in held)
    page.clock.run_for(5_000)
    page.get_by_text("No suggestions just now").last.wait_for()
    page.close()


def test_an_answer_after_the_list_was_closed_does_not_open_it(page: Any) -> None:
    held: dict[str, Any] = {}
    answer_suggest(page, held.__setitem__)
    box = page.get_by_role("combobox")
    for leave in (lambda: box.press("Escape"), lambda: box.evaluate("input => input.blur()")):
        held.clear()
        box.fill("sup")
        wait_for(page, lambda: held)
        leave()
        fulfil(held["sup"], only("sup"))
        page.wait_for_timeout(50)
        assert page.get_by_role("listbox").count() == 0


@pytest.mark.parametrize("fault", ["status", "connection", "not JSON"])
def test_a_failure_is_said_quietly_and_the_search_goes_on(
    page: Any, site: Newsroom, fault: str
) -> None:
    def fail(query: str, route: Any) -> None:
        if fault == "connection":
            route.abort()
        else:
            fulfil(route, "<html>", 503 if fault == "status" else 200)

    answer_suggest(page, fail)
    box = page.get_by_role("combobox")
    box.press_sequentially("sup")
    note = page.locator("news-search").get_by_text("No suggestions just now")
    note.last.wait_for()
    assert "No suggestions" in page.get_by_role("status").inner_text()
    assert box.get_attribute("aria-expanded") == "false"
    assert page.get_by_role("listbox").count() == 0
    box.press("Enter")
    page.wait_for_url(f"{site.url}/results?q=sup")


def test_the_next_answer_ends_a_failure(page: Any) -> None:
    answer_suggest(page, lambda query, route: route.abort())
    box = page.get_by_role("combobox")
    box.press("s")
    page.get_by_text("No suggestions just now").last.wait_for()
    answer_suggest(page, as_ever)
    box.press("u")
    page.get_by_role("listbox").wait_for()
    assert page.get_by_text("No suggestions just now").count() == 0


def test_offline_it_says_so_and_asks_again_once_online(page: Any) -> None:
    answer_suggest(page, lambda query, route: route.abort())
    page.context.set_offline(True)
    box = page.get_by_role("combobox")
    box.press_sequentially("sup")
    page.get_by_text("You seem to be offline").last.wait_for()
    answer_suggest(page, as_ever)
    page.context.set_offline(False)
    page.get_by_role("listbox").wait_for()


def test_a_lasting_failure_does_not_flicker(page: Any) -> None:
    answer_suggest(page, lambda query, route: route.abort())
    box = page.get_by_role("combobox")
    box.press("s")
    note = page.locator("news-search .note")
    note.wait_for()
    held: dict[str, Any] = {}
    answer_suggest(page, held.__setitem__)
    box.press("u")
    wait_for(page, lambda: "su" in held)
    assert note.is_visible()
    box.fill("")
    assert not note.is_visible()


def test_nothing_found_opens_nothing(page: Any) -> None:
    answer_suggest(page, lambda query, route: fulfil(route, suggested(query, [])))
    box = page.get_by_role("combobox")
    box.press_sequentially("zxqv")
    page.get_by_text("No suggestions").wait_for(state="attached")
    assert box.get_attribute("aria-expanded") == "false"
    assert page.locator("news-search").locator(".panel").is_hidden()


def test_it_asks_once_typing_pauses(browser: Any, site: Newsroom) -> None:
    page = browser.new_page()
    page.clock.install()
    page.goto(site.embed(site.box()))
    asked = answer_suggest(page, as_ever)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 60)
    page.get_by_role("combobox").press_sequentially("super")
    page.clock.run_for(100)
    page.get_by_role("combobox").press_sequentially("comp")
    page.clock.run_for(100)
    assert asked == []
    page.clock.run_for(30)
    page.get_by_role("listbox").wait_for()
    assert asked == ["supercomp"]
    page.close()


def test_a_space_that_begins_a_new_word_is_sent(page: Any) -> None:
    asked = answer_suggest(page, as_ever)
    page.get_by_role("combobox").fill("  super ")
    page.get_by_role("listbox").wait_for()
    assert asked == ["super "]
