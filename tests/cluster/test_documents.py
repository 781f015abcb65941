"""An article as the cluster holds it has the terms, names and stories that an index has."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis import stemmer
from searchsvc.articles.article import Article
from searchsvc.cluster.casing import NameFinder
from searchsvc.cluster.documents import (
    FieldTerms,
    content_digest,
    phrases,
    source,
    whole_digest,
)
from searchsvc.cluster.mapping import BAR, FieldTimes
from searchsvc.cluster.ties import Tie, stories_of
from searchsvc.errors import InvalidSettings
from searchsvc.index import Generation
from searchsvc.publish.generations import IndexFolder
from tests.conftest import index_of

TIMES = FieldTimes.of((2.0, 2.0, 1.0, 0.3))
NOW = datetime(2021, 1, 1, tzinfo=UTC).timestamp()


def document(**values: Any) -> dict[str, Any]:
    return source(Article("a", **values), "en", stemmer("en"), TIMES, None)


def counts(sent: str) -> dict[str, int]:
    return {term: int(count) for term, _, count in (t.rpartition(BAR) for t in sent.split(" "))}


@pytest.mark.parametrize(
    ("weights", "times", "scale"),
    [
        ((2.0, 2.0, 1.0, 0.0), (2, 2, 1, 0), 1),
        ((2.0, 2.0, 1.0, 0.5), (4, 4, 2, 1), 2),
        ((2.0, 2.0, 1.0, 0.3), (20, 20, 10, 3), 10),
        ((1.25, 1.0, 0.75, 0.01), (125, 100, 75, 1), 100),
    ],
)
def test_weights_become_the_smallest_whole_numbers(
    weights: tuple[float, ...], times: tuple[int, ...], scale: int
) -> None:
    found = FieldTimes.of(weights)
    assert (found.of_field, found.scale) == (times, scale)


def test_weights_of_more_decimals_are_refused() -> None:
    with pytest.raises(InvalidSettings, match=r"1\.2345"):
        FieldTimes.of((1.2345, 1.0, 1.0, 1.0))


def test_a_term_counts_as_often_as_the_weights_of_its_fields_say() -> None:
    found = document(title="Storms", topics=("Storm", "Rain"), excerpt="A storm.", body="Storm it")
    assert counts(found["words"])["storms"] == 20
    assert counts(found["words"])["storm"] == 20 + 10 + 3
    assert counts(found["stems"])["storm"] == 20 + 20 + 10 + 3
    assert found["length"] == sum(counts(found["stems"]).values())


def test_the_terms_of_one_place_stand_together() -> None:
    places = FieldTerms.of("Start-up café", "en").places
    assert [set(place) for place in places] == [
        {"start", "startup"},
        {"up"},
        {"cafe", "café"},
    ]


@given(st.text(max_size=60))
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    terms = FieldTerms.of(text, "en")
    sent = terms.joined()
    split = [tuple(place.split(BAR)) for place in sent.split(" ")] if sent else []
    assert split == list(terms.places)


def test_names_of_authors_stand_with_the_topics() -> None:
    found = document(title="Opal", topics=("Gems",), authors=("Ann Dahl",))
    assert (
        found["topics_words"] == document(title="Opal", topics=("Gems", "Ann Dahl"))["topics_words"]
    )
    assert {"ann", "dahl"} <= set(counts(found["words"]))


def test_phrases_end_with_a_word_that_says_something() -> None:
    found = list(phrases(FieldTerms.of("Bank of England", "en"), "en"))
    assert found == ["bank", "bank of england", "of", "of england", "england"]


def test_ratings_are_no_part_of_the_content_and_the_digest_is_whole_again() -> None:
    one, other = Article("a", "T", quality=1), Article("a", "T", quality=2, heat=3)
    assert content_digest(one.digest()) == content_digest(other.digest())
    assert whole_digest(content_digest(one.digest()), 1, None) == one.digest()
    assert whole_digest(content_digest(other.digest()), 2, 3) == other.digest()


def test_names_are_those_that_an_index_finds(tmp_path: Path) -> None:
    told = "Yesterday the senator met Harris and said that harry was hurrying to see davies today"
    texts = [f"{told} number {n} while Davis spoke to many harries." for n in range(12)]
    articles = {f"a{n}": {"title": "News", "excerpt": text} for n, text in enumerate(texts)}
    settings = index_of(tmp_path, articles)
    folder = IndexFolder(settings.index)
    generation = Generation(folder.path(folder.current() or ""))
    finder = NameFinder("en")
    for name, values in articles.items():
        finder.add(Article(name, values["title"], values["excerpt"]))
    assert finder.names() == generation.impacts.names != frozenset()


def test_stories_are_tied_by_headline_and_by_link_either_way() -> None:
    day = datetime(2020, 1, 1, tzinfo=UTC)
    articles = [
        Article("a", "A flood", published_at=day),
        Article("b", "A FLOOD!", published_at=day + timedelta(hours=1)),
        Article("c", "Water", url="https://x.example/c"),
        Article("d", "More water", related=("http://www.x.example/c/",)),
        Article("e", "Alone"),
        Article("f", "A flood", published_at=datetime(2999, 1, 1, tzinfo=UTC)),
    ]
    ties = [Tie.of(article, "en") for article in articles]
    assert stories_of(ties, NOW) == {"a": "a", "b": "a", "c": "c", "d": "c"}
    assert stories_of(list(reversed(ties)), NOW) == stories_of(ties, NOW)


def test_values_that_differ_in_case_are_one_with_how_they_are_written() -> None:
    found = document(title="T", topics=("AI", "Économie"))
    assert found["topic"]["key"] == ["ai", "économie"]
    assert Counter(found["topic"]["label"]) == Counter(["ai\tAI", "économie\tÉconomie"])
