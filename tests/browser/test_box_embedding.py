"""The box in a site: what it takes from the form, what it leaves alone, and without its script."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.browser.newsroom import FORM, Newsroom, answer_suggest, as_ever
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

SCRIPT = ROOT / "searchsvc" / "web" / "static" / "searchbox.js"


def sent_to(page: Any) -> tuple[str, list[tuple[str, str]]]:
    parts = urlsplit(page.url)
    return parts.path, parse_qsl(parts.query, keep_blank_values=True)


def hold_script(page: Any) -> Callable[[], None]:
    """The script does not come until what this returns is called."""
    held: list[Any] = []
    page.route("**/searchbox.js", lambda route: held.append(route))

    def release() -> None:
        while not held:
            page.wait_for_timeout(10)
        held[0].continue_()

    return release


def test_it_is_small() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) <= 12 * 1024


def test_from_another_origin_under_a_strict_policy_it_suggests(page: Any, site: Newsroom) -> None:
    """The real /suggest, script and all: any refusal would stand on the console."""
    page.goto(site.embed(site.box()))
    page.get_by_role("combobox").press_sequentially("fug")
    page.get_by_role("option").first.wait_for()
    assert "Fugaku" in page.get_by_role("listbox").inner_text()
    style = page.get_by_role("listbox").evaluate("box => getComputedStyle(box.parentNode).position")
    assert style == "absolute"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/results?q=fug")


def test_with_the_script_blocked_the_form_is_as_it_was(browser: Any, site: Newsroom) -> None:
    page = browser.new_page()
    page.route("**/searchbox.js", lambda route: route.abort())
    page.goto(site.embed(site.box()))
    page.get_by_role("searchbox", name="Search the paper").fill("chips")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/results?q=chips")
    page.close()


@pytest.mark.parametrize("form", [FORM, FORM.replace("</form>", "<button>Go</button></form>")])
def test_nothing_moves_when_the_script_comes(browser: Any, site: Newsroom, form: str) -> None:
    page = browser.new_page()
    release = hold_script(page)
    page.add_init_script(
        """window.shifts = [];
        new PerformanceObserver((list) => shifts.push(...list.getEntries().map(e => e.value)))
            .observe({type: "layout-shift", buffered: true});"""
    )
    page.goto(site.embed(site.box(form=form)), wait_until="commit")
    page.get_by_role("searchbox").wait_for()
    page.wait_for_timeout(100)
    selectors = ["header", "news-search", "form", "main h1"]
    before = [page.locator(selector).first.bounding_box() for selector in selectors]
    release()
    page.get_by_role("combobox").wait_for()
    page.wait_for_timeout(100)
    assert [page.locator(selector).first.bounding_box() for selector in selectors] == before
    shadow = page.locator("news-search .field").bounding_box()
    assert shadow == before[2]
    assert page.evaluate("shifts") == []
    page.close()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("place", ["left: 0; top: 0", "right: 0; top: 0", "left: 0; bottom: 0"])
def test_suggestions_open_where_there_is_room(
    page: Any, site: Newsroom, direction: str, place: str
) -> None:
    answer_suggest(page, as_ever)
    page.goto(site.embed(site.box()))
    page.evaluate(
        """([place, direction]) => {
            document.documentElement.dir = direction;
            document.querySelector("news-search").style = `position: fixed; width: 9rem; ${place}`;
        }""",
        [place, direction],
    )
    page.get_by_role("combobox").press_sequentially("sup")
    page.get_by_role("listbox").wait_for()
    panel = page.locator("news-search .panel").bounding_box()
    field = page.locator("news-search .field").bounding_box()
    assert panel["x"] >= -1 and panel["x"] + panel["width"] <= page.viewport_size["width"] + 1
    assert panel["width"] > field["width"]
    is_above = panel["y"] + panel["height"] <= field["y"]
    is_below = panel["y"] >= field["y"] + field["height"]
    assert is_above if "bottom" in place else is_below


def test_who_types_already_goes_on_in_the_box(page: Any, site: Newsroom) -> None:
    release = hold_script(page)
    answer_suggest(page, as_ever)
    page.goto(site.embed(site.box()), wait_until="commit")
    page.get_by_role("searchbox").press_sequentially("su")
    release()
    page.get_by_role("combobox").wait_for()
    page.keyboard.type("p")
    page.get_by_role("listbox").wait_for()
    assert page.get_by_role("combobox").input_value() == "sup"


def test_it_takes_over_what_the_form_says(page: Any, site: Newsroom) -> None:
    form = """<form action="/find" method="get"><input type="hidden" name="section" value="world">
    <input type="hidden" name="action" value="go"><input type="hidden" name="target" value="">
    <input name="words" value="chips" placeholder="Search the world" maxlength="40"
      aria-label="World search">
    <select name="since"><option>always<option selected>2020</select><button>Go!</button></form>"""
    page.goto(site.embed(site.box("filters='topic=AI&topic=Cloud'", form)))
    box = page.get_by_role("combobox", name="World search")
    names = ("name", "placeholder", "maxlength")
    assert [box.get_attribute(name) for name in names] == ["words", "Search the world", "40"]
    assert box.input_value() == "chips"
    page.get_by_role("button", name="Go!").click()
    page.wait_for_url("**/find?*")
    assert sent_to(page) == (
        "/find",
        [("section", "world"), ("action", "go"), ("target", ""), ("since", "2020")]
        + [("topic", "AI"), ("topic", "Cloud"), ("words", "chips")],
    )


def test_the_results_page_may_be_another(page: Any, site: Newsroom) -> None:
    page.goto(site.embed(site.box('results-url="/archive?desk=night"')))
    page.get_by_role("combobox").fill("ai & co")
    page.keyboard.press("Enter")
    page.wait_for_url("**/archive?*")
    assert sent_to(page) == ("/archive", [("desk", "night"), ("q", "ai & co")])


def test_without_a_form_there_is_a_box_all_the_same(page: Any, site: Newsroom) -> None:
    page.goto(site.embed(site.box(form="")))
    box = page.get_by_role("combobox", name="Search")
    assert page.locator("news-search").bounding_box()["height"] >= 40
    box.fill("fugaku")
    box.press("Enter")
    page.wait_for_url(f"{site.service}/?q=fugaku")
    assert "Fugaku" in page.locator("article").first.inner_text()


@pytest.mark.parametrize("address", ["javascript:document.title='bad'", "data:text/html,bad"])
def test_no_attribute_leads_to_script(page: Any, site: Newsroom, address: str) -> None:
    page.goto(site.embed(site.box(f'results-url="{address}"')))
    page.evaluate(
        "addEventListener('news-search:select', ({detail}) => { window.chosen = detail.url; })"
    )
    page.get_by_role("combobox").fill("chips")
    page.keyboard.press("Enter")
    assert page.wait_for_function("() => 'chosen' in window")
    assert page.evaluate("chosen") is None
    assert page.title() == "The Paper"


def test_texts_are_the_sites(page: Any, site: Newsroom) -> None:
    strings = {
        "suggestions": "Vorschläge",
        "query": "Suchen",
        "topic": "Themen",
        "count": "{count} da",
    }
    box = site.box(form=FORM.replace("Search the paper", "Suche"))
    page.goto(site.embed(box, language="de"))
    page.locator("news-search").evaluate("(box, texts) => { box.strings = texts; }", strings)
    answer_suggest(page, as_ever)
    page.get_by_role("combobox", name="Suche").press_sequentially("sup")
    page.get_by_role("listbox", name="Vorschläge").wait_for()
    assert page.get_by_role("group", name="Themen").count() == 1
    assert page.get_by_role("group", name="Artikel").count() == 1  # the service's own German
    assert page.get_by_role("status").inner_text() == "4 da"


def test_the_markup_may_bring_texts(page: Any, site: Newsroom) -> None:
    texts = """strings='{"suggestions": "Ideen", "topic": "Stoffe", "query": 5}'"""
    page.goto(site.embed(site.box(texts), language="de"))
    answer_suggest(page, as_ever)
    box = page.locator("news-search")
    box.evaluate("box => { box.strings = {topic: 'Gebiete'}; }")
    page.get_by_role("combobox").press_sequentially("sup")
    page.get_by_role("listbox", name="Ideen").wait_for()
    assert page.get_by_role("group", name="Gebiete").count() == 1  # a script has the last word
    assert page.get_by_role("group", name="Suchbegriffe").count() == 1  # no text: as the service's


@pytest.mark.parametrize("texts", ["", "{", "null", "[1]", "5", '"five"'])
def test_texts_that_are_none_leave_the_box_its_own(page: Any, site: Newsroom, texts: str) -> None:
    page.goto(site.embed(site.box(f"strings='{texts}'")))
    page.get_by_role("combobox").fill("chips")
    assert page.locator("button.clear").get_attribute("aria-label") == "Clear the search"


def test_value_and_texts_may_be_set_before_the_script_comes(page: Any, site: Newsroom) -> None:
    release = hold_script(page)
    page.goto(site.embed(site.box(form="<form></form>")), wait_until="commit")
    page.locator("news-search").wait_for(state="attached")
    page.evaluate(
        """() => Object.assign(document.querySelector("news-search"),
            {value: "chips", strings: {label: "Suche"}})"""
    )
    release()
    box = page.get_by_role("combobox", name="Suche")
    box.wait_for()
    assert box.input_value() == "chips"


def test_each_change_is_told(page: Any, site: Newsroom) -> None:
    answer_suggest(page, as_ever)
    page.goto(site.embed(site.box()))
    page.evaluate(
        """addEventListener("news-search:input", ({detail}) => (window.told ??= []).push(detail))"""
    )
    page.get_by_role("combobox").press_sequentially("ai ")
    page.get_by_role("button", name="Clear the search").click()
    page.locator("news-search").evaluate("box => { box.value = 'by script'; }")
    queries = [detail["query"] for detail in page.evaluate("told")]
    assert queries == ["a", "ai", "ai", ""]
    assert page.get_by_role("combobox").input_value() == "by script"
    assert page.evaluate("document.querySelector('news-search input').value") == "by script"


EDITABLE = """<input id="a"><textarea id="b"></textarea><div id="c" contenteditable>x</div>
<div id="d" role="textbox" tabindex="0"></div><div id="e"></div>"""


def test_a_shortcut_works_outside_of_editable_elements_only(page: Any, site: Newsroom) -> None:
    page.goto(site.embed(site.box('shortcut="/ ctrl+k Alt+Shift+S"') + EDITABLE))
    box = page.get_by_role("combobox")
    assert box.get_attribute("aria-keyshortcuts") == "/ Control+k Alt+Shift+s"
    page.evaluate(
        """() => document.querySelector("#e").attachShadow({mode: "open"})
            .append(document.createElement("textarea"))"""
    )
    is_focused = "() => document.activeElement.localName === 'news-search'"
    for selector in ("#a", "#b", "#c", "#d", "#e textarea"):
        for keys in ("/", "Control+k"):
            page.locator(selector).focus()
            page.keyboard.press(keys)
            assert not page.evaluate(is_focused), (selector, keys)
    assert page.locator("#a").input_value() == page.locator("#b").input_value() == "/"
    for keys in ("/", "Control+k", "Alt+Shift+S"):
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press(keys)
        assert page.evaluate(is_focused), keys
    page.keyboard.type("/")
    assert box.input_value() == "/"


def test_without_the_attributes_no_key_is_taken_and_no_search_kept(
    page: Any, site: Newsroom
) -> None:
    answer_suggest(page, as_ever)
    page.goto(site.embed(site.box()))
    for keys in ("/", "Control+k"):
        page.keyboard.press(keys)
        assert not page.evaluate("document.activeElement.matches('news-search')")
    page.get_by_role("combobox").fill("chips")
    page.keyboard.press("Enter")
    page.wait_for_url("**/results?*")
    assert page.evaluate("localStorage.length") == 0


def test_recent_searches_come_back_until_they_are_cleared(page: Any, site: Newsroom) -> None:
    answer_suggest(page, as_ever)
    for text in ("chips", "ai", "chips"):
        page.goto(site.embed(site.box("recent")))
        page.get_by_role("combobox").fill(text)
        page.keyboard.press("Enter")
        page.wait_for_url("**/results?*")
    page.goto(site.embed(site.box("recent", FORM.replace("</form>", "<button>Go</button></form>"))))
    box = page.get_by_role("combobox")
    box.focus()
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("option").all_inner_texts() == ["chips", "ai"]
    assert page.locator("[role=option][aria-selected=true]").inner_text() == "chips"
    page.keyboard.press("Tab")
    assert page.get_by_role("button", name="Clear recent searches").evaluate(
        "button => button.matches(':focus')"
    )
    page.keyboard.press("Enter")
    assert page.get_by_role("listbox").count() == 0
    assert page.evaluate("localStorage.length") == 0
    assert box.evaluate("input => input.matches(':focus')")


@pytest.mark.parametrize("stored", ["{", "7", '["", 1, {"a": 2}]', json.dumps({"a": []})])
def test_what_others_left_in_the_storage_does_no_harm(
    page: Any, site: Newsroom, stored: str
) -> None:
    page.goto(site.embed(site.box("recent")))
    page.evaluate("stored => localStorage.setItem('news-search:recent', stored)", stored)
    page.get_by_role("combobox").click()
    assert page.get_by_role("listbox").count() == 0


def test_without_storage_the_search_goes_on(browser: Any, site: Newsroom) -> None:
    page = browser.new_page()
    page.add_init_script(
        """Object.defineProperty(window, "localStorage", {get() { throw new Error("denied"); }})"""
    )
    answer_suggest(page, as_ever)
    page.goto(site.embed(site.box("recent")))
    box = page.get_by_role("combobox")
    box.click()
    box.fill("chips")
    page.keyboard.press("Enter")
    page.wait_for_url("**/results?q=chips")
    page.close()


def test_as_a_classic_script_it_works_too_even_twice(page: Any, site: Newsroom) -> None:
    script = f'<script src="{site.service}/static/searchbox.js"></script>'
    box = site.box().split("<script", 1)[0]
    page.goto(site.embed(box + script, head=script))
    page.get_by_role("combobox", name="Search the paper").wait_for()


def test_a_site_that_isolates_itself_may_load_it(
    page: Any, site: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolating = {
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    monkeypatch.setattr(site, "headers", isolating)
    page.goto(site.embed(site.box().replace('type="module"', "defer")))
    assert page.evaluate("crossOriginIsolated")
    page.get_by_role("combobox").press_sequentially("fug")
    page.get_by_role("option").first.wait_for()


def test_going_back_finds_the_text_as_it_was(page: Any, site: Newsroom) -> None:
    answer_suggest(page, as_ever)
    page.goto(site.embed(site.box()))
    page.get_by_role("combobox").fill("chips")
    page.keyboard.press("Enter")
    page.wait_for_url("**/results?*")
    page.go_back()
    page.get_by_role("combobox").wait_for()
    assert page.get_by_role("combobox").input_value() == "chips"
