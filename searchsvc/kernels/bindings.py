"""The functions of the library over numpy arrays, for queries.

Arrays are contiguous, of the types that the docstrings name, and make sense (numbers in range,
documents ascending): types are looked at, values are not. `Array` is a numpy array, or a
LastingArray of one that many calls read.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchsvc.kernels.arrays import (
    FLOAT32,
    FLOAT64,
    INT32,
    INT64,
    UINT8,
    UINT16,
    Array,
    LastingArray,
    address_of,
    new_array,
)
from searchsvc.kernels.library import LIBRARY

MOST_WORDS = 64
"""Words of one call."""
IN_ORDER = 0x80
"""In a mark: words stand side by side; the other bits count words."""
NO_FORM, SEVERAL = 254, 255
"""In place of the number of a stem's form: one past the numbered ones; several in a document."""
ALL_FIELDS = 0b1111

Docs = NDArray[np.int32]
Scores = NDArray[np.float32]


class ImpactArrays(NamedTuple):
    """The impacts of all words, as an index keeps them."""

    docs: Array
    """int32: the documents of each stem in turn, ascending."""
    sats: Array
    """uint16, 1 to 65535."""
    forms: Array
    """uint8: the number of the form of the stem, as typed, that stands alone in the document;
    SEVERAL where it does not."""
    side_docs: Array
    """int32: for each word as typed, the documents where several forms of its stem stand."""
    side_sats: Array
    """uint16: the word's own sats there."""


def all_words(
    impacts: ImpactArrays,
    extents: Array,
    forms: Array,
    weights: Array,
    boost_exact: float,
    among: Array | None = None,
) -> tuple[Docs, Scores]:
    """The documents that hold all words, ascending, and their scores.

    Those `among` ascending documents (int32) alone, if given.

    `extents` is int64 [words, 4]: start and stop of the list of a word's stem, then of the side
    list of the word as typed. `forms` is int32 [words]: the number of the word as typed among the
    forms of its stem, negative where it is not one of them. `weights` is float32 [words]. A
    document's score is the sum over words of
    `weight * (sat of the stem + boost_exact * sat as typed) / 65535`.
    """
    lengths = _lengths(extents, forms, weights)
    if not lengths or min(lengths) == 0:
        return np.empty(0, np.int32), np.empty(0, np.float32)
    room = min(lengths) if among is None else len(among)
    found, docs_at = new_array(room, INT32)
    scores, scores_at = new_array(room, FLOAT32)
    n = LIBRARY.all_words(
        *(*_words(impacts, extents, forms, weights), len(lengths), boost_exact),
        *(None if among is None else address_of(among, INT32), room, docs_at, scores_at),
    )
    return found[:n], scores[:n]


def any_words(
    impacts: ImpactArrays,
    extents: Array,
    forms: Array,
    weights: Array,
    boost_exact: float,
    documents: int,
    coverage_weights: Array | None = None,
) -> tuple[Docs, Scores, Scores | None]:
    """The documents that hold any word, ascending, and their scores, as in `all_words`.

    With `coverage_weights`, float32 [words], also the sum of those of the words that each document
    holds. `documents` is how many there are in all.
    """
    lengths = _lengths(extents, forms, weights)
    room = min(documents, sum(lengths))
    found, docs_at = new_array(room, INT32)
    scores, scores_at = new_array(room, FLOAT32)
    coverage, coverage_at, weights_at = None, None, None
    if coverage_weights is not None:
        if len(coverage_weights) != len(lengths):
            raise ValueError("as many coverage weights are taken as words")
        weights_at = address_of(coverage_weights, FLOAT32)
        coverage, coverage_at = new_array(room, FLOAT32)
    n = LIBRARY.any_words(
        *(*_words(impacts, extents, forms, weights), len(lengths), boost_exact),
        *(weights_at, docs_at, scores_at, coverage_at),
    )
    return found[:n], scores[:n], None if coverage is None else coverage[:n]


