"""The setting `language`: forms of a word find each other in whatever Snowball stems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from searchsvc.engine import Engine
from searchsvc.search import SearchRequest

Write = Callable[..., Path]
Indexed = Callable[..., Engine]


@pytest.mark.parametrize(
    ("language", "written", "asked", "other"),
    [
        ("de", "Die Häuser der Universitäten", "universität haus", "Hausierer"),
        ("fr", "Élections présidentielles françaises", "élection présidentiel", "Électricité"),
        ("es", "Las canciones más escuchadas", "canción", "Canchas"),
        ("ru", "Новые законы о выборах", "закон выборы", "Законченный"),
        ("ar", "المدارس الجديدة في المدينة", "مدارس", "تدريس"),
        ("sv", "Bilarna i städerna", "bil", "Bildning"),
        ("hi", "लड़के और किताबें", "लड़का किताब", "लकड़ी"),
    ],
)
def test_forms_of_a_word_find_each_other(
    write: Write, indexed: Indexed, language: str, written: str, asked: str, other: str
) -> None:
    write("written", title=written)
    write("other", title=other)
    result = indexed(language=language).search(SearchRequest(asked))
    assert [hit.id for hit in result.hits] == ["written"]
    assert result.corrected is None and not result.relaxed
    highlights = result.hits[0].highlights
    assert highlights and "<mark>" in highlights.title


def test_another_language_builds_the_index_anew(write: Write, indexed: Indexed) -> None:
    write("a", title="Die Häuser")
    assert indexed(language="en").search(SearchRequest('title:"häuser"')).total == 1
    assert indexed(True, language="de").search(SearchRequest("häusern")).total == 1


def test_english_false_friends_are_english_only(write: Write, indexed: Indexed) -> None:
    write("a", title="Les organisations unies")
    assert indexed(language="fr").search(SearchRequest("organisation uni")).total == 1
