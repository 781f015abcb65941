"""Articles that say nearly the same are one story; what only looks alike is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import yaml

from searchsvc.articles.article import Article
from searchsvc.index import Generation, GenerationWriter, near_duplicates

Text = tuple[str, str]
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
NOW = datetime(2024, 6, 1, tzinfo=UTC).timestamp()

PAIRS: dict[str, list[tuple[Text, Text]]] = yaml.safe_load(
    (Path(__file__).parent / "told_twice.yaml").read_text("utf-8")
)
SAME, APART = PAIRS["same"], PAIRS["apart"]


def indexed(folder: Path, articles: Sequence[tuple[Text, datetime | None]]) -> Generation:
    folder.mkdir(exist_ok=True)
    writer = GenerationWriter(folder, "en", (2.0, 2.0, 1.0, 0.3))
    for number, ((title, excerpt), date) in enumerate(articles):
        writer.add(Article(f"{number:03d}", title, excerpt, published_at=date))
    writer.finish(NOW, {"language": "en"}, lambda written: None)
    return Generation(folder)


def stories(generation: Generation) -> list[int]:
    numbers: list[int] = generation.stories.numbers.tolist()
    return numbers


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """The story of both of each pair, one after the other."""
    texts = [text for pair in SAME + APART for text in pair]
    return stories(indexed(tmp_path_factory.mktemp("pairs"), [(text, NOON) for text in texts]))


@pytest.mark.parametrize("pair", range(len(SAME)), ids=lambda n: SAME[n][0][0])
def test_a_story_told_twice_is_one(numbers: list[int], pair: int) -> None:
    one, other = numbers[2 * pair : 2 * pair + 2]
    assert one == other >= 0


@pytest.mark.parametrize("pair", range(len(SAME), len(SAME) + len(APART)))
def test_what_looks_alike_is_not_one(numbers: list[int], pair: int) -> None:
    assert numbers[2 * pair : 2 * pair + 2] == [-1, -1]


@pytest.mark.parametrize(
    ("apart", "are_one"), [(timedelta(hours=12), True), (timedelta(hours=13), False)]
)
def test_an_issue_of_another_day_is_another_story(
    tmp_path: Path, apart: timedelta, are_one: bool
) -> None:
    (one, other), filling = SAME[0], [(text, NOON) for pair in APART for text in pair]
    found = stories(indexed(tmp_path, [(one, NOON), (other, NOON + apart), *filling]))
    assert (found[0] == found[1] >= 0) == are_one


def test_undated_articles_and_those_of_the_future_are_in_no_pair(tmp_path: Path) -> None:
    (one, other), (third, fourth) = SAME[:2]
    future = NOON + timedelta(days=365)
    articles = [(one, None), (other, None), (third, future), (fourth, future)]
    assert stories(indexed(tmp_path, articles)) == [-1] * 4


def test_it_depends_on_no_articles_number_and_on_no_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [(text, NOON) for pair in SAME + APART for text in pair]
    found = stories(indexed(tmp_path / "a", texts))
    monkeypatch.setattr(near_duplicates, "_AT_ONCE", 64)
    turned = stories(indexed(tmp_path / "b", texts[::-1]))[::-1]
    same = np.equal.outer(found, found) & (np.array(found) >= 0)
    assert (same == (np.equal.outer(turned, turned) & (np.array(turned) >= 0))).all()


def test_an_index_of_nothing_has_no_pairs(tmp_path: Path) -> None:
    assert stories(indexed(tmp_path / "none", [])) == []
    assert stories(indexed(tmp_path / "one", [(SAME[0][0], NOON)])) == [-1]
