"""Random impacts for tests of words, and what they mean, by plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from searchsvc.kernels import NO_FORM, SEVERAL, ImpactArrays

SIZES = st.sampled_from([1, 2, 60, 8_191, 8_192, 8_193, 20_000, 200_000])
DENSITIES = (0.0, 0.0001, 0.01, 0.1, 0.9, 1.0)


@dataclass(frozen=True)
class Lists:
    """Words of an index: their lists, as the kernels take them."""

    documents: int
    impacts: ImpactArrays
    extents: NDArray[np.int64]
    forms: NDArray[np.int32]
    weights: NDArray[np.float32]
    coverage_weights: NDArray[np.float32]

    @property
    def words(self) -> int:
        return len(self.extents)

    def holders(self) -> NDArray[np.bool_]:
        """Which documents hold which word; [words, documents]."""
        held = np.zeros((self.words, self.documents), bool)
        for word, (start, stop, _, _) in enumerate(self.extents):
            held[word, self.impacts.docs[start:stop]] = True
        return held

    def scores(self, boost_exact: float) -> NDArray[np.float64]:
        """The sum of all words' scores, by document."""
        scores = np.zeros(self.documents)
        of = self.impacts
        for (start, stop, first, last), form, weight in zip(
            self.extents.tolist(), self.forms.tolist(), self.weights.tolist(), strict=True
        ):
            docs, sats = of.docs[start:stop], of.sats[start:stop] / 65535
            scores[docs] += weight * sats
            exact = of.forms[start:stop] == form
            scores[docs[exact]] += weight * boost_exact * sats[exact]
            sides = of.side_docs[first:last]
            scores[sides] += weight * boost_exact * (of.side_sats[first:last] / 65535)
        return scores


class ListsMaker:
    """Puts the lists of one word after another; sats are random."""

    def __init__(self, rng: np.random.Generator, documents: int) -> None:
        self._rng = rng
        self._documents = documents
        self._docs = [np.zeros(0, np.int32)]
        self._forms = [np.zeros(0, np.uint8)]
        self._sides = [np.zeros(0, np.int32)]
        self._bounds: list[tuple[int, int, int, int]] = []
        self._numbers: list[int] = []

    def add(
        self,
        docs: NDArray[np.integer],
        forms: NDArray[np.integer],
        number: int,
        sides: NDArray[np.integer] | tuple[()] = (),
    ) -> None:
        start, side = sum(map(len, self._docs)), sum(map(len, self._sides))
        self._docs.append(np.asarray(docs, np.int32))
        self._forms.append(np.asarray(forms, np.uint8))
        self._sides.append(np.asarray(sides, np.int32))
        self._bounds.append((start, start + len(docs), side, side + len(sides)))
        self._numbers.append(number)

    def lists(self) -> Lists:
        docs, sides = np.concatenate(self._docs), np.concatenate(self._sides)
        words, rng = len(self._numbers), self._rng
        return Lists(
            self._documents,
            ImpactArrays(
                *(docs, self._sats(len(docs)), np.concatenate(self._forms)),
                *(sides, self._sats(len(sides))),
            ),
            np.array(self._bounds, np.int64).reshape(words, 4),
            np.array(self._numbers, np.int32),
            # Weights of nothing must not hide a match.
            (rng.random(words) * rng.choice([0, 1, 9], words)).astype(np.float32),
            rng.random(words).astype(np.float32),
        )

    def _sats(self, size: int) -> NDArray[np.uint16]:
        return self._rng.integers(1, 65_536, size).astype(np.uint16)


def random_lists(seed: int, documents: int, words: int, are_subsets: bool = True) -> Lists:
    """Words of very different frequency; of stems of one form, of several, and stems alone."""
    rng = np.random.default_rng(seed)
    maker = ListsMaker(rng, documents)
    for _ in range(words):
        docs = np.flatnonzero(rng.random(documents) < rng.choice(DENSITIES))
        if rng.random() < 0.3:
            maker.add(docs, np.zeros(len(docs)), int(rng.choice([-1, 0])))
            continue
        forms = rng.choice([0, 1, 253, SEVERAL], len(docs))
        several = docs[forms == SEVERAL] if are_subsets else np.arange(documents)
        sides = several[rng.random(len(several)) < rng.choice(DENSITIES)]
        maker.add(docs, forms, int(rng.choice([0, 1, 253, NO_FORM])), sides)
    return maker.lists()