def phrase(
    docs: Array,
    counts: Array,
    positions: Array,
    starts: Sequence[int],
    stops: Sequence[int],
    position_starts: Sequence[int],
    gaps: Sequence[int],
    field_mask: int = ALL_FIELDS,
) -> Docs:
    """The documents of a segment where words stand side by side in one field, ascending.

    docs int32, counts uint8 and positions uint16 (field << 14 | place) hold the postings. Word w
    has the postings `starts[w]:stops[w]`, its positions begin at `position_starts[w]`, and it
    stands `gaps[w]` behind the first, whose gap is 0. Bit f of `field_mask` allows field f.
    """
    words = len(starts)
    if not 0 < words <= MOST_WORDS or not len(stops) == len(position_starts) == len(gaps) == words:
        raise ValueError(f"a phrase has 1 to {MOST_WORDS} words, all of the same numbers")
    if gaps[0] != 0 or min(gaps) < 0:
        raise ValueError("gaps are counted from the first word")
    found, at = new_array(min(map(int.__sub__, stops, starts)), INT32)
    longs = f"{words}q"
    n = LIBRARY.phrase(
        *(address_of(docs, INT32), address_of(counts, UINT8), address_of(positions, UINT16)),
        *(pack(longs, *starts), pack(longs, *stops), pack(longs, *position_starts)),
        *(pack(f"{words}i", *gaps), words, field_mask, at),
    )
    return found[:n]


def mark_words(
    marks: NDArray[np.uint8],
    found: Array,
    base: int,
    docs: Array,
    counts: Array,
    positions: Array,
    flags: Array,
    starts: Sequence[int],
    stops: Sequence[int],
    position_starts: Sequence[int],
    flag: int,
    field_mask: int,
) -> None:
    """Adds to the marks of documents how many of some words each has; found is int32, ascending.

    A mark gets IN_ORDER where all words stand side by side in one field of the mask, and all their
    postings have `flag` among their `flags` (uint8). The postings are those of a segment, as in
    `phrase`, and its first document has the number `base`.
    """
    words = len(starts)
    if not 0 < words <= MOST_WORDS or not len(stops) == len(position_starts) == words:
        raise ValueError(f"1 to {MOST_WORDS} words are marked, all of the same numbers")
    if len(marks) != len(found):
        raise ValueError("as many marks are taken as documents")
    longs = f"{words}q"
    LIBRARY.mark_words(
        *(address_of(found, INT32), len(found), base, address_of(docs, INT32)),
        *(address_of(counts, UINT8), address_of(positions, UINT16), address_of(flags, UINT8)),
        *(pack(longs, *starts), pack(longs, *stops), pack(longs, *position_starts)),
        *(words, flag, field_mask, address_of(marks, UINT8)),
    )


def factors_of_marks(
    scores: Array, marks: NDArray[np.uint8], in_order: float, are_tiers: bool, margin: float
) -> Scores | None:
    """By what scores are multiplied, by how their documents are marked; None if by nothing.

    By `in_order` where words stand side by side. If `are_tiers`, where fewer words stand by so much
    less that no score is above `margin` of the lowest score of those with more.
    """
    if len(marks) != len(scores):
        raise ValueError("as many marks are taken as scores")
    factors, at = new_array(len(marks), FLOAT32)
    of = (address_of(scores, FLOAT32), address_of(marks, UINT8), len(marks))
    return factors if LIBRARY.factors_of_marks(*of, in_order, are_tiers, margin, at) else None


def mark_fields(
    fields: NDArray[np.uint8],
    base: int,
    docs: Array,
    counts: Array,
    positions: Array,
    postings: slice,
    first_position: int,
) -> None:
    """Sets a bit of `fields` for each field in which a document has one of some postings.

    The postings are a slice of those of a segment, as in `phrase`: their positions begin at
    `first_position`, and the segment's first document has the number `base`.
    """
    LIBRARY.mark_fields(
        *(address_of(docs, INT32), address_of(counts, UINT8), address_of(positions, UINT16)),
        *(postings.start, postings.stop, first_position, base, address_of(fields, UINT8)),
    )


def weigh_fields(
    fields: NDArray[np.uint8], field_mask: int, weights: Array, most: int
) -> tuple[Docs, Scores]:
    """The documents with a field of the mask, and the sum of the weights of these fields.

    `fields` is what `mark_fields` made, `weights` is float32 [fields], and `most` is how many
    postings were marked: there are no more documents.
    """
    if len(weights) != ALL_FIELDS.bit_length():
        raise ValueError("each field has a weight")
    room = min(len(fields), most) + 1
    found, docs_at = new_array(room, INT32)
    scores, scores_at = new_array(room, FLOAT32)
    n = LIBRARY.weigh_fields(
        *(address_of(fields, UINT8), len(fields), field_mask, address_of(weights, FLOAT32)),
        *(docs_at, scores_at),
    )
    return found[:n], scores[:n]


