"""Lists that are cut in shards read as whole ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from searchsvc.columnar import Terms
from searchsvc.scoring import kernels
from searchsvc.scoring.impacts import Impacts
from searchsvc.scoring.shards import SHARD, shards_of
from searchsvc.scoring.words import _cut

DOCUMENTS = 2 * SHARD + 10
LISTS = [
    [0, 5, SHARD - 1, SHARD, SHARD + 3, 2 * SHARD + 9],
    [SHARD + 4],
    [5, SHARD],
    [],
]
"""Of the stems "run" and "sing", and of the words "ran" and "run"; "sing" is its stem's one form.
"""


@pytest.fixture(scope="module")
def impacts() -> Impacts:
    starts = np.cumsum([0, *map(len, LISTS)])
    shards = shards_of(DOCUMENTS)
    bounds = np.empty(len(LISTS) * shards + 1, np.uint32)
    docs = np.empty(starts[-1], np.uint16)
    flat = np.array([doc for docs in LISTS for doc in docs], np.int32)
    kernels.cut_in_shards(starts, flat, shards, bounds, docs)
    return Impacts(
        boosts=np.ones(3),
        stems=_terms(b"run", b"sing"),
        words=_terms(b"ran", b"run", b"sing"),
        lists=np.array([2, 3, 1], np.int32),
        bounds=bounds,
        docs=docs,
        impacts=np.arange(1, starts[-1] + 1, dtype=np.float32),
        shards=shards,
    )


def _terms(*terms: bytes) -> Terms:
    laid_out = Terms.of(terms)
    return Terms(laid_out.blob, laid_out.offsets.astype(np.int64))


def documents(impacts: Impacts, extents: np.ndarray) -> list[int]:
    return impacts.documents(extents.tolist()).tolist()


def test_a_word_is_found_in_every_shard(impacts: Impacts) -> None:
    extents = impacts.find(["run", "ran", "sing", "sing", "sing", "sung"])
    assert extents.shape == (3, 3, 4)
    assert documents(impacts, extents[:, 0, :2]) == LISTS[0]
    assert documents(impacts, extents[:, 0, 2:]) == LISTS[2]
    assert documents(impacts, extents[:, 1, 2:]) == LISTS[1]
    assert extents[:, 1, :2].tolist() == extents[:, 1, 2:].tolist()
    assert not extents[:, 2, 2:].any()


@pytest.mark.parametrize("floor", [0, 1, 6, SHARD - 1, SHARD, SHARD + 4, 2 * SHARD, DOCUMENTS - 1])
def test_documents_begin_at_the_floor(impacts: Impacts, floor: int) -> None:
    extents = impacts.find(["run", "ran"])[:, 0, :2].tolist()
    kept = [doc for doc in LISTS[0] if doc >= floor]
    assert impacts.documents(extents, floor).tolist() == kept


def test_words_know_their_frequencies(impacts: Impacts) -> None:
    assert impacts.frequencies(np.arange(3)).tolist() == [2, 0, 1]
    assert impacts.frequencies(np.array([2])).tolist() == [1]
    sizes = [np.diff(impacts.extents_of_words(shard))[:, 0].tolist() for shard in range(3)]
    assert sizes == [[1, 0, 0], [1, 0, 1], [0, 0, 0]]


@pytest.mark.parametrize(
    "horizon", [0, 1, 6, SHARD - 1, SHARD, SHARD + 1, SHARD + 4, 2 * SHARD, DOCUMENTS]
)
def test_lists_end_before_the_horizon(impacts: Impacts, horizon: int) -> None:
    extents = impacts.find(["run", "ran", "sing", "sing"])
    _cut(extents, impacts.docs, horizon)
    for n, columns in ((0, slice(0, 2)), (2, slice(2, 4))):
        kept = [doc for doc in LISTS[n] if doc < horizon]
        assert documents(impacts, extents[:, 0, columns]) == kept
    assert documents(impacts, extents[:, 1, :2]) == [doc for doc in LISTS[1] if doc < horizon]


@pytest.mark.parametrize("name", ["lists", "bounds", "docs", "impacts"])
def test_files_that_do_not_fit_together_are_found(
    impacts: Impacts, tmp_path: Path, name: str
) -> None:
    impacts.save(tmp_path)
    assert Impacts.open(tmp_path, DOCUMENTS).find(["run", "ran"]).any()
    path = tmp_path / f"impacts.{name}.npy"
    np.save(path, np.load(path)[:-1])
    with pytest.raises(ValueError, match="differ in length"):
        Impacts.open(tmp_path, DOCUMENTS)
