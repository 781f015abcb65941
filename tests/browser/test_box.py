"""The embeddable box by keyboard, pointer and screen reader, on a site with a strict policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.newsroom import (
    ALL,
    FORM,
    SUGGESTIONS,
    Newsroom,
    answer_suggest,
    as_ever,
    fulfil,
    suggested,
)

pytestmark = pytest.mark.browser

ACTIVE = "news-search [role=option][aria-selected=true]"

OFFERED = [*(text for _, text, _, _ in SUGGESTIONS), ALL]


@pytest.fixture
def box(page: Any, site: Newsroom) -> Any:
    """The combobox, upgraded and focused by the keyboard."""
    answer_suggest(page, as_ever)
    page.goto(site.embed(site.box()))
    page.get_by_role("combobox").wait_for()
    page.keyboard.press("Tab")
    return page.get_by_role("combobox")


def attributes(box: Any) -> dict[str, str | None]:
    names = ("aria-expanded", "aria-activedescendant")
    return {name: box.get_attribute(name) for name in names}


def open_box(page: Any, text: str = "sup") -> None:
    page.keyboard.type(text)
    page.get_by_role("listbox").wait_for()


def active(page: Any) -> str | None:
    """The option that is active, by both ways in which it must be said."""
    chosen = page.locator(ACTIVE)
    said = page.get_by_role("combobox").get_attribute("aria-activedescendant")
    assert chosen.count() == (said is not None)
    if said is None:
        return None
    assert chosen.get_attribute("id") == said
    text: str = chosen.inner_text()
    return text


def caret(box: Any) -> tuple[int, int]:
    start, end = box.evaluate("input => [input.selectionStart, input.selectionEnd]")
    return start, end


def test_closed_it_is_a_combobox_with_the_forms_label(page: Any, box: Any) -> None:
    for name, value in {
        "role": "combobox",
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "aria-controls": "listbox",
        "aria-activedescendant": None,
        "name": "q",
        "enterkeyhint": "search",
    }.items():
        assert box.get_attribute(name) == value
    assert page.get_by_role("combobox", name="Search the paper").count() == 1
    assert box.evaluate("input => input.getRootNode().getElementById('listbox').role") == "listbox"
    assert page.get_by_role("listbox").count() == 0
    assert page.get_by_role("searchbox").count() == 0  # the site's own is hidden
    assert box.evaluate("input => input.matches(':focus')")


def test_typing_opens_groups_of_options_and_says_how_many(page: Any, box: Any) -> None:
    open_box(page)
    assert attributes(box) == {"aria-expanded": "true", "aria-activedescendant": None}
    assert page.get_by_role("listbox", name="Suggestions").count() == 1
    assert page.get_by_role("option").all_inner_texts() == OFFERED
    selected = [o.get_attribute("aria-selected") for o in page.get_by_role("option").all()]
    assert selected == ["false"] * len(OFFERED)
    for name, count in {"Searches": 2, "Topics": 1, "Articles": 1}.items():
        group = page.get_by_role("group", name=name)
        assert group.get_by_role("option").count() == count
    assert page.locator("news-search mark").all_inner_texts() == ["sup", "sup", "Sup", "sup"]
    assert page.get_by_role("status").inner_text() == "4 suggestions"


def test_arrows_go_round_the_options_and_leave_the_text_alone(page: Any, box: Any) -> None:
    open_box(page)
    seen = []
    for _ in range(6):
        page.keyboard.press("ArrowDown")
        seen.append(active(page))
    assert seen == [*OFFERED, OFFERED[0]]
    page.keyboard.press("ArrowUp")
    assert active(page) == OFFERED[-1]
    page.keyboard.press("ArrowUp")
    assert active(page) == OFFERED[-2]
    assert box.input_value() == "sup"


def test_up_begins_with_the_last_option(page: Any, box: Any) -> None:
    open_box(page)
    page.keyboard.press("ArrowUp")
    assert active(page) == OFFERED[-1]


def test_the_active_option_of_a_long_list_is_in_sight(page: Any, site: Newsroom) -> None:
    many = [
        ("article", f"Article {number} " + "of many words " * 9, "", None) for number in range(20)
    ]
    answer_suggest(page, lambda query, route: fulfil(route, suggested(query, many)))
    page.goto(site.embed(site.box()))
    page.get_by_role("combobox").press_sequentially("art")
    page.get_by_role("listbox").wait_for()
    for key in ("ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
        option, panel = page.locator(ACTIVE), page.locator("news-search .panel")
        shown, room, seen = option.bounding_box(), panel.bounding_box(), page.viewport_size
        assert room["y"] <= shown["y"] and room["y"] + room["height"] <= seen["height"]
        assert shown["y"] + shown["height"] <= room["y"] + room["height"]


@pytest.mark.parametrize(
    ("key", "at"), [("Home", 0), ("End", 3), ("ArrowLeft", 2), ("ArrowRight", 3)]
)
def test_keys_of_the_text_return_to_it_and_leave_the_list_open(
    page: Any, box: Any, key: str, at: int
) -> None:
    open_box(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press(key)
    assert attributes(box) == {"aria-expanded": "true", "aria-activedescendant": None}
    assert caret(box) == (at, at)


def test_typing_on_returns_to_the_text(page: Any, box: Any) -> None:
    open_box(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.type("e")
    assert active(page) is None
    assert box.input_value() == "supe"


def test_alt_arrows_open_and_close_without_choosing(page: Any, box: Any) -> None:
    open_box(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+ArrowUp")
    assert attributes(box) == {"aria-expanded": "false", "aria-activedescendant": None}
    page.keyboard.press("Alt+ArrowDown")
    page.get_by_role("listbox").wait_for()
    assert attributes(box) == {"aria-expanded": "true", "aria-activedescendant": None}
    assert box.input_value() == "sup"


@pytest.mark.parametrize(("key", "option"), [("ArrowDown", 0), ("ArrowUp", -1)])
def test_arrows_open_a_closed_list(page: Any, box: Any, key: str, option: int) -> None:
    open_box(page)
    page.keyboard.press("Escape")
    page.keyboard.press(key)
    page.locator(ACTIVE).wait_for()
    assert active(page) == OFFERED[option]


def test_escape_closes_the_list_and_then_clears_the_text(page: Any, box: Any) -> None:
    open_box(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert attributes(box) == {"aria-expanded": "false", "aria-activedescendant": None}
    assert page.get_by_role("listbox").count() == 0
    assert box.input_value() == "sup"
    page.keyboard.press("Escape")
    assert box.input_value() == ""
    assert box.evaluate("input => input.matches(':focus')")


def test_escape_in_a_dialog_closes_the_list_before_the_dialog(page: Any, site: Newsroom) -> None:
    answer_suggest(page, as_ever)
    page.goto(site.embed(f"<dialog>{site.box()}</dialog>"))
    page.evaluate(
        """() => {
            document.querySelector("dialog").showModal();
            document.addEventListener("keydown", ({key}) => (window.heard ??= []).push(key));
        }"""
    )
    page.get_by_role("combobox").focus()
    open_box(page)
    for expected in ("sup", ""):
        page.keyboard.press("Escape")
        assert page.get_by_role("dialog").count() == 1
        assert page.get_by_role("combobox").input_value() == expected
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("heard.filter((key) => key === 'Escape').length") == 1


def test_tab_to_the_button_closes_the_list(page: Any, site: Newsroom) -> None:
    answer_suggest(page, as_ever)
    form = FORM.replace("</form>", "<button>Go</button></form>")
    page.goto(site.embed(site.box(form=form)))
    box = page.get_by_role("combobox")
    box.focus()
    open_box(page)
    page.keyboard.press("Tab")
    go = page.get_by_role("button", name="Go")
    assert go.evaluate("button => button.matches(':focus')")
    assert box.get_attribute("aria-expanded") == "false"
    go.press("Enter")
    page.wait_for_url(f"{site.url}/results?q=sup")


def test_tab_leaves_keeps_the_text_and_closes_the_list(page: Any, box: Any) -> None:
    open_box(page)
    page.keyboard.press("ArrowDown")
    url = page.url
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.matches('news-search')")
    assert attributes(box) == {"aria-expanded": "false", "aria-activedescendant": None}
    assert (box.input_value(), page.url) == ("sup", url)


@pytest.mark.parametrize(
    ("downs", "expected"),
    [
        (0, "/results?q=sup"),
        (1, "/results?q=supply+chain"),
        (3, "/results?topic=Supercomputers"),
        (4, "/2020/azure"),
    ],
    ids=["the text", "a search", "a topic", "an article"],
)
def test_enter_goes_where_the_choice_leads(
    page: Any, box: Any, site: Newsroom, downs: int, expected: str
) -> None:
    open_box(page)
    for _ in range(downs):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(site.url + expected)


def test_a_click_chooses_and_the_focus_never_leaves_the_text(
    page: Any, box: Any, site: Newsroom
) -> None:
    open_box(page)
    page.get_by_text("supercomputer").first.dispatch_event("mousedown")
    assert box.evaluate("input => input.matches(':focus')")
    page.get_by_role("option", name="supercomputer").first.click()
    page.wait_for_url(f"{site.url}/results?q=supercomputer")


def test_an_event_tells_of_the_choice_first_and_can_stop_it(page: Any, box: Any) -> None:
    page.evaluate(
        """() => {
            window.seen = [];
            document.addEventListener("news-search:select", (event) => {
                seen.push([event.target.localName, event.detail]);
                event.preventDefault();
            });
        }"""
    )
    url = page.url
    for downs in (0, 2, 4):
        box.fill("")
        open_box(page)
        for _ in range(downs):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert attributes(box)["aria-expanded"] == "false"
    site = url.removesuffix("/embedding")
    details = [
        {"type": "query", "text": "sup", "url": f"{site}/results?q=sup"},
        {"type": "query", "text": "supercomputer", "url": f"{site}/results?q=supercomputer"},
        {"type": "article", "text": "A supercomputer in Azure", "url": f"{site}/2020/azure"},
    ]
    assert page.evaluate("seen") == [["news-search", detail] for detail in details]
    assert page.url == url


def test_an_input_method_composes_undisturbed(page: Any, site: Newsroom) -> None:
    asked = answer_suggest(page, as_ever)
    page.goto(site.embed(site.box("debounce=0")))
    box = page.get_by_role("combobox")
    box.focus()
    page.evaluate(
        "addEventListener('news-search:input', ({detail}) => (window.typed ??= []).push(detail))"
    )
    session = page.context.new_cdp_session(page)
    for text in ("c", "ch", "chao"):
        size = len(text)
        session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": size, "selectionEnd": size}
        )
    box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "isComposing": True})
    page.wait_for_timeout(50)
    assert asked == [] and page.url.endswith("/embedding")
    session.send("Input.insertText", {"text": "超级计算机"})
    page.get_by_role("listbox").wait_for()
    assert asked == ["超级计算机"]
    assert page.evaluate("typed") == [{"query": "超级计算机"}]
    box.dispatch_event("compositionend")
    assert len(page.evaluate("typed")) == 1, "nothing has changed since"


@pytest.mark.parametrize("is_styled", [True, False], ids=["styled", "as it comes"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_in_any_state(
    browser: Any, site: Newsroom, axe: Callable[[Any], list[str]], scheme: str, is_styled: bool
) -> None:
    page = browser.new_page(color_scheme=scheme)
    form = FORM.replace("</form>", "<button>Search</button></form>") if is_styled else FORM
    page.goto(site.embed(site.box('recent shortcut="/"', form), is_styled=is_styled))
    box = page.get_by_role("combobox")
    assert axe(page) == [], "closed"
    answer_suggest(page, as_ever)
    box.press_sequentially("sup")
    page.get_by_role("listbox").wait_for()
    assert axe(page) == [], "open"
    box.press("ArrowDown")
    assert axe(page) == [], "with an active option"
    answer_suggest(page, lambda query, route: fulfil(route, "", 503))
    box.press_sequentially("x")
    page.get_by_text("No suggestions just now").first.wait_for()
    assert axe(page) == [], "failing"
    page.evaluate("localStorage.setItem('news-search:recent', '[\"chips\"]')")
    box.fill("")
    page.get_by_role("listbox").wait_for()
    assert axe(page) == [], "recent searches"
    page.close()


HOSTILE = [
    ("query", "<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;", None),
    ("query", "a & b", "a &amp; <mark>b</mark>", None),
    ("query", "<b>bold</b>", "<b>bold</b>", None),
    ("query", "one thing", "<mark>another</mark>", None),
    ("article", "no address", "", "javascript:alert(2)"),
    ("article", "nor this", "", "data:text/html,<script>alert(3)</script>"),
]


def test_whatever_the_endpoint_sends_is_text(page: Any, site: Newsroom) -> None:
    answer_suggest(page, lambda query, route: fulfil(route, suggested(query, HOSTILE)))
    page.goto(site.embed(site.box()))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    box = page.get_by_role("combobox")
    box.press_sequentially("a")
    page.get_by_role("listbox").wait_for()
    texts = [text for _, text, _, _ in HOSTILE]
    assert page.get_by_role("option").all_inner_texts() == [*texts, ALL]
    assert page.locator("news-search mark").all_inner_texts() == ["b"]
    assert page.locator("news-search [role=option]").locator("img, b, script").count() == 0
    box.press("ArrowUp")
    box.press("ArrowUp")
    box.press("Enter")
    page.wait_for_url(f"{site.url}/results?q=nor+this")


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", "{}", '{"suggestions": {}}', "<html>", '{"suggestions": [1, null, {}]}'],
)
def test_an_answer_of_another_shape_is_none(page: Any, site: Newsroom, body: str) -> None:
    asked = answer_suggest(page, lambda query, route: fulfil(route, body))
    page.goto(site.embed(site.box("debounce=0")))
    page.get_by_role("combobox").fill("sup")
    page.locator("news-search [role=status]:not(:empty)").wait_for(state="attached")
    assert asked == ["sup"]
    assert page.get_by_role("listbox").count() == 0
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/results?q=sup")
