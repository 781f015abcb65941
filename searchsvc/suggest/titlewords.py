"""The words of titles as typed: the terms of each segment, by their numbers among all words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import Postings, Terms
from searchsvc.index.schema import EXACT
from searchsvc.scoring import kernels
from searchsvc.scoring.segments import Segment


def title_words(segments: Sequence[Segment], words: Terms) -> NDArray[np.int32]:
    """The word of each term of the titles, segment after segment."""
    parts = [np.zeros(0, np.int32)]
    for segment in segments:
        if (postings := segment.fields.get(EXACT["title"])) is not None:
            parts.append(find_words(words, postings.terms).astype(np.int32))
    return np.concatenate(parts)


def with_words(
    segments: Sequence[Segment], title_words: NDArray[np.int32]
) -> Iterator[tuple[Segment, Postings, NDArray[np.int32]]]:
    """The segments that have titles, the postings of these, and the word of each of their terms."""
    start = 0
    for segment in segments:
        if (postings := segment.fields.get(EXACT["title"])) is not None:
            stop = start + len(postings.terms)
            yield segment, postings, title_words[start:stop]
            start = stop


def find_words(words: Terms, terms: Sequence[bytes]) -> NDArray[np.int64]:
    """The numbers of some terms among the words, -1 for those that are not there."""
    found: NDArray[np.int64] = kernels.find_terms(
        words.blob, words.offsets, b"\0".join(terms), len(terms)
    )
    return found
