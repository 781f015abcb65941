"""Kernels on lists long enough for windows, searches and skipping, against plain numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from searchsvc.columnar.payload import PositionsPayload
from searchsvc.columnar.weights import MostlyOnes
from searchsvc.scoring import Matches, best_page, kernels, sorted_page
from searchsvc.scoring.shards import SHARD, shards_of
from searchsvc.scoring.statistics import LIVE
from searchsvc.search.ranking import inverse_document_frequency

DOCUMENTS = 140_000
"""Three shards."""
SIZES = [0, 1, 30, 700, 30_000, 110_000]


def random_matches(seed: int, size: int, documents: int = DOCUMENTS) -> Matches:
    random = np.random.default_rng(seed)
    docs = np.sort(random.choice(documents, size, replace=False)).astype(np.int32)
    return Matches(docs, (random.random(size) + 0.01).astype(np.float32))


def dense(matches: Matches) -> NDArray[np.float64]:
    """Scores by document, NaN where there is no match."""
    scores = np.full(DOCUMENTS, np.nan)
    scores[matches.docs] = matches.scores
    return scores


def same(found: Any, expected: NDArray[np.float64]) -> None:
    docs, scores = found if isinstance(found, tuple) else (found.docs, found.scores)
    present = np.flatnonzero(~np.isnan(expected))
    np.testing.assert_array_equal(docs, present)
    np.testing.assert_allclose(scores, expected[present], rtol=1e-5)


def lists(*matches: Matches) -> tuple[Any, Any, NDArray[np.int64]]:
    """Docs and impacts end to end, and where each list is, [shards, lists, 2]."""
    shards = shards_of(DOCUMENTS)
    bounds = np.empty(len(matches) * shards + 1, np.uint32)
    docs = np.empty(sum(map(len, matches)), np.uint16)
    starts = np.cumsum([0, *map(len, matches)])
    global_docs = np.concatenate([one.docs for one in matches])
    kernels.cut_in_shards(starts, global_docs, shards, bounds, docs)
    extents = np.stack([bounds[:-1], bounds[1:]], axis=1).astype(np.int64)
    by_shard = np.ascontiguousarray(extents.reshape(-1, shards, 2).swapaxes(0, 1))
    return docs, np.concatenate([one.scores for one in matches]), by_shard


def total(*parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of scores where any part has one."""
    stacked = np.stack(parts)
    return np.where(np.isnan(stacked).all(axis=0), np.nan, np.nansum(stacked, axis=0))


@pytest.mark.parametrize("first", SIZES)
@pytest.mark.parametrize("second", SIZES)
def test_two_sets(first: int, second: int) -> None:
    a, b = random_matches(1, first), random_matches(2, second)
    x, y = dense(a), dense(b)
    same(a.intersect(b), x + y)
    same(a.unite(b), total(x, y))
    same(a.unite(b, lesser=0.0), np.fmax(x, y))
    same(a.raised_by(b), x + np.nan_to_num(y))
    same(a.without(b), np.where(np.isnan(y), x, np.nan))
    same(a.only_in(b), np.where(np.isnan(y), np.nan, x))
    mask = np.zeros(DOCUMENTS, bool)
    mask[b.docs] = True
    same(a.where(mask), np.where(mask, x, np.nan))


@pytest.mark.parametrize("first", SIZES)
@pytest.mark.parametrize("second", SIZES)
@pytest.mark.parametrize("share", [0.02, 0.9])
def test_words_with_lists_of_their_own(first: int, second: int, share: float) -> None:
    """The first word's stem has several forms, the second's one, and it is the one typed."""
    a, b = random_matches(1, first), random_matches(2, second)
    chosen = np.random.default_rng(3).random(first) < share
    own = Matches(a.docs[chosen], a.scores[chosen] / 2)
    docs, impacts, by_list = lists(a, own, b)
    extents = np.ascontiguousarray(by_list[:, [[0, 1], [2, 2]]].reshape(-1, 2, 4))
    former, latter = (np.ascontiguousarray(extents[:, word]) for word in ([0], [1]))
    one = dense(a) + 0.5 * np.nan_to_num(dense(own))
    other = dense(b) * 1.5
    same(kernels.all_words(docs, impacts, extents, 0.5), one + other)
    same(kernels.all_words(docs, impacts, former, 0.5), one)
    same(kernels.all_words(docs, impacts, latter, 0.5), other)
    same(kernels.any_words(docs, impacts, extents, 0.5, DOCUMENTS), total(one, other))


