"""Articles that say nearly the same are one story; what only looks alike is not."""

from __future__ import annotations

import gzip
import hashlib
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from searchsvc.articles import corpus, listing
from searchsvc.articles.article import Article
from searchsvc.index import Generation, GenerationWriter, near_duplicates
from tests.conftest import SHARED

Text = tuple[str, str]
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
NOW = datetime(2024, 6, 1, tzinfo=UTC).timestamp()

HERE = Path(__file__).parent
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _pairs_in(name: str) -> dict[str, list[Any]]:
    """Pairs of texts, by what they are."""
    found: dict[str, list[Any]] = yaml.load((HERE / name).read_text("utf-8"), _Loader)
    return found


PAIRS = _pairs_in("told_twice.yaml")
SAME, APART = PAIRS["same"], PAIRS["apart"]
OF_FEEDS = _pairs_in("as_feeds_bring_them.yaml")


def indexed(
    folder: Path,
    articles: Sequence[tuple[Text, datetime | None]],
    bodies: Mapping[int, str] | None = None,
) -> Generation:
    folder.mkdir(exist_ok=True)
    writer = GenerationWriter(folder, "en", (2.0, 2.0, 1.0, 0.3))
    for number, ((title, excerpt), date) in enumerate(articles):
        body = (bodies or {}).get(number, "")
        writer.add(Article(f"{number:03d}", title, excerpt, body=body, published_at=date))
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


def pairs_in(generation: Generation) -> set[tuple[int, int]]:
    first, second = near_duplicates.near_duplicates(
        generation.impacts,
        generation.segments,
        generation.columns,
        np.asarray(generation.are_present),
    )
    return set(zip(first.tolist(), second.tolist(), strict=True))


def test_of_200_pairs_as_feeds_bring_them_those_taken_are_one_story(tmp_path: Path) -> None:
    same, apart = SAME + OF_FEEDS["same"], APART + OF_FEEDS["apart"]
    assert len(same) + len(apart) == 200
    articles = [(text, NOON) for pair in same + apart for text in pair]
    before = [(text, NOON - timedelta(days=4)) for text in OF_FEEDS["days_before"]]
    taken = pairs_in(indexed(tmp_path, [*articles, *before]))
    right = {(place, place + 1) for place in range(0, 2 * len(same), 2)}
    assert len(taken & right) >= 0.98 * len(taken)
    assert len(taken & right) >= 0.85 * len(same)


TABLE = (
    "Reservoirs of the Sardona valley in the {}",
    "Levels by the wardens of Ebnat, Flims, Mund and Talstation: {} and {} metres, sluices shut.",
)


@pytest.mark.parametrize(
    ("numbers", "are_one"),
    [((212, 98), True), ((212, 97), True), ((211, 97), False)],
    ids=["none differs", "one differs", "two differ"],
)
def test_a_table_with_other_numbers_is_another(
    tmp_path: Path, numbers: tuple[int, int], are_one: bool
) -> None:
    one = (TABLE[0].format("morning"), TABLE[1].format(212, 98))
    other = (TABLE[0].format("evening"), TABLE[1].format(*numbers))
    filling = [(text, NOON) for pair in APART for text in pair]
    found = stories(indexed(tmp_path, [(one, NOON), (other, NOON), *filling]))
    assert (found[0] == found[1] >= 0) == are_one


CLIPS = [
    (f"{who}: every goal", "Subscribe to the league pass for clips, scores and replays by bell.")
    for who in ("Larks at Geese", "Larks at Swifts", "Rooks at Geese")
]


def test_what_has_the_form_of_another_days_article_is_no_story(tmp_path: Path) -> None:
    filling = [(text, NOON) for pair in APART for text in pair]
    together = [(CLIPS[0], NOON), (CLIPS[1], NOON), *filling]
    found = stories(indexed(tmp_path / "no other day", together))
    assert found[0] == found[1] >= 0
    other_day = (CLIPS[2], NOON - timedelta(days=3))
    assert stories(indexed(tmp_path / "another day", [*together, other_day]))[:2] == [-1, -1]


