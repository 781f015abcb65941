"""Which words of a generation are names, by how its articles write them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis import (
    IN_SMALL,
    LANGUAGES_WITH_NAMES,
    WITH_CAPITAL,
    Written,
    names_among,
)
from searchsvc.index.arrays import bounds_of
from searchsvc.index.segment import Segment
from searchsvc.index.strings import decoded
from searchsvc.index.vocabulary import Vocabulary


def names_of(
    vocabulary: Vocabulary,
    segments: Sequence[Segment],
    are_present: NDArray[np.bool_],
    language: str,
) -> frozenset[str]:
    """The names among words that share their stem with others, in articles that are present.

    What articles were deleted, and in how many segments the others are, changes nothing.
    """
    if language not in LANGUAGES_WITH_NAMES:
        return frozenset()
    counted = _counted(vocabulary, segments, are_present)
    capital, small, articles = counted
    stem_of = vocabulary.stem_of
    may_be = np.unique(stem_of[capital > small])
    order = np.argsort(stem_of, kind="stable")
    bounds = bounds_of(np.bincount(stem_of, minlength=len(vocabulary.stems)))
    names: set[str] = set()
    for stem in may_be.tolist():
        words = order[bounds[stem] : bounds[stem + 1]]
        forms = {
            decoded(vocabulary.words[word]): Written(*counted[:, word].tolist())
            for word in words[articles[words] > 0].tolist()
        }
        if len(forms) > 1:
            names.update(names_among(forms, decoded(vocabulary.stems[stem])))
    return frozenset(names)


def _counted(
    vocabulary: Vocabulary, segments: Sequence[Segment], are_present: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """How many articles have each word with a capital, in small letters, at all; [3, words]."""
    counted = np.zeros((3, len(vocabulary.words)), np.int64)
    for segment, words in zip(segments, vocabulary.words_in, strict=True):
        postings = segment.postings
        present = are_present[postings.docs + segment.base]
        for row, case in zip(counted, (WITH_CAPITAL, IN_SMALL, None), strict=True):
            has_it = present if case is None else present & (postings.marks & case > 0)
            row[words] += np.diff(bounds_of(has_it)[postings.starts])
    return counted