def test_lists_are_cut_where_a_shard_ends() -> None:
    edges = [0, 5, SHARD - 1, SHARD, 2 * SHARD + 7]
    cut = [edges, [], [SHARD], [2 * SHARD]]
    docs, _, extents = lists(
        *(Matches(np.array(one, np.int32), np.ones(len(one), np.float32)) for one in cut)
    )
    assert docs.tolist() == [0, 5, SHARD - 1, 0, 7, 0, 0]
    assert extents.tolist() == [
        [[0, 3], [5, 5], [5, 5], [6, 6]],
        [[3, 4], [5, 5], [5, 6], [6, 6]],
        [[4, 5], [5, 5], [6, 6], [6, 7]],
    ]


def test_three_words() -> None:
    three = [random_matches(seed, size) for seed, size in ((1, 110_000), (2, 500), (3, 70_000))]
    docs, impacts, extents = lists(*three)
    extents = np.concatenate([extents, np.zeros_like(extents)], axis=2)
    scores = [dense(one) for one in three]
    same(kernels.all_words(docs, impacts, extents, 0.5), sum(scores))
    same(kernels.any_words(docs, impacts, extents, 0.5, DOCUMENTS), total(*scores))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [0, 1, 10, 1_000])
def test_a_page_is_the_head_of_a_full_sort(size: int, count: int) -> None:
    matches = random_matches(1, size)
    matches = Matches(matches.docs, np.round(matches.scores, 1))  # many ties
    priors = np.ones(DOCUMENTS, np.float32)
    ranks = np.random.default_rng(4).permutation(DOCUMENTS).astype(np.int32)
    page = best_page(matches, priors, ranks, 0, count)
    order = np.lexsort((ranks[matches.docs], -matches.scores))
    np.testing.assert_array_equal(page.docs, matches.docs[order[:count]])
    np.testing.assert_allclose(page.scores, matches.scores[order[:count]])
    np.testing.assert_array_equal(
        best_page(matches, priors, ranks, 5, count).docs, matches.docs[order[5 : 5 + count]]
    )
    by_rank = np.sort(ranks[matches.docs])[:count]
    np.testing.assert_array_equal(
        ranks[sorted_page(matches, priors, ranks, 0, count).docs], by_rank
    )


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32])
def test_facet_codes_are_counted_over_the_matches(dtype: Any) -> None:
    starts = np.array([0, 2, 2, 3], np.int32)
    codes = np.array([1, 0, 1], dtype)
    docs = np.array([0, 1], np.int32)
    assert kernels.count_codes(docs, starts, codes, 3).tolist() == [1, 1, 0]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32])
@pytest.mark.parametrize("size", [0, 1, 3, 10, 40, 100])
def test_the_commonest_codes_are_the_head_of_all_counts_in_order(dtype: Any, size: int) -> None:
    random = np.random.default_rng(size)
    starts = np.concatenate(([0], np.cumsum(random.integers(0, 4, 200)))).astype(np.int32)
    codes = random.integers(0, 39, starts[-1]).astype(dtype)
    for some in (0, 1, 7, 200):
        docs = np.sort(random.permutation(200)[:some]).astype(np.int32)
        counts = kernels.count_codes(docs, starts, codes, 40)
        ordered = [(-count, code) for code, count in enumerate(counts.tolist()) if count]
        expected = [[code, -count] for count, code in sorted(ordered)[:size]]
        assert kernels.commonest_codes(docs, starts, codes, 40, size).tolist() == expected


