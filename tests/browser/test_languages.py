"""The page in other languages: every state of it, not a word of English, nobody shut out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from searchsvc.articles.article import Article, Image, Provider
from searchsvc.settings import Settings
from searchsvc.web import create_app
from searchsvc.web.languages import build, wording_of
from tests.browser.conftest import Opened
from tests.browser.test_accessibility import SpeltEngine, check
from tests.serving import serving
from tests.web.fake_engine import MOMENT, FakeEngine

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Newspaper:
    """What a newspaper writes: one word that many articles have, one that none has, names."""

    language: str
    word: str
    unknown: str
    headlines: tuple[str, ...]
    topics: tuple[str, ...]
    providers: tuple[str, ...]


GERMAN = Newspaper(
    "de",
    "Wasser",
    "Zyzzyva",
    (
        "Alte Rohre verlieren ein Fünftel vom Wasser der Stadt",
        "Der Rat lässt die Rohre flicken, damit das Wasser bleibt",
        "Nach dem nassen Winter steht das Wasser hoch",
        "Trinkwasser aus der Flut: Wasser ohne Salz",
    ),
    ("Wasser", "Klima", "Energie", "Recht"),
    ("Hafenbote", "Nordkurier"),
)
ARABIC = Newspaper(
    "ar",
    "الماء",
    "زيزيفا",
    (
        "الأنابيب القديمة تفقد خمس الماء في المدينة",
        "المجلس يصلح الأنابيب حفاظًا على الماء",
        "الماء يعود بعد شتاء ماطر",
        "محطة تحلية تمنح الماء من المد",
    ),
    ("البيئة", "المناخ", "الطاقة", "القانون"),
    ("بريد الميناء", "وكالة الدلتا"),
)


def articles_of(paper: Newspaper) -> list[Article]:
    listed = [
        Article(
            f"{number}/{again}",
            title,
            f"{title}. {paper.headlines[0]}",
            f"/{number}/{again}",
            published_at=MOMENT - timedelta(hours=9 * number**3 + again),
            provider=Provider(paper.providers[(number + again) % 2], None),
            category=("news", "opinion")[number % 2],
            type=("article", "video")[number % 2],
            topics=(paper.topics[number], paper.word),
            heat=number,
            image=Image("/static/pictures/glacier.svg", 600, 400, None),
        )
        for number, title in enumerate(paper.headlines)
        for again in range(6 if number == 0 else 1)
    ]
    more = [
        replace(
            listed[0], id=f"more/{number}", title=f"{paper.word} {number}", topics=(f"{number}",)
        )
        for number in range(30)
    ]
    return [*listed, *more]


def states_of(paper: Newspaper) -> dict[str, tuple[str, dict[str, Any]]]:
    word, topic, unknown = paper.word, paper.topics[0], paper.unknown
    meant = {"corrected": word, "hits_of": word}
    return {
        "results": (f"?q={word}", {}),
        "newest": ("", {}),
        "second page": (f"?q={word}&size=5&page=2&collapse=none&sort=oldest", {}),
        "filters": (f"?q={word}&category=news&topic={topic}&from=2020&to=2021-03", {}),
        "filters that leave nothing": (f"?q={word}&topic={unknown}", {}),
        "zero results": (f"?q={unknown}", {}),
        "corrected": (f"?q={unknown}", meant),
        "relaxed": (f"?q={word}", {"relaxed": True, "did_you_mean": topic}),
        "ignored": (f"?q={word}", {"ignored": (unknown,), "partial": True}),
        "past the end": (f"?q={word}&page=40", {}),
        "a long text": (f"?q={(word + '+') * 900}", {}),
        "bad request": ("?size=nine&sort=best&from=x&page=0&typing=maybe&collapse=all", {}),
        "best rated": ("?sort=quality", {}),
        "not found": ("nothing/", {}),
    }


@pytest.fixture(scope="module", params=[GERMAN, ARABIC], ids=["German", "Arabic"])
def paper(request: pytest.FixtureRequest) -> Newspaper:
    paper: Newspaper = request.param
    return paper


@pytest.fixture(scope="module")
def engine(paper: Newspaper) -> FakeEngine:
    return SpeltEngine(articles_of(paper), pinned=frozenset({"1/0"}))


@pytest.fixture(scope="module")
def url(engine: FakeEngine, paper: Newspaper) -> Iterator[str]:
    settings = Settings(language=paper.language)
    with serving(create_app(settings, engine)) as url:
        yield url


READ = """() => {
    const found = [document.title];
    const names = ["aria-label", "placeholder", "title", "alt", "data-failed", "data-offline",
        "data-again"];
    const read = (root) => {
        const kinds = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
        const walker = document.createTreeWalker(root, kinds);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (node.nodeType === Node.TEXT_NODE) {
                const parent = node.parentElement;
                if (!parent?.closest("[lang=en], code, script, style")) found.push(node.data);
            } else {
                for (const name of names) found.push(node.getAttribute(name) ?? "");
                if (node.shadowRoot) read(node.shadowRoot);
            }
        }
    };
    read(document.body);
    return found.map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""
