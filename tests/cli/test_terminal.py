"""An answer on a terminal: readable, and free of whatever articles try to do to it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from searchsvc.articles.article import Article, Provider
from searchsvc.cli.terminal import print_result, print_suggestions
from searchsvc.search import Hit, SearchRequest, SearchResult
from searchsvc.suggest.request import Suggestion
from tests.web.conftest import ARTICLES
from tests.web.fake_engine import FakeEngine


def printed(result: SearchResult, *, is_terminal: bool = False, width: int = 80) -> str:
    out = io.StringIO()
    print_result(result, Console(file=out, width=width, force_terminal=is_terminal))
    return out.getvalue()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(list(ARTICLES))


@pytest.fixture
def result(engine: FakeEngine) -> SearchResult:
    return engine.search(SearchRequest("azure"))


def test_a_hit_and_the_total(result):
    text = printed(result)
    assert "  1 Microsoft built a new AI supercomputer in Azure  12.346" in text
    assert "    Windows · 20 May 2020\n    https://news.example/azure\n" in text
    assert "    It has over 285,000 CPU cores and 10,000 GPUs." in text
    assert text.endswith("1 article, 0.1 ms\n")


def test_matches_stand_out_on_a_terminal(result):
    assert "<mark>" not in printed(result, is_terminal=True)
    assert "\x1b[1;33mAzure\x1b[0m" in printed(result, is_terminal=True)


def test_links_stay_in_one_piece(engine):
    url = "https://news.example/" + "x" * 200
    engine.articles = [Article("long", "Long", url=url)]
    assert url in printed(engine.search(SearchRequest("long")), width=40)


@pytest.mark.parametrize("highlight", [True, False])
def test_texts_of_articles_do_nothing(engine, highlight):
    text = "[red]x[/red] [/] [link=https://x]y \x1b[31m \x9b2J \x07 \u202e <mark>&lt;b&gt;"
    engine.articles = [
        Article("hostile", text, text, "https://x/\x1b]8;;y", provider=Provider(text, None))
    ]
    shown = printed(engine.search(SearchRequest("x", highlight=highlight)))
    assert "[red]x[/red] [/] [link=https://x]y" in shown
    assert "<mark>&lt;b&gt;" in shown
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(shown)


def test_the_others_of_a_story_stand_under_it(result):
    other = Hit(Article("b", "Another \x1b[31m[red]view").to_json(), 1.0)
    shown = printed(replace(result, hits=(replace(result.hits[0], also=(other,)),)))
    assert "    + Another  [31m[red]view\n" in shown
    assert shown.endswith("1 story, 0.1 ms\n")
    assert "3 stories" in printed(replace(result, total=3, hits=(replace(other, also=()),)))


def test_what_the_engine_did_to_help_is_said(result):
    shown = printed(
        replace(result, corrected="azur[e]", relaxed=True, did_you_mean="blue", ignored=("zz",))
    )
    assert "Showing results for azur[e]" in shown
    assert "No article has all the words" in shown
    assert "Did you mean blue?" in shown
    assert "No article has zz" in shown


def test_pages_and_partial_totals(result):
    shown = printed(replace(result, total=12_345, pages=1_235, page=2, partial=True))
    assert "at least 12,345 articles, page 2 of 1,235, 0.1 ms" in shown
    assert "11 Microsoft" in shown


def test_nothing_found(engine):
    assert printed(engine.search(SearchRequest("zyzzyva"))) == "0 articles, 0.1 ms\n"


def test_suggestions_are_lines_and_as_harmless():
    out = io.StringIO()
    hostile = "[bold]\x1b]0;x\x07<mark>sup</mark>&lt;b&gt;"
    suggestions = (
        Suggestion("query", "sup", "<mark>sup</mark>ercomputer"),
        Suggestion("article", "", hostile, "https://a.example/\x1b[31m"),
    )
    print_suggestions(suggestions, Console(file=out, width=20))
    assert out.getvalue() == (
        "query     supercomputer\narticle   [bold] ]0;x sup<b>  https://a.example/ [31m\n"
    )
