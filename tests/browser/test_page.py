"""The page as a reader sees it: a real browser, the demonstration articles, JavaScript or not."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from searchsvc.articles.article import Article, Image, Provider
from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.browser.conftest import Opened
from tests.conftest import ROOT, Write
from tests.serving import serving
from tests.web.fake_engine import MOMENT, FakeEngine

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(demonstration: Settings) -> Iterator[str]:
    with serving(create_app(demonstration)) as url:
        yield url


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def page(opened: Opened, url: str, request: pytest.FixtureRequest) -> Any:
    return opened(url, java_script_enabled=request.param)


PICTURES = [("page-wide.png", 1180, "light"), ("page-narrow.png", 390, "dark")]


def box(page: Any) -> Any:
    """What is typed into: the web component's field, or the form's without it."""
    return page.get_by_label("Search articles").locator("visible=true")


def _titles(page: Any) -> list[str]:
    titles: list[str] = page.locator("article h2").all_inner_texts()
    return titles


def test_a_search_typed_into_the_labelled_box_shows_the_supercomputer_first(page: Any) -> None:
    box(page).fill("supercomputer")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=supercomputer**")
    first = page.locator("article").first
    assert "Microsoft builds a supercomputer in Azure" in first.inner_text()
    assert "Datawire" in first.inner_text() and "20 May 2020" in first.inner_text()
    assert first.locator(".source time").count() == 1
    assert first.locator("mark").first.inner_text() == "supercomputer"
    picture = first.locator("img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_paging_by_clicking_reaches_other_results(page: Any, url: str) -> None:
    page.goto(f"{url}/?q=supercomputer")
    before = _titles(page)
    page.get_by_role("link", name="Next").first.click()
    page.wait_for_url("**page=2**")
    after = _titles(page)
    assert after and not set(before) & set(after)


def test_a_facet_by_clicking_narrows_the_results_and_is_taken_back_by_clicking(
    page: Any, url: str
) -> None:
    page.goto(f"{url}/?q=supercomputer")
    all_of_them = page.locator("h1").inner_text()
    page.locator(".facets").get_by_role("link", name="Climate").click()
    page.wait_for_url("**topic=Climate**")
    assert page.locator("h1").inner_text() != all_of_them
    for topics in page.locator("article .topics").all_inner_texts():
        assert "Climate" in topics
    page.get_by_label("Remove the filter Topic: Climate").click()
    page.wait_for_url(f"{url}/?q=supercomputer")
    assert page.locator("h1").inner_text() == all_of_them


def test_more_values_of_a_facet_are_folded_away(page: Any, url: str) -> None:
    page.goto(f"{url}/?q=supercomputer")
    folded = page.locator(".facets nav").first.locator("details a").last
    assert not folded.is_visible()
    page.locator(".facets summary").first.click()
    folded.click()
    page.wait_for_url("**topic=**")
    assert page.locator(".active li").count() == 1


def test_sorting_by_clicking(page: Any, url: str) -> None:
    page.goto(f"{url}/?q=supercomputer")
    page.get_by_role("link", name="Oldest").click()
    page.wait_for_url("**sort=oldest**")
    dates = page.locator("article .source time").evaluate_all("all => all.map(one => one.dateTime)")
    assert dates and dates == sorted(dates)


def test_dates_are_set_by_a_form_and_taken_back_by_clicking(page: Any, url: str) -> None:
    page.goto(f"{url}/?q=supercomputer&sort=newest")
    page.get_by_label("From").fill("2020-06-01")
    page.get_by_label("Until").fill("2020-06-30")
    page.get_by_role("button", name="Set dates").click()
    page.wait_for_url("**from=2020-06-01&to=2020-06-30**")
    dates = page.locator("article .source time").evaluate_all("all => all.map(one => one.dateTime)")
    assert dates and all(date.startswith("2020-06") for date in dates)
    assert "sort=newest" in page.url
    page.get_by_label("Remove the filter From: 1 June 2020").click()
    page.wait_for_url(lambda url: "from=" not in url)
    assert "to=2020-06-30" in page.url


def test_a_search_without_results_says_so_and_leads_on(page: Any, url: str) -> None:
    page.goto(f"{url}/?q=zxqv")
    assert "zxqv" in page.locator("main").inner_text()
    page.locator(".chips a").first.click()
    page.wait_for_url("**topic=**")
    assert page.locator("article").count() > 1


@pytest.mark.parametrize("width", [320, 760, 1920])
def test_nothing_is_wider_than_the_screen(opened: Opened, url: str, width: int) -> None:
    page = opened(url, viewport={"width": width, "height": 800})
    for query in ("?q=supercomputer", "?q=" + "w" * 300, "?size=" + "w" * 300):
        page.goto(f"{url}/{query}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.complaints[:] = [text for text in page.complaints if "400" not in text]


def test_long_words_of_an_article_are_broken(opened: Opened) -> None:
    word = "W" * 300
    provider, topics = Provider(word, word), (word, "AI")
    article = Article("a", word, word, provider=provider, category=word, type=word, topics=topics)
    with serving(create_app(Settings(), FakeEngine([article]))) as url:
        page = opened(url, viewport={"width": 360, "height": 800})
        for query in ("", "?q=zyzzyva", f"?topic={word}"):
            page.goto(f"{url}/{query}")
            assert page.locator("article").count()
            assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_filters_are_beside_the_results_or_folded_away_above_them(opened: Opened, url: str) -> None:
    wide = opened(f"{url}/?q=supercomputer", viewport={"width": 1280, "height": 800})
    assert wide.locator(".facets").is_visible()
    assert wide.get_by_role("link", name="Filters").count() == 0
    narrow = opened(
        f"{url}/?q=supercomputer",
        viewport={"width": 390, "height": 800},
        java_script_enabled=False,
    )
    assert not narrow.locator(".facets").is_visible()
    narrow.get_by_role("link", name="Filters").click()
    narrow.locator(".facets").get_by_role("link", name="Climate").click()
    narrow.wait_for_url("**topic=Climate**")


def test_the_keyboard_reaches_the_results_past_the_filters(opened: Opened, url: str) -> None:
    page = opened(f"{url}/?q=supercomputer")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.closest('.title')?.textContent")
    assert focused == _titles(page)[0]


def test_only_the_articles_are_printed(opened: Opened, url: str) -> None:
    page = opened(f"{url}/?q=supercomputer")
    page.emulate_media(media="print")
    assert page.locator("article h2").first.is_visible()
    for part in ("news-search", ".filters", ".tools", ".pager", ".thumbnail"):
        assert not page.locator(part).first.is_visible(), part


def test_it_works_below_a_path_of_the_site(opened: Opened) -> None:
    """As behind a proxy that takes the path away; without a `public_url`, links are relative."""
    app = create_app(Settings(), FakeEngine([Article("a", "A story"), Article("b", "A story")]))
    mounted = Flask("site", static_folder=None)
    mounted.wsgi_app = DispatcherMiddleware(mounted.wsgi_app, {"/find": app})  # type: ignore[method-assign]
    with serving(mounted) as url:
        page = opened(f"{url}/find/")
        box(page).fill("story")
        page.wait_for_url(f"{url}/find/?q=story")
        page.keyboard.press("Escape")  # the suggestions lie above
        page.get_by_role("link", name="Show every article").click()
        page.wait_for_url(f"{url}/find/?q=story&collapse=none")
        assert page.locator("article").count() == 2


@pytest.mark.parametrize(("name", "width", "scheme"), PICTURES)
def test_the_pictures_in_the_documents(
    opened: Opened, url: str, tmp_path: Path, name: str, width: int, scheme: str
) -> None:
    page = opened(
        f"{url}/?q=supercomputer&topic=Azure",
        color_scheme=scheme,
        viewport={"width": width, "height": 720},
    )
    page.get_by_role("heading", level=1, name="stories for “supercomputer”").wait_for()
    picture = Path(os.environ.get("SCREENSHOTS") or tmp_path) / name
    page.screenshot(path=picture)
    assert picture.stat().st_size < 200_000
    assert name in (ROOT / "docs" / "page.md").read_text("utf-8")


MARKUP = '"><img src=x onerror=alert(1)><script>alert(2)</script><b onclick=alert(3)>{{7*7}}</b>'


def _hostile_articles() -> list[Article]:
    """As no index would hold them: nothing was cleaned away."""
    return [
        Article(
            f"hostile/{number}",
            f"Story {number} {MARKUP}" if number > 2 else f"Story {MARKUP}",
            f"It is told {MARKUP}",
            f"https://articles.example/{MARKUP.replace(' ', '/')}"
            if number
            else "javascript:alert(4)",
            published_at=MOMENT,
            provider=Provider(f"{number} {MARKUP}", MARKUP),
            category=f"{number % 2} {MARKUP}",
            type=f"{number % 2} {MARKUP}",
            topics=(f"{number % 3} {MARKUP}", "</title><script>alert(5)</script>", "' autofocus"),
            image=Image(f"https://pictures.example/{number}?{MARKUP}", 3, 2, MARKUP),
        )
        for number in range(9)
    ]


def _write_hostile_articles(write: Write) -> None:
    """Among them entities that become tags once unescaped, and what only looks like a tag."""
    escaped = html.escape(html.escape(MARKUP))
    for number, text in enumerate((MARKUP, escaped, f"<CPML> {MARKUP}", f"</mark{MARKUP}<mark>")):
        write(
            f"hostile-{number}",
            title=f"Story {number} {text}",
            excerpt=f"It is told {text}",
            webUrl=f"https://articles.example/{quote(text)}",
            publishedDateTime="2021-03-04T05:00:00Z",
            provider={"name": f"Provider {text}", "domain": f"{number}.example"},
            category=f"category {text}",
            type=f"type {text}",
            topics=[f"topic {text}", f"{number} {text}"],
            images=[{"url": f"https://pictures.example/{number}?{text}", "title": text}],
        )


@pytest.mark.parametrize("java_script", [True, False], ids=["with", "without"])
def test_markup_in_every_field_stays_text(opened: Opened, java_script: bool) -> None:
    said = {"corrected": MARKUP, "did_you_mean": MARKUP, "relaxed": True}
    engine = FakeEngine(_hostile_articles(), extra=said)
    with serving(create_app(Settings(), engine)) as url:
        page = opened(url, hosts=("pictures.example",), java_script_enabled=java_script)
        _browse_markup(page, url)
        assert MARKUP in page.locator("article h2").first.inner_text()
        if java_script:
            box(page).fill(MARKUP)
            page.wait_for_url("**onerror**")
            page.get_by_role("heading", level=1, name=MARKUP).wait_for()


def test_markup_from_files_stays_text(opened: Opened, write: Write, settings: Settings) -> None:
    _write_hostile_articles(write)
    assert reindex(settings).status == "published"
    with serving(create_app(settings)) as url:
        page = opened(url, hosts=("pictures.example",))
        _browse_markup(page, url)
        assert page.locator("article mark").first.inner_text() == "told"
        assert "<CPML>" in page.locator("main").inner_text()
        box(page).fill("story")
        page.get_by_role("option").first.wait_for()


def _browse_markup(page: Any, url: str) -> None:
    asked = quote(MARKUP)
    for query in (
        "",
        f"?q={asked}&topic={asked}",
        "?q=told&collapse=none",
        "?q=zyzzyva",
        "?q=told",
    ):
        page.goto(f"{url}/{query}")
        page.locator("main a:visible").last.scroll_into_view_if_needed()
        assert page.locator("article script, article b[onclick], .facets b").count() == 0
        assert page.locator("main img[onerror], a[href^=javascript]").count() == 0