def best(
    docs: Array, scores: Array, priors: Array, ranks: Array, k: int
) -> tuple[Docs, Scores, NDArray[np.float64]]:
    """The first k matches by score x prior, ties by the lower rank: docs, scores, score x prior.

    docs int32 and scores float32 are the matches; priors float32 and ranks int32 are by document.
    """
    n = len(docs)
    size = max(0, min(k, n))
    found, docs_at = new_array(size, INT32)
    texts, texts_at = new_array(size, FLOAT32)
    values, values_at = new_array(size, FLOAT64)
    LIBRARY.best(
        *(address_of(docs, INT32), address_of(scores, FLOAT32), n, address_of(priors, FLOAT32)),
        *(address_of(ranks, INT32), size, docs_at, texts_at, values_at),
    )
    return found, texts, values


def lowest(docs: Array, ranks: Array, k: int) -> NDArray[np.int32]:
    """The indices in docs (int32) of the k documents of the lowest ranks, in that order.

    ranks is int32, by document.
    """
    n = len(docs)
    found, at = new_array(max(0, min(k, n)), INT32)
    LIBRARY.lowest(address_of(docs, INT32), n, address_of(ranks, INT32), len(found), at)
    return found


def count_codes(docs: Array, starts: Array | None, codes: Array, labels: int) -> NDArray[np.int64]:
    """How many of the documents (int32) have each of the codes below `labels`; int64 [labels].

    The codes of document d are `codes[starts[d]:starts[d + 1]]`, starts int32, or `codes[d]` where
    starts is None; codes are uint8, uint16 or int32.
    """
    if codes.dtype not in (UINT8, UINT16, INT32):
        raise TypeError(f"codes of {codes.dtype}, where uint8, uint16 or int32 are taken")
    counts = np.zeros(labels, np.int64)
    if not len(codes):
        return counts
    LIBRARY.count_codes(
        *(address_of(docs, INT32), len(docs)),
        *(None if starts is None else address_of(starts, INT32), address_of(codes, codes.dtype)),
        *(codes.dtype.itemsize, address_of(counts, INT64)),
    )
    return counts


def leaders(
    docs: Array,
    scores: Array,
    priors: Array,
    ranks: Array,
    stories: Array,
    n_stories: int,
    by_score: bool,
) -> tuple[Docs, Scores]:
    """The first match of each story and all matches of none, ascending, with their scores.

    First is by score x prior if `by_score`, then by the lower rank. docs int32 and scores float32
    are the matches; priors float32, ranks int32 and stories int32 (below `n_stories`, negative for
    none) are by document.
    """
    n = len(docs)
    found, docs_at = new_array(n, INT32)
    kept, kept_at = new_array(n, FLOAT32)
    size = LIBRARY.leaders(
        *(address_of(docs, INT32), address_of(scores, FLOAT32), n, address_of(priors, FLOAT32)),
        *(address_of(ranks, INT32), address_of(stories, INT32), n_stories, by_score),
        *(docs_at, kept_at),
    )
    if size < 0:
        raise MemoryError
    return found[:size], kept[:size]


def _words(impacts: ImpactArrays, extents: Array, forms: Array, weights: Array) -> tuple[int, ...]:
    return (
        *(address_of(impacts.docs, INT32), address_of(impacts.sats, UINT16)),
        *(address_of(impacts.forms, UINT8), address_of(impacts.side_docs, INT32)),
        *(address_of(impacts.side_sats, UINT16), address_of(extents, INT64)),
        *(address_of(forms, INT32), address_of(weights, FLOAT32)),
    )


def _lengths(extents: Array, forms: Array, weights: Array) -> list[int]:
    """How long the stems' lists are."""
    rows = extents.array if isinstance(extents, LastingArray) else extents
    words = len(rows)
    if not len(weights) == len(forms) == words <= MOST_WORDS or rows.shape[1:] != (4,):
        raise ValueError(f"up to {MOST_WORDS} words are taken: four bounds, a form and a weight")
    return [stop - start for start, stop, *_ in rows.tolist()]
