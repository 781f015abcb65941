"""Damage to a generation is found before it is served, and named; never a wrong answer."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from searchsvc.engine import open_engine
from searchsvc.errors import NoIndex
from searchsvc.publish.check import check_index
from searchsvc.publish.generations import STATE, IndexFolder
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings

Write = Callable[..., Path]

pytestmark = pytest.mark.embedded_only("about the files of an index folder")


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    place = random.Random(path.name).randrange(len(content))
    content[place] ^= 1 << random.Random(place).randrange(8)
    _replace(path, bytes(content))


def _truncate(path: Path) -> None:
    _replace(path, path.read_bytes()[:-2])


def _replace(path: Path, content: bytes) -> None:
    """A new file of the name: other generations may share the old one."""
    path.unlink()
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [_flip, _truncate, Path.unlink])
def test_every_damaged_file_is_named_and_the_next_run_mends_it(
    write: Write, settings: Settings, damage: Callable[[Path], None]
) -> None:
    write("a", title="A supercomputer", topics=["AI"], excerpt="Of many words.", heat=9)
    write("b", title="Another one", publishedDateTime="2020-01-01", quality=70)
    reindex(settings)
    folder = IndexFolder(settings.index)
    live = folder.path(folder.current() or "")
    names = sorted(path.name for path in live.iterdir() if path.name != STATE)
    assert len(names) > 30
    for name in names:
        kept = (live / name).read_bytes()
        if damage is not Path.unlink and not kept:
            continue
        damage(live / name)
        with pytest.raises(NoIndex) as caught:
            open_engine(settings).search(SearchRequest("supercomputer"))
        assert name in str(caught.value)
        assert "searchsvc reindex" in str(caught.value)
        assert check_index(settings).has_faults
        (live / name).unlink(missing_ok=True)
        (live / name).write_bytes(kept)
    assert open_engine(settings).search(SearchRequest("supercomputer")).total == 1
    segment = next(name for name in names if name.startswith("MAIN_"))
    damage(live / segment)
    assert reindex(settings).status == "published"
    assert open_engine(settings).search(SearchRequest("supercomputer")).total == 1


def test_a_running_engine_keeps_its_generation_when_the_next_is_damaged(
    write: Write, settings: Settings
) -> None:
    write("a", title="A supercomputer")
    reindex(settings)
    engine = open_engine(settings)
    before = engine.search(SearchRequest("supercomputer")).index.generation
    write("b", title="Another supercomputer")
    report = reindex(settings)
    folder = IndexFolder(settings.index)
    _flip(folder.path(report.generation or "") / "impacts.docs.npy")
    result = engine.search(SearchRequest("supercomputer"))
    assert (result.total, result.index.generation) == (1, before)
