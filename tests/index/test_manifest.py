"""Damage to a generation is found when it is opened, and named."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from searchsvc.articles.article import Article
from searchsvc.errors import NoIndex
from searchsvc.index import Generation, read_manifest
from searchsvc.index import manifest as manifests
from searchsvc.index.manifest import MANIFEST, write_manifest
from tests.index.worlds import Night, generation

ADDED = [
    Article("a", "A supercomputer", "Of many-word texts", "https://a.example/", topics=("AI",)),
    Article("b", "Another one", published_at=datetime(2020, 1, 1, tzinfo=UTC), quality=7),
]


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    place = random.Random(path.name).randrange(len(content))
    content[place] ^= 1 << random.Random(place).randrange(8)
    path.write_bytes(content)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2])


@pytest.mark.parametrize("damage", [_flip, _truncate, Path.unlink])
def test_every_damaged_file_is_named(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    folder = generation(tmp_path / "1", Night(ADDED, [], []))
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) > 60
    assert any(name.endswith(".toc") for name in names)
    for name in names:
        kept = (folder / name).read_bytes()
        damage(folder / name)
        with pytest.raises(NoIndex) as caught:
            Generation(folder)
        assert name in str(caught.value)
        assert "searchsvc reindex" in str(caught.value)
        (folder / name).write_bytes(kept)
    assert len(Generation(folder)) == 2


def test_damage_to_a_carried_file_is_not_taken_for_its_content(tmp_path: Path) -> None:
    first = generation(tmp_path / "1", Night(ADDED, [], []))
    second = generation(tmp_path / "2", Night([Article("c", "C")], [], []), first)
    path = max(second.glob("MAIN_*.title_hashes.npy"), key=lambda path: path.stat().st_nlink)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    third = generation(tmp_path / "3", Night([], [], []), second)
    with pytest.raises(NoIndex, match="title_hashes"):
        Generation(third)


def test_another_format_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = generation(tmp_path / "1", Night(ADDED, [], []))
    monkeypatch.setattr(manifests, "FORMAT_VERSION", 10_000)
    with pytest.raises(NoIndex, match="this version reads 10000; run `searchsvc reindex`"):
        read_manifest(folder)


def test_a_manifest_reads_as_it_was_written(tmp_path: Path) -> None:
    manifest = read_manifest(generation(tmp_path / "1", Night(ADDED, [], [])))
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest
    assert (manifest.articles, manifest.documents) == (2, 2)
    content, _ = (tmp_path / MANIFEST).read_bytes().rstrip().rsplit(b"\n", 1)
    assert MANIFEST not in orjson.loads(content)["files"]


def test_where_there_is_nothing_there_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="run `searchsvc reindex --full`"):
        Generation(tmp_path)
