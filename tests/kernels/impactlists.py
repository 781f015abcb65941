"""Random lists of impacts for tests of words, and what they mean, by plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

SIZES = st.sampled_from([1, 2, 60, 8_191, 8_192, 8_193, 20_000, 200_000])
DENSITIES = (0.0, 0.0001, 0.01, 0.1, 0.9, 1.0)


@dataclass(frozen=True)
class Lists:
    """Words of an index: their lists, as the kernels take them."""

    documents: int
    docs: NDArray[np.int32]
    sats: NDArray[np.uint16]
    extents: NDArray[np.int64]
    weights: NDArray[np.float32]
    coverage_weights: NDArray[np.float32]

    @property
    def words(self) -> int:
        return len(self.extents)

    def holders(self) -> NDArray[np.bool_]:
        """Which documents hold which word; [words, documents]."""
        held = np.zeros((self.words, self.documents), bool)
        for word, (start, stop, _, _) in enumerate(self.extents):
            held[word, self.docs[start:stop]] = True
        return held

    def scores(self, boost_exact: float) -> NDArray[np.float64]:
        """The sum of all words' scores, by document."""
        scores = np.zeros(self.documents)
        for (*stem, start, stop), weight in zip(self.extents.tolist(), self.weights, strict=True):
            for (a, b), boost in (stem, 1.0), ((start, stop), boost_exact):
                scores[self.docs[a:b]] += float(weight) * boost * (self.sats[a:b] / 65535)
        return scores


def random_lists(seed: int, documents: int, words: int, are_subsets: bool = True) -> Lists:
    """Words of very different frequency; some have one form, some several, some stems alone."""
    rng = np.random.default_rng(seed)
    lists: list[NDArray[np.int32]] = []
    extents: list[tuple[int, int, int, int]] = []
    size = 0

    def put(held: NDArray[np.bool_]) -> tuple[int, int]:
        nonlocal size
        lists.append(np.flatnonzero(held).astype(np.int32))
        start, size = size, size + len(lists[-1])
        return start, size

    for _ in range(words):
        stem = rng.random(documents) < rng.choice(DENSITIES)
        bounds = put(stem)
        match rng.integers(3):
            case 0:
                extents.append((*bounds, *bounds))
            case 1:
                extents.append((*bounds, 0, 0))
            case _:
                exact = rng.random(documents) < rng.choice(DENSITIES)
                extents.append((*bounds, *put(exact & stem if are_subsets else exact)))
    return Lists(
        documents,
        np.concatenate(lists) if lists else np.empty(0, np.int32),
        rng.integers(1, 65_536, size).astype(np.uint16),
        np.array(extents, np.int64).reshape(words, 4),
        # Weights of nothing must not hide a match.
        (rng.random(words) * rng.choice([0, 1, 9], words)).astype(np.float32),
        rng.random(words).astype(np.float32),
    )