def test_terms_are_found_by_their_bytes() -> None:
    blob = np.frombuffer(b"abbc\xff", np.uint8)
    for dtype in (np.uint32, np.int64):
        offsets = np.array([0, 1, 3, 4, 5], dtype)
        assert kernels.find_terms(blob, offsets, b"bb\0a\0ab\0\xff\0", 5).tolist() == [
            *(1, 0, -1, 3, -1)
        ]
        assert kernels.first_not_below(blob, offsets, b"bb\0") == 2
        assert kernels.first_not_below(blob, offsets, b"\xff\xff") == 4


def random_postings(seed: int, size: int) -> dict[int, list[int]]:
    """The positions of a word in so many documents, ascending."""
    random = np.random.default_rng(seed)
    docs = sorted(random.choice(DOCUMENTS, size, replace=False).tolist())
    counts = random.integers(1, 5, size)
    return {
        doc: sorted(random.choice(9, count, replace=False).tolist())
        for doc, count in zip(docs, counts, strict=True)
    }


@pytest.mark.parametrize("sizes", [(30, 9_000), (9_000, 30), (900, 700, 20_000), (9_000, 9_000)])
@pytest.mark.parametrize("slop", [1, 3])
@pytest.mark.parametrize(
    "types", [(np.uint8, np.uint8), (np.uint16, np.uint8), (np.int32, np.uint32)]
)
@pytest.mark.parametrize("are_mostly_ones", [False, True])
def test_phrases_in_long_lists(
    sizes: tuple[int, ...], slop: int, types: tuple[Any, Any], are_mostly_ones: bool
) -> None:
    words = [random_postings(seed, size) for seed, size in enumerate(sizes)]
    bounds = np.cumsum([0, *sizes])
    each = [positions for word in words for positions in word.values()]
    payload = PositionsPayload.of(np.concatenate(each).astype(int), np.array([*map(len, each)]))
    texts = b"a\0b\0c"[: 2 * len(words) - 1]
    states = np.full(DOCUMENTS, LIVE, np.uint8)
    vocabulary = (
        np.frombuffer(texts.replace(b"\0", b""), np.uint8),
        np.arange(len(words) + 1, dtype=np.uint32),
        bounds.astype(np.uint32),
    )
    counts = np.asarray(payload.counts, types[1])
    bits, ranks = np.zeros(0, np.uint8), np.zeros(0, np.uint32)
    if are_mostly_ones:
        bits = np.packbits(counts != 1)
        ranks = MostlyOnes.of(counts[counts != 1], bits, len(counts)).ranks
        counts = counts[counts != 1]
    field = (
        np.array([doc for word in words for doc in word], np.int32),
        payload.positions.astype(types[0]).view(np.uint8),
        *(counts.view(np.uint8), bits, ranks),
        np.array([np.dtype(one).itemsize for one in types]),
        payload.places,
    )
    boosts = np.array([2.0, np.nan, 0.5])
    located, postings = kernels.locate_in_fields(
        *((array, array, array) for array in (*vocabulary, field[0])),
        states,
        texts,
        len(words),
        boosts,
    )
    found = np.stack([bounds[:-1], bounds[1:], sizes], axis=1)
    np.testing.assert_array_equal(located, [found, np.zeros_like(found), found])
    assert postings == 2 * sum(sizes)
    docs, scores = kernels.phrase_in_fields(
        *((array, array, array) for array in field),
        states,
        np.zeros((3, DOCUMENTS), np.uint8),
        np.full((3, 256), 2.0),
        0,
        located,
        located,
        DOCUMENTS,
        boosts,
        slop,
    )
    factors = [2.2 * inverse_document_frequency(DOCUMENTS, size) for size in sizes]
    expected = {}
    for doc in set.intersection(*map(set, words)):
        ends = set(words[0][doc])
        for word in words[1:]:
            ends = {here for here in word[doc] if any(0 < here - end <= slop for end in ends)}
        if ends:
            frequencies = [len(word[doc]) for word in words]
            weighed = zip(factors, frequencies, strict=True)
            expected[doc] = 2.5 * sum(factor * tf / (tf + 2) for factor, tf in weighed)
    assert docs.tolist() == sorted(expected)
    np.testing.assert_allclose(scores, [expected[doc] for doc in docs.tolist()], rtol=1e-6)
