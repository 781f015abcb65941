"""Writing a generation: what is shared with the one before, what is written aside and anew."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from searchsvc.articles.article import Article, Provider
from searchsvc.index import Generation, GenerationWriter, WrittenIndex, segment_builder
from searchsvc.index.columns import rating
from searchsvc.index.merge_policy import MergePolicy
from tests.index.test_generation import content
from tests.index.test_segment import assert_equal
from tests.index.worlds import NOW, WEIGHTS, Night, built, generation, history_on_disk

ONE_SEGMENT = MergePolicy(max_segments=1, max_deleted=0.0)
ADDED = [
    Article(f"a{n}", f"Word{n} of covid-19", topics=(f"t{n % 7}",), heat=n, url=f"/{n % 9}")
    for n in range(60)
]


@pytest.mark.parametrize("batch", [1, 7, 60, 100])
def test_what_is_spilled_gives_the_same_generation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(segment_builder, "BATCH", batch)
    whole = built(tmp_path / "whole", ADDED)
    spilled = built(tmp_path / "spilled", ADDED, memory_mb=0)
    assert not (tmp_path / "spilled" / "spilled").exists()
    (one,), (other,) = whole.segments, spilled.segments
    assert_equal(one.data, other.data)
    assert content(whole) == content(spilled)


def test_carried_segments_are_the_same_files(tmp_path: Path) -> None:
    first = generation(tmp_path / "1", Night(ADDED, [], []))
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    second = generation(tmp_path / "2", Night([Article("c", "Charlie")], ["a1"], []), first)
    shared = [path.name for path in second.iterdir() if path.stat().st_nlink == 2]
    assert shared and all(name.startswith("MAIN_") for name in shared)
    assert before == {path.name: path.read_bytes() for path in first.iterdir()}
    assert len(Generation(second).segments) == 2
    assert Generation(first).find("a1") is not None


def test_ratings_alone_write_nothing_but_ratings(tmp_path: Path) -> None:
    first = generation(tmp_path / "1", Night(ADDED, [], []))
    second = generation(tmp_path / "2", Night([], [], [("a1", None, 7)]), first)
    own = {path.name for path in second.iterdir() if path.stat().st_nlink == 1}
    ours = {name for name in own if not name.endswith(".toc")}
    assert ours == {"column.quality.npy", "column.heat.npy", "manifest.json"}
    columns = Generation(second).columns
    assert (columns.quality[1], columns.heat[1]) == (rating(None), 7)
    assert Generation(first).columns.heat[1] == 1
    assert columns.ranks["heat"].tolist() == _ranks(columns.heat)


def _ranks(heat: np.ndarray) -> list[int]:
    ids = [article.id for article in ADDED]
    order = sorted(range(len(heat)), key=lambda doc: (-heat[doc], ids[doc]))
    return [order.index(doc) for doc in range(len(heat))]


def test_an_embargo_that_ends_is_a_change(tmp_path: Path) -> None:
    late = Article("b", "B", published_at=datetime(2020, 1, 2, tzinfo=UTC))
    states = []
    for number, day in enumerate((1, 3)):
        carried = tmp_path / "0" if number else None
        (tmp_path / str(number)).mkdir()
        writer = GenerationWriter(tmp_path / str(number), "en", WEIGHTS, carried)
        if not number:
            writer.add(late)
        now = datetime(2020, 1, day, tzinfo=UTC).timestamp()
        manifest = writer.finish(now, {"language": "en"}, lambda written: None)
        states.append((manifest.articles, manifest.held))
        assert Generation(tmp_path / str(number)).impacts.frequencies.sum() == number
    assert states == [(0, 1), (1, 0)]


def test_other_weights_take_effect_without_reading_an_article(tmp_path: Path) -> None:
    first = generation(tmp_path / "1", Night(ADDED, [], []))
    changed = (9.0, 1.0, 1.0, 1.0)
    second = generation(tmp_path / "2", Night([], [], []), first, weights=changed)
    afresh = built(tmp_path / "afresh", ADDED, weights=changed)
    assert content(Generation(second)) == content(afresh) != content(Generation(first))


def test_what_is_not_there_is_neither_deleted_nor_rated(tmp_path: Path) -> None:
    first = generation(tmp_path / "1", Night(ADDED, [], []))
    (tmp_path / "2").mkdir()
    writer = GenerationWriter(tmp_path / "2", "en", WEIGHTS, first)
    assert writer.delete("a1")
    assert not writer.delete("a1")
    assert not writer.rate("a1", 1, 1)
    assert not writer.rate("unknown", 1, 1)
    assert writer.rate("a2", 1, 1)


def test_suggestions_are_told_of_the_live_articles(tmp_path: Path) -> None:
    told: list[WrittenIndex] = []
    (tmp_path / "1").mkdir()
    writer = GenerationWriter(tmp_path / "1", "fr", WEIGHTS)
    writer.add(Article("a", "Alfa", heat=4))

    def suggest(written: WrittenIndex) -> None:
        told.append(written)
        (tmp_path / "1" / "suggest.npy").write_bytes(b"x")

    manifest = writer.finish(NOW, {"language": "fr"}, suggest)
    (written,) = told
    assert (written.language, written.live.tolist(), written.heat_pivot) == ("fr", [True], 4.0)
    assert "suggest.npy" in manifest.files


def test_the_commonest_spelling_of_live_articles_wins(tmp_path: Path) -> None:
    spelled = ["AI", "ai", "ai", "Ai", "Ai"]
    added = [Article(f"{n}", "x", provider=Provider(text, None)) for n, text in enumerate(spelled)]
    first = generation(tmp_path / "1", Night(added, [], []))
    assert Generation(first).columns.values["provider"].labels == ("Ai",)
    for policy in (None, ONE_SEGMENT):
        second = generation(tmp_path / str(policy), Night([], ["4"], []), first, policy=policy)
        assert Generation(second).columns.values["provider"].labels == ("ai",)


def test_a_big_segment_is_not_rewritten_by_small_nights(tmp_path: Path) -> None:
    carried = generation(
        tmp_path / "0", Night([Article(f"big{n}", "x") for n in range(300)], [], [])
    )
    big = {path.stat().st_ino for path in carried.glob("MAIN_*")}
    for night in range(1, 25):
        added = [Article(f"n{night}", "y")]
        carried = generation(tmp_path / str(night), Night(added, [], []), carried)
        assert len(Generation(carried).segments) <= 8
    assert big <= {path.stat().st_ino for path in carried.glob("MAIN_*")}


def test_merging_everything_leaves_one_segment(tmp_path: Path) -> None:
    history = [Night([Article(f"{n}", f"Title {n}")], [], []) for n in range(4)]
    generation = Generation(history_on_disk(tmp_path, history, ONE_SEGMENT))
    assert len(generation.segments) == 1
    assert generation.states.all()


def test_cancelling_leaves_nothing_aside(tmp_path: Path) -> None:
    writer = GenerationWriter(tmp_path, "en", WEIGHTS, memory_mb=0)
    writer.add(ADDED[0])
    assert list((tmp_path / "spilled").iterdir())
    writer.cancel()
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_stored_is_an_error(tmp_path: Path) -> None:
    writer = GenerationWriter(tmp_path, "en", WEIGHTS)
    with pytest.raises(TypeError):
        writer.add(Article("a", "a lone \ud800 surrogate"))
        writer.finish(NOW, {}, lambda written: None)
    writer.cancel()
    assert not list(tmp_path.iterdir())