"""Every text of the page that somebody may read, shadow roots and attributes included."""


def english_of(language: str) -> list[re.Pattern[str]]:
    """Every message of which the language has other words, with anything for its values."""
    found = []
    for message in build.catalogue_of(language):
        texts, forms = (
            one if message.pluralizable else (one,) for one in (message.id, message.string)
        )
        for text in texts:
            plain = re.sub(r"</?code>", "", text)
            if words_of(plain) - set.union(*map(words_of, forms)):
                parts = re.split(r"%\(\w+\)s|\{\w+\}", plain)
                found.append(re.compile(".+".join(map(re.escape, parts))))
    return found


def words_of(message: str) -> set[str]:
    return set(re.findall("[A-Za-z]{4,}", re.sub(r"%\(\w+\)s|\{\w+\}", "", message)))


def test_english_would_be_noticed() -> None:
    patterns = english_of("de")
    assert len(patterns) > 80  # of the longer words: `in` is German, too
    for text in ("40 articles", "Remove the filter Topic: X", "Sort by", "Page 3", "2 more"):
        assert any(pattern.fullmatch(text) for pattern in patterns), text


def test_no_english_is_left_in_any_state(
    opened: Opened,
    axe: Callable[[Any], list[str]],
    engine: FakeEngine,
    paper: Newspaper,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patterns = english_of(paper.language)
    page = opened(url, viewport={"width": 1280, "height": 900})
    seen = 0
    for name, (query, extra) in states_of(paper).items():
        monkeypatch.setattr(engine, "extra", dict(extra))
        monkeypatch.setattr(engine, "generation", f"as in {name}")
        page.goto(f"{url}/{query}")
        texts = page.evaluate(READ)
        seen += len(texts)
        left = [text for text in texts if any(pattern.fullmatch(text) for pattern in patterns)]
        assert left == [], name
        if paper is ARABIC:
            latin = {word for text in texts for word in re.findall("[A-Za-z]{2,}", text)}
            assert latin <= {"UTC", "Atom", "JSON", "nine", "best", "maybe", "all", "story"} | {
                *("size", "sort", "from", "page", "typing", "collapse", "true", "false"),
                *("relevance", "newest", "oldest", "heat", "quality"),
            }, name
        check(page, axe, f"{paper.language} {name}")
    assert seen > 1_000
    page.complaints.clear()  # the error pages' own statuses


def test_without_an_index_and_after_a_fault_it_is_so_too(
    opened: Opened,
    engine: FakeEngine,
    paper: Newspaper,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patterns = english_of(paper.language)
    page = opened(url)
    for name, value in (("generation", None), ("failure", RuntimeError("for a while"))):
        with monkeypatch.context() as patch:
            patch.setattr(engine, name, value)
            page.goto(f"{url}/?q={paper.unknown}1")
            texts = page.evaluate(READ)
            assert page.locator(".problem").count() == 1
        assert not [t for t in texts if any(pattern.fullmatch(t) for pattern in patterns)]
    page.complaints.clear()


def test_the_box_speaks_it_without_asking_for_its_texts(
    opened: Opened, paper: Newspaper, url: str
) -> None:
    page = opened(url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/?q={paper.word}", wait_until="networkidle")
    clear = page.locator("news-search button.clear")
    assert clear.get_attribute("aria-label") == wording_of(paper.language).say("Clear the search")
    assert asked and not [address for address in asked if "/strings/" in address]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sheet_and_the_box_are_so_too(
    opened: Opened,
    axe: Callable[[Any], list[str]],
    paper: Newspaper,
    url: str,
    scheme: str,
) -> None:
    patterns = english_of(paper.language)
    page = opened(
        f"{url}/?q={paper.word}", viewport={"width": 360, "height": 740}, color_scheme=scheme
    )
    page.locator(".to-filters").click()
    check(page, axe, f"{paper.language} sheet {scheme}")
    page.locator(".sheet-foot .close").click()
    box = page.locator("[role=combobox]")
    box.fill(paper.word[:3])
    page.get_by_role("option").first.wait_for()
    texts = page.evaluate(READ)
    assert wording_of(paper.language).say("See all results") in texts
    assert not [t for t in texts if any(pattern.fullmatch(t) for pattern in patterns)]
    check(page, axe, f"{paper.language} box {scheme}")


def test_the_page_runs_in_the_direction_of_its_language(
    opened: Opened, paper: Newspaper, url: str
) -> None:
    page = opened(f"{url}/?q={paper.word}", viewport={"width": 1280, "height": 900})
    assert page.locator("html").get_attribute("lang") == paper.language
    is_rtl = paper is ARABIC
    assert page.evaluate("getComputedStyle(document.body).direction") == (
        "rtl" if is_rtl else "ltr"
    )
    filters, results = (page.locator(part).bounding_box()["x"] for part in (".facets", ".cards"))
    assert (filters > results) == is_rtl
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
