"""What is suggested for a rare word: never what only articles that are held back have."""

from __future__ import annotations

from collections.abc import Callable

from searchsvc.engine import Engine
from searchsvc.search import SearchRequest
from tests.conftest import Write

NOON = "2026-01-01T12:00:00Z"
LATER = "2099-01-01T00:00:00Z"


def _meant(engine: Engine, query: str) -> str | None:
    return engine.search(SearchRequest(query)).did_you_mean


def test_a_rare_word_suggests_a_common_one_also_where_other_words_found_articles(
    write: Write, indexed: Callable[..., Engine]
) -> None:
    write("rare", title="Harbur lights")
    for number in range(12):
        write(f"common{number}", title=f"Harbour lights {number}")
    engine = indexed()
    assert _meant(engine, "harbur") == "harbour"
    assert _meant(engine, "harbur lights") == "harbour lights"
    assert _meant(engine, "harbur") == "harbour"


def test_two_words_of_an_article_that_is_held_back_are_not_suggested(
    write: Write, indexed: Callable[..., Engine]
) -> None:
    write("typed", title="Moonbase", publishedDateTime=NOON)
    write("moon", title="Moon landing", publishedDateTime=NOON)
    write("base", title="Base camp", publishedDateTime=NOON)
    for number in range(3):
        write(f"held{number}", title=f"Moon base {number}", publishedDateTime=LATER)
    assert _meant(indexed(), "moonbase") is None


def test_two_words_of_live_articles_are(write: Write, indexed: Callable[..., Engine]) -> None:
    write("typed", title="Moonbase", publishedDateTime=NOON)
    for number in range(3):
        write(f"live{number}", title=f"Moon base {number}", publishedDateTime=NOON)
    assert _meant(indexed(), "moonbase") == "moon base"
