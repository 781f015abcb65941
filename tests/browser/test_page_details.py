"""What makes the page pleasant: on a telephone, by the keyboard, offline, in the box."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from searchsvc.articles.article import Article, Image, Provider
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.browser.conftest import Opened
from tests.browser.test_page import box
from tests.serving import serving
from tests.web.fake_engine import MOMENT, FakeEngine

pytestmark = pytest.mark.browser

LONG = "The Very Reverend Northern Courier, Harbour Post and Tidewater Review of Newcastle"
NARROW = {"width": 360, "height": 740}
ARTICLES = [
    Article(
        f"a/{number}",
        f"Water story {number}",
        "What it means for those who drink it, and for those who swim in what is left of it.",
        f"/water/{number}",
        published_at=MOMENT - timedelta(hours=30 * number),
        provider=Provider(LONG if number == 0 else "Harbour Post", None),
        category="news" if number % 2 else "opinion",
        topics=("Rivers" if number < 4 else "Lakes", "Water"),
        heat=number,
        image=Image("/static/pictures/glacier.svg", 600, 400, None) if number % 2 else None,
    )
    for number in range(8)
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(create_app(Settings(), FakeEngine(ARTICLES))) as url:
        yield url


def sheet_is_open(page: Any) -> bool:
    return bool(page.locator("#filters").is_visible())


def test_a_picture_that_cannot_load_leaves_no_hole(opened: Opened) -> None:
    lost = Image("/static/pictures/nothing.svg", 600, 400, None)
    articles = [
        Article(f"{name}", f"Water {name}", "It is told at some length. " * 9, image=image)
        for name, image in (("lost", lost), ("kept", ARTICLES[1].image), ("none", None))
    ]
    with serving(create_app(Settings(), FakeEngine(articles))) as url:
        page = opened(f"{url}/?q=water", viewport={"width": 900, "height": 740})
        page.locator("img.thumbnail[hidden]").wait_for(state="attached")
        widths = {
            card.locator("h2").inner_text(): card.locator(".words").bounding_box()["width"]
            for card in page.locator("article").all()
        }
        assert widths["Water lost"] == widths["Water none"] > widths["Water kept"]
        box(page).fill("water lost")
        page.get_by_role("heading", level=1, name="1 article for").wait_for()
        page.locator("img.thumbnail[hidden]").wait_for(state="attached")
    page.complaints.clear()  # the picture's 404


def test_the_name_of_a_source_is_never_clipped(opened: Opened, url: str) -> None:
    page = opened(f"{url}/?q=water&sort=newest", viewport=NARROW)
    source = page.locator(".source").first
    assert LONG in source.inner_text()
    assert source.evaluate(
        """line => [line, ...line.querySelectorAll("*")].every(part =>
            getComputedStyle(part).clipPath === "none" && part.scrollWidth <= line.clientWidth + 1
            && getComputedStyle(part).textOverflow !== "ellipsis")"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("java_script", [True, False], ids=["with", "without"])
def test_on_a_telephone_the_sort_is_one_control(
    opened: Opened, url: str, java_script: bool
) -> None:
    page = opened(f"{url}/?q=water", viewport=NARROW, java_script_enabled=java_script)
    assert not page.get_by_role("link", name="Newest").is_visible()
    page.get_by_text("Sort by Relevance").click()
    page.get_by_role("link", name="Newest").click()
    page.wait_for_url("**sort=newest**")
    assert page.get_by_text("Sort by Newest").is_visible()


def test_on_a_telephone_the_filters_stay_open_until_they_are_closed(
    opened: Opened, url: str
) -> None:
    page = opened(f"{url}/?q=water", viewport=NARROW)
    assert not sheet_is_open(page)
    page.get_by_role("link", name="Filters").click()
    sheet = page.locator("#filters").bounding_box()
    assert (sheet["x"], sheet["y"], sheet["width"], sheet["height"]) == (0, 0, 360, 740)
    assert page.get_by_text("Show 8 results").is_visible()
    page.locator(".facets").get_by_role("link", name="Rivers").click()
    page.get_by_text("Show 4 results").wait_for()
    page.wait_for_url("**topic=Rivers**")
    assert sheet_is_open(page)
    page.locator(".facets").get_by_role("link", name="Opinion").click()
    page.get_by_text("Show 2 results").wait_for()
    page.get_by_text("Show 2 results").click()
    assert not sheet_is_open(page) and page.locator("article").count() == 2
    assert page.evaluate("document.activeElement.className") == "to-filters"
    page.get_by_role("link", name="Filters").click()
    page.keyboard.press("Escape")
    assert not sheet_is_open(page)