def test_a_copy_that_comes_days_later_shows_no_form(tmp_path: Path) -> None:
    one, other = SAME[0]
    filling = [(text, NOON) for pair in APART for text in pair]
    again = NOON + timedelta(days=3)
    found = stories(indexed(tmp_path, [(one, NOON), (other, NOON), *filling, (one, again)]))
    assert found[0] == found[1] >= 0


Judged = dict[tuple[str, str], bool]


@pytest.fixture(scope="module")
def judged() -> Mapping[str, Judged]:
    """By collection, pairs that were read and whether they are one story.

    Headlines and Reuters are named by their line, other articles by a digest of their path.
    """
    found: dict[str, Judged] = {}
    for name, *ids in _judgements():
        if len(ids) == 3:
            found.setdefault(name, {})[ids[0], ids[1]] = ids[2] == "same"
    return found


def _judgements() -> Iterator[list[str]]:
    for line in (HERE / "judged_pairs.tsv").read_text("utf-8").splitlines():
        yield line.split("\t")


def _named(name: str) -> set[str]:
    """All that are in a judged pair, or written in the form of one that is."""
    return {one for of, *ids in _judgements() if of == name for one in ids[:2]}


def _rows(path: Path, wanted: set[str], every: int) -> Iterator[Article]:
    """Articles by the numbers of their lines; every so many others."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % every and str(number) not in wanted:
                continue
            row = json.loads(line)
            moment = datetime.fromisoformat(row["publishedDateTime"])
            topics = tuple(filter(None, row.get("topics") or ()))
            yield Article(
                str(number), row["title"], row["excerpt"], published_at=moment, topics=topics
            )


def _files(archive: Path, folder: Path) -> Iterator[Article]:
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    for file in listing.walk(folder):
        if article := corpus.read(folder, file).article:
            digest = hashlib.sha256(article.id.encode()).hexdigest()[:12]
            yield replace(article, id=digest)


@pytest.mark.shared
def test_of_the_pairs_that_were_read_those_taken_are_one_story(
    tmp_path: Path, judged: Mapping[str, Judged]
) -> None:
    data = SHARED / "data"
    texts = {
        "headlines": _rows(
            data / "headlines" / "headlines-en-100k.jsonl.gz", _named("headlines"), 20
        ),
        "reuters": _rows(data / "reuters" / "reuters.jsonl.gz", _named("reuters"), 10),
        **{
            name: _files(data / "smartable" / f"{name}.tar.gz", tmp_path / "files" / name)
            for name in ("power-apps", "diablo4-2016-2021")
        },
    }
    taken: list[bool] = []
    for name, articles in texts.items():
        (tmp_path / name).mkdir()
        writer = GenerationWriter(tmp_path / name, "en", (2.0, 2.0, 1.0, 0.3))
        ids = []
        for article in articles:
            ids.append(article.id)
            writer.add(article)
        writer.finish(NOW, {"language": "en"}, lambda written: None)
        numbers = {one: number for number, one in enumerate(ids)}
        pairs = pairs_in(Generation(tmp_path / name))
        for (one, other), is_same in judged[name].items():
            if tuple(sorted((numbers[one], numbers[other]))) in pairs:
                taken.append(is_same)
    same = sum(sum(of.values()) for of in judged.values())
    assert sum(taken) >= 0.98 * len(taken)
    assert sum(taken) >= 0.8 * same


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


@pytest.mark.parametrize("at_once", [near_duplicates._AT_ONCE, 64])
def test_bodies_make_no_story_and_part_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    texts = [(text, NOON) for pair in SAME + APART for text in pair]
    expected = pairs_in(indexed(tmp_path / "none", texts))
    monkeypatch.setattr(near_duplicates, "_AT_ONCE", at_once)
    told = "The divers, glaziers and notaries of Kinderdijk told a reporter what they had seen. "
    first_of_apart = 2 * len(SAME)
    bodies = {
        **{number: told * number for number in range(0, first_of_apart, 3)},
        **dict.fromkeys(range(first_of_apart, len(texts)), told),
    }
    assert pairs_in(indexed(tmp_path / "some", texts, bodies)) == expected
    assert len(expected) == len(SAME)


def test_an_index_of_nothing_has_no_pairs(tmp_path: Path) -> None:
    assert stories(indexed(tmp_path / "none", [])) == []
    assert stories(indexed(tmp_path / "one", [(SAME[0][0], NOON)])) == [-1]
