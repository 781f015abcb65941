"""A generation that was changed night after night answers as one built afresh."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given

from searchsvc.analysis import title_key
from searchsvc.articles.article import Article
from searchsvc.articles.fields import VALUE_FIELDS
from searchsvc.errors import NoIndex
from searchsvc.index import Generation
from searchsvc.index.impacts import DELETED, HELD, LIVE
from tests.index.test_impacts import found
from tests.index.worlds import (
    NOW,
    Night,
    after,
    built,
    collections,
    history_on_disk,
    nights,
    occurrences,
    policies,
    several,
)


def content(generation: Generation) -> dict[str, Any]:
    """All that is known by id, whatever the documents' numbers."""
    present = np.flatnonzero(generation.are_present).tolist()
    stored = dict(zip(present, generation.stored_of(present), strict=True))
    ids = {doc: orjson.loads(json)["id"] for doc, json in stored.items()}
    columns = generation.columns
    groups = defaultdict(set)
    for doc in present:
        if generation.stories.numbers[doc] >= 0:
            groups[int(generation.stories.numbers[doc])].add(ids[doc])
    words, stems, frequencies = found(generation)
    return {
        "stored": {ids[doc]: json for doc, json in stored.items()},
        "states": {ids[doc]: int(generation.states[doc]) for doc in present},
        "norms": {ids[doc]: pytest.approx(float(generation.norms[doc])) for doc in present},
        "words": _approximate(words),
        "stems": _approximate(stems),
        "frequencies": frequencies,
        "values": {
            name: {ids[doc]: set(columns.values[name].of_document(doc)) for doc in present}
            for name in VALUE_FIELDS
        },
        "labels": {name: set(columns.values[name].labels) for name in VALUE_FIELDS},
        "orders": {
            order: [ids[doc] for doc in sorted(present, key=columns.ranks[order].__getitem__)]
            for order in ("newest", "oldest", "heat", "quality")
        },
        "stories": {frozenset(group) for group in groups.values()},
        "linked": {ids[doc]: [ids[to] for to in generation.linked(doc)] for doc in present},
        "found": {ids[doc]: generation.find(ids[doc]) == doc for doc in present},
        "manifest": (
            generation.manifest.articles,
            generation.manifest.held,
            generation.manifest.quality_pivot,
            generation.manifest.heat_pivot,
        ),
    }


def _approximate(sats: dict[str, dict[str, int]]) -> Any:
    return {
        word: {i: pytest.approx(sat, abs=2) for i, sat in having.items()}
        for word, having in sats.items()
    }


@several
@given(nights, policies)
def test_carried_generations_answer_as_a_full_build(history: list[Night], policy: Any) -> None:
    with TemporaryDirectory() as name:
        carried = Generation(history_on_disk(Path(name), history, policy))
        afresh = built(Path(name) / "afresh", list(after(history).values()))
        assert content(carried) == content(afresh)


@several
@given(collections)
def test_a_generation_holds_its_articles(added: list[Article]) -> None:
    with TemporaryDirectory() as name:
        generation = built(Path(name) / "1", added)
        assert len(generation) == len(added)
        docs = range(len(added))
        assert generation.stored_of(docs) == [article.to_json() for article in added]
        for doc, article in enumerate(added):
            assert generation.find(article.id) == doc
            is_held = article.published_at and article.published_at.timestamp() > NOW
            assert generation.states[doc] == (HELD if is_held else LIVE)
            key = title_key(article.title)
            titled = generation.titled(key).tolist() if key else [doc]
            assert (
                titled == [n for n, other in enumerate(added) if title_key(other.title) == key]
                or not key
            )
            counts = {
                word: np.bincount(np.array(places) >> 14, minlength=4).tolist()
                for word, places in occurrences(article, "en").items()
            }
            for number, word in enumerate(generation.impacts.words):
                found_counts = generation.counts_in(number, doc).tolist()
                assert found_counts == counts.get(word.decode(), [0] * 4)
        assert generation.find("unknown") is None
        assert generation.titled("no such title").tolist() == []


def test_what_is_deleted_is_not_found(tmp_path: Path) -> None:
    added = [Article(name, "Same", url=f"/{name}", related=("/b",)) for name in "abcd"]
    history = [Night(added, [], []), Night([Article("e", "same")], ["b"], [])]
    generation = Generation(history_on_disk(tmp_path, history))
    assert generation.states.tolist() == [LIVE, DELETED, LIVE, LIVE, LIVE]
    assert generation.find("b") is None
    assert generation.titled("same").tolist() == [0, 2, 3, 4]
    assert generation.linked(0) == []
    assert generation.stories.members(0).tolist() == [0, 2, 3, 4]
    assert [segment.base for segment in generation.segments] == [0, 4]
    assert generation.segment_of(3).name != generation.segment_of(4).name


def test_an_article_s_own_links_lead_to_articles(tmp_path: Path) -> None:
    added = [
        Article("a", "A", url="https://a.example/a", related=("/b", "/none", "/c", "/b?utm_x=1")),
        Article("b", "B", url="/b"),
        Article("c", "C", other_urls=("/c",)),
    ]
    generation = built(tmp_path / "1", added)
    assert [generation.linked(doc) for doc in range(3)] == [[1, 2], [], []]


def test_ratings_are_the_generation_s(tmp_path: Path) -> None:
    first = Night([Article("a", "A", quality=5, heat=1), Article("b", "B", heat=2)], [], [])
    generation = Generation(history_on_disk(tmp_path, [first, Night([], [], [("a", None, 7)])]))
    stored = [orjson.loads(json) for json in generation.stored_of([0, 1])]
    assert [(one["quality"], one["heat"]) for one in stored] == [(None, 7), (None, 2)]


def test_an_embargo_is_held(tmp_path: Path) -> None:
    late = Article("b", "B", published_at=datetime(2999, 1, 1, tzinfo=UTC))
    manifest = built(tmp_path / "1", [Article("a", "A"), late]).manifest
    assert (manifest.articles, manifest.held, manifest.documents) == (1, 1, 2)
    assert manifest.language == "en"


def test_an_empty_generation_opens(tmp_path: Path) -> None:
    history = [Night([Article("a", "Alfa")], [], []), Night([], ["a"], [])]
    for generation in (Generation(history_on_disk(tmp_path, history)), built(tmp_path / "x", [])):
        assert len(generation) == 0
        assert not list(generation.folder.glob("MAIN_*"))
        assert generation.find("a") is None
        assert generation.titled("alfa").tolist() == []


@pytest.mark.parametrize("error", [IndexError("a"), KeyError("a"), ValueError("a"), OSError("a")])
def test_what_cannot_be_opened_is_no_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    folder = built(tmp_path / "1", [Article("a", "A")]).folder

    def fails(*args: object) -> None:
        raise error

    monkeypatch.setattr("searchsvc.index.generation.Impacts.load", fails)
    with pytest.raises(NoIndex, match="cannot be opened"):
        Generation(folder)
