"""Every real article at hand is accounted for, and no secret of one gets through."""

from __future__ import annotations

import gzip
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.articles import corpus, frontmatter, listing
from searchsvc.articles.article import Article
from searchsvc.articles.corpus import FileReading
from searchsvc.articles.interpretation import from_front_matter, is_published
from searchsvc.articles.keys import FieldKeys
from searchsvc.articles.listing import Outcome

SMARTABLE = Path(__file__).parents[3] / "shared" / "data" / "smartable"
RUN = 16
"""So many characters of a secret in a row are a leak."""

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both sets, the first article of all, and each text of the history as a file of its own."""
    folder = tmp_path_factory.mktemp("real")
    for name in ("power-apps", "diablo4-2016-2021"):
        with tarfile.open(SMARTABLE / f"{name}.tar.gz") as archive:
            archive.extractall(folder / name, filter="data")
    (folder / "seed-article.md").write_bytes((SMARTABLE / "seed-article.md").read_bytes())
    (folder / "history").mkdir()
    for number, change in enumerate(_history()):
        path = folder / "history" / f"{number:05}.md"
        path.write_bytes(change["text"].encode())
    return folder


@pytest.fixture(scope="module")
def readings(root: Path) -> list[FileReading]:
    return [corpus.read(root, file) for file in listing.walk(root)]


def _history() -> Iterator[dict[str, str]]:
    with gzip.open(SMARTABLE / "power-apps-news-updates.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _set(reading: FileReading) -> str:
    return reading.file.path.split("/")[0]


def test_every_file_is_accounted_for(root: Path, readings: list[FileReading]) -> None:
    files = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
    assert [reading.file.path for reading in readings] == sorted(files)
    assert Counter((_set(reading), reading.outcome.value) for reading in readings) == {
        ("power-apps", "published"): 726,
        ("power-apps", "unpublished"): 63,
        ("diablo4-2016-2021", "published"): 254,
        ("diablo4-2016-2021", "unpublished"): 158,
        ("history", "published"): 2291,
        ("history", "unpublished"): 146,
        ("seed-article.md", "published"): 1,
    }


def test_none_is_rejected(readings: list[FileReading]) -> None:
    """All of them were on a site: to reject one would be to lose it."""
    assert [str(reading.rejection) for reading in readings if reading.rejection] == []


def test_unpublished_are_those_whose_file_says_so(root: Path, readings: list[FileReading]) -> None:
    taken_back = re.compile(r"^(?:published: *false|removed: *true|deleted: *true)", re.MULTILINE)
    for reading in readings:
        front = (root / reading.file.path).read_text(encoding="utf-8").split("\n---")[0]
        is_taken_back = taken_back.search(front) is not None
        assert is_taken_back is (reading.outcome is Outcome.UNPUBLISHED), reading.file.path


def test_no_secret_gets_through(root: Path, readings: list[FileReading]) -> None:
    secured = re.compile(r"""^secured: *["']?([^"'\r\n]+)""", re.MULTILINE)
    seen = 0
    for reading in readings:
        text = (root / reading.file.path).read_text(encoding="utf-8")
        held = repr(reading)
        windows = {held[i : i + RUN] for i in range(len(held) - RUN + 1)}
        for secret in secured.findall(text):
            seen += 1
            runs = {secret[i : i + RUN] for i in range(len(secret) - RUN + 1)}
            assert not windows & runs, reading.file.path
    assert seen > 2_000


def _articles(readings: list[FileReading]) -> Iterator[Article]:
    return (reading.article for reading in readings if reading.article)


def test_nothing_that_an_editor_would_be_ashamed_of_is_left(readings: list[FileReading]) -> None:
    for article in _articles(readings):
        for text in (article.title, article.excerpt, *article.topics):
            assert not re.search(r"&#?\w+;|</?(?:p|br|a|span|div|iframe)\b|â€|Ã©|\u200b", text), (
                text
            )
            assert text == " ".join(text.split())
            assert text.isprintable() or "\u200d" in text


def test_articles_survive_storage(readings: list[FileReading]) -> None:
    for article in _articles(readings):
        stored = Article.from_json(article.to_json())
        assert stored.to_json() == article.to_json()


def test_most_changes_of_a_real_year_change_nothing() -> None:
    """Nearly all versions differ from the one before in secrets and line ends alone."""
    before: dict[str, str] = {}
    changes: Counter[bool] = Counter()
    for change in _history():
        digest = _digest(change["text"])
        if (path := change["path"]) in before:
            changes[before[path] != digest] += 1
        before[path] = digest
    assert changes == {False: 2229, True: 16}


def _digest(text: str) -> str:
    block = frontmatter.split(text)
    assert block is not None
    front = FieldKeys().fields_of(frontmatter.parse(*block))
    return from_front_matter(front, "a").digest() if is_published(front) else "unpublished"
