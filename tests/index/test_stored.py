"""Stored articles are compressed one by one, and read by several threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from searchsvc.index import stored as module
from searchsvc.index.stored import FEWEST, StoredStrings
from searchsvc.index.strings import ByteStrings


def articles(count: int) -> list[bytes]:
    return [b'{"id":"%d","title":"Headline %d of the day"}' % (n, n * n) for n in range(count)]


@pytest.mark.parametrize("count", [0, 1, FEWEST - 1, FEWEST, 3 * FEWEST])
def test_strings_read_as_they_were_given(tmp_path: Path, count: int) -> None:
    strings = articles(count)
    kept = StoredStrings.of(count, iter(strings))
    assert bool(kept.dictionary) == (count >= FEWEST)
    kept.save(tmp_path, "stored")
    loaded = StoredStrings.load(tmp_path, "stored", count)
    assert len(loaded) == count
    assert list(loaded) == strings
    chosen = [place for place in (count - 1, 0, count // 2) if 0 <= place < count]
    assert loaded.some(chosen) == [strings[place] for place in chosen]


def test_more_than_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 700)
    strings = articles(2 * FEWEST)
    assert list(StoredStrings.of(len(strings), iter(strings))) == strings


def test_they_take_less_room_than_they_did() -> None:
    strings = articles(5 * FEWEST)
    kept = StoredStrings.of(len(strings), strings)
    assert len(kept.frames.blob) + len(kept.dictionary) < sum(map(len, strings)) * 0.6


def test_what_has_nothing_in_common_is_kept() -> None:
    strings = np.random.default_rng(1).bytes(FEWEST * 9)
    listed = [strings[n : n + 9] for n in range(0, len(strings), 9)]
    assert list(StoredStrings.of(FEWEST, listed)) == listed


def test_threads_read_at_a_time() -> None:
    strings = articles(2 * FEWEST)
    kept = StoredStrings.of(len(strings), strings)
    places = list(range(0, len(strings), 7))
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(kept.some, [places] * 40):
            assert found == [strings[place] for place in places]


def test_a_damaged_frame_is_told() -> None:
    kept = StoredStrings.of(FEWEST, articles(FEWEST))
    blob = kept.frames.blob.copy()
    blob[:] = 7
    with pytest.raises(ValueError):
        StoredStrings(ByteStrings(blob, kept.frames.offsets), kept.dictionary).some([0])