def test_the_dates_can_be_set_in_the_open_sheet(opened: Opened, url: str) -> None:
    page = opened(f"{url}/?q=water", viewport=NARROW)
    page.get_by_role("link", name="Filters").click()
    page.get_by_label("From").fill("2021-03-01")
    page.get_by_role("button", name="Set dates").click()
    page.wait_for_url("**from=2021-03-01**")
    page.get_by_text("Show 3 results").wait_for()
    assert sheet_is_open(page)


def test_while_the_sheet_is_open_nothing_below_it_is_reached(opened: Opened, url: str) -> None:
    page = opened(f"{url}/?q=water", viewport=NARROW)
    page.get_by_role("link", name="Filters").click()
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(
            """() => document.activeElement === document.body
                || Boolean(document.activeElement.closest("#filters"))"""
        )


def test_without_script_the_sheet_opens_and_closes_too(opened: Opened, url: str) -> None:
    page = opened(f"{url}/?q=water", viewport=NARROW, java_script_enabled=False)
    page.get_by_role("link", name="Filters").click()
    assert sheet_is_open(page)
    page.get_by_role("link", name="Show 8 results").click()
    assert not sheet_is_open(page)
    page.get_by_role("link", name="Filters").click()
    page.get_by_role("link", name="Close the filters").click()
    assert not sheet_is_open(page)


def test_the_keyboard_comes_to_the_results_before_the_filters(opened: Opened, url: str) -> None:
    page = opened(f"{url}/?q=water", viewport={"width": 1280, "height": 900})
    assert page.evaluate(
        """() => Boolean(document.querySelector("#results").compareDocumentPosition(
            document.querySelector("#filters")) & Node.DOCUMENT_POSITION_FOLLOWING)"""
    )
    filters, results = (page.locator(part).bounding_box() for part in ("#filters", "#results"))
    assert filters["x"] < results["x"] and abs(filters["y"] - results["y"]) < 200


def test_the_boxs_key_and_the_last_searches(opened: Opened, url: str) -> None:
    page = opened(f"{url}/?q=water")
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("story")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="8 articles for “story”").wait_for()
    page.get_by_role("button", name="Clear the search").click()
    option = page.get_by_role("option", name="story")
    option.wait_for()
    option.click()
    page.get_by_role("heading", level=1, name="8 articles for “story”").wait_for()


def test_suggested_articles_have_a_date_and_a_picture_and_all_results_stand_below(
    opened: Opened, url: str
) -> None:
    page = opened(f"{url}/")
    box(page).press_sequentially("water stor")
    article = page.get_by_role("option", name="Water story 1")
    article.wait_for()
    assert article.locator("time").inner_text() == "2 Mar 2021"
    picture = article.locator("img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert page.get_by_role("option", name="Water story 0").locator("img").count() == 0
    page.get_by_role("option", name="See all results").click()
    page.wait_for_url("**q=water+stor")


def test_what_stands_in_the_box_is_not_suggested(opened: Opened, url: str) -> None:
    page = opened(f"{url}/")
    box(page).press_sequentially("WATER")
    page.get_by_role("option").first.wait_for()
    assert "waters" in [text.lower() for text in page.get_by_role("option").all_inner_texts()]
    texts = ("Water", "water!")
    queries = [{"type": "query", "text": text, "highlight": "", "url": None} for text in texts]
    body = {"query": "water", "suggestions": queries}
    page.route("**/suggest?*", lambda route: route.fulfill(json=body))
    box(page).press_sequentially(" ")
    page.get_by_role("listbox").wait_for(state="hidden")


def test_offline_there_is_one_message_until_the_connection_is_back(
    opened: Opened, url: str
) -> None:
    page = opened(f"{url}/?q=water")
    page.context.set_offline(True)
    box(page).fill("water stor")
    page.locator("#failure").wait_for()
    page.wait_for_timeout(400)
    said = page.get_by_text("You seem to be offline")
    assert [text for text in said.all() if text.is_visible()] and said.count() <= 2
    assert page.locator("#failure").count() == 1
    assert not page.locator("news-search .panel").is_visible()
    assert page.locator("article").count() == 8
    page.context.set_offline(False)
    page.get_by_role("heading", level=1, name="8 articles for “water stor”").wait_for()
    assert page.locator("#failure").count() == 0
    page.complaints.clear()


def test_in_forced_colours_what_is_chosen_is_told_apart(opened: Opened, url: str) -> None:
    page = opened(
        f"{url}/?q=water&topic=rivers&size=2",
        viewport={"width": 1280, "height": 900},
        forced_colors="active",
    )
    for part in (".facets a[aria-current]", ".pager a[aria-current]"):
        style = page.locator(part).evaluate("link => getComputedStyle(link).outlineStyle")
        assert style == "solid", part


def test_what_is_for_programs_stands_below_the_first_row(opened: Opened, url: str) -> None:
    page = opened(f"{url}/?q=water", viewport={"width": 1280, "height": 900})
    first, feed, programs = (part.bounding_box()["y"] for part in page.locator(".colophon p").all())
    assert first == feed < programs
