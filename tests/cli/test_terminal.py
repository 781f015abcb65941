"""An answer on a terminal: readable, and free of whatever articles try to do to it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from searchsvc.articles.article import Article, Provider
from searchsvc.cli.terminal import print_result, print_suggestions
from searchsvc.search import Hit, SearchRequest, SearchResult
from searchsvc.suggest.request import Suggestion
from tests.web.conftest import ARTICLES
from tests.web.fake_engine import FakeEngine


@pytest.fixture
def printed(capsys, monkeypatch):
    """What is written of a result, or of suggestions."""
    monkeypatch.delenv("NO_COLOR", raising=False)

    def printed(shown: SearchResult | tuple[Suggestion, ...], *, width=80, color=None) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        (print_suggestions if isinstance(shown, tuple) else print_result)(shown, color)
        return capsys.readouterr().out

    return printed


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(list(ARTICLES))


@pytest.fixture
def result(engine: FakeEngine) -> SearchResult:
    return engine.search(SearchRequest("azure"))


def test_a_hit_and_the_total(printed, result):
    text = printed(result)
    assert "  1 Microsoft built a new AI supercomputer in Azure  12.346" in text
    assert "    Windows · 20 May 2020\n    https://news.example/azure\n" in text
    assert "    It has over 285,000 CPU cores and 10,000 GPUs." in text
    assert text.endswith("1 article, 0.1 ms\n")


def test_matches_stand_out_on_a_terminal(printed, result):
    assert "<mark>" not in printed(result, color=True)
    assert "\x1b[33m\x1b[1mAzure\x1b[0m" in printed(result, color=True)


def test_colours_are_for_terminals_and_for_those_who_like_them(printed, result, monkeypatch):
    assert "\x1b" not in printed(result)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in printed(result, color=True)


def test_an_excerpt_is_as_wide_as_the_terminal_and_ends_somewhere(printed, engine):
    engine.articles = [Article("long", "Long", "word " * 100)]
    found = engine.search(SearchRequest("word", highlight=False))
    lines = printed(found, width=34).splitlines()
    assert lines[1] == "    word word word word word word"
    assert [line for line in lines[1:] if line.startswith("    ")][-1].endswith("…")
    assert sum(line.count("word") for line in lines) < 65


def test_links_stay_in_one_piece(printed, engine):
    url = "https://news.example/" + "x" * 200
    engine.articles = [Article("long", "Long", url=url)]
    assert url in printed(engine.search(SearchRequest("long")), width=40)


@pytest.mark.parametrize("highlight", [True, False])
def test_texts_of_articles_do_nothing(printed, engine, highlight):
    text = "[red]x[/red] [/] [link=https://x]y \x1b[31m \x9b2J \x07 \u202e <mark>&lt;b&gt;"
    engine.articles = [
        Article("hostile", text, text, "https://x/\x1b]8;;y", provider=Provider(text, None))
    ]
    shown = printed(engine.search(SearchRequest("x", highlight=highlight)))
    assert "[red]x[/red] [/] [link=https://x]y" in shown
    assert "<mark>&lt;b&gt;" in shown
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(shown)
    coloured = printed(engine.search(SearchRequest("x", highlight=highlight)), color=True)
    assert re.sub("\x1b\\[(0|1|2|33|34|36)m", "", coloured) == shown


def test_the_others_of_a_story_stand_under_it(printed, result):
    other = Hit(Article("b", "Another \x1b[31m[red]view").to_json(), 1.0)
    shown = printed(replace(result, hits=(replace(result.hits[0], also=(other,)),)))
    assert "    + Another  [31m[red]view\n" in shown
    assert shown.endswith("1 story, 0.1 ms\n")
    assert "3 stories" in printed(replace(result, total=3, hits=(replace(other, also=()),)))


def test_what_the_engine_did_to_help_is_said(printed, result):
    shown = printed(
        replace(result, corrected="azur[e]", relaxed=True, did_you_mean="blue", ignored=("zz",))
    )
    assert "Showing results for azur[e]" in shown
    assert "Few or no articles have all the words" in shown
    assert "Did you mean blue?" in shown
    assert "No article has zz" in shown


def test_pages_and_partial_totals(printed, result):
    shown = printed(replace(result, total=12_345, pages=1_235, page=2, partial=True))
    assert "at least 12,345 articles, page 2 of 1,235, 0.1 ms" in shown
    assert "11 Microsoft" in shown


def test_nothing_found(printed, engine):
    assert printed(engine.search(SearchRequest("zyzzyva"))) == "0 articles, 0.1 ms\n"


def test_suggestions_are_lines_and_as_harmless(printed):
    hostile = "[bold]\x1b]0;x\x07<mark>sup</mark>&lt;b&gt;"
    suggestions = (
        Suggestion("query", "sup", "<mark>sup</mark>ercomputer"),
        Suggestion("article", "", hostile, "https://a.example/\x1b[31m"),
    )
    assert printed(suggestions, width=20) == (
        "query     supercomputer\narticle   [bold] ]0;x sup<b>  https://a.example/ [31m\n"
    )
    assert "\x1b]" not in printed(suggestions, color=True)
