"""How documents word a query, and what that does to their scores."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.kernels import ALL_FIELDS, IN_ORDER, factors_of_marks, mark_words
from tests.kernels.test_phrases import Text, matches, postings_of

untimed = settings(deadline=None)
VOCABULARY = 4
texts = st.lists(
    st.dictionaries(st.integers(0, 3), st.lists(st.integers(0, VOCABULARY - 1), max_size=6)),
    max_size=8,
)
some_words = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=4)


@untimed
@given(texts, some_words, st.integers(0, ALL_FIELDS), st.integers(0, 3), st.data())
def test_words_of_a_document_are_counted_and_their_order_is_seen(
    written: list[Text], words: list[int], field_mask: int, base: int, data: st.DataObject
) -> None:
    postings = postings_of(written, VOCABULARY)
    wanted = data.draw(st.sets(st.integers(0, len(written) + base + 2)).map(sorted))
    marks = np.ones(len(wanted), np.uint8)
    ends = np.cumsum([0, *postings.counts])
    has_field = [
        any(field_mask >> (place >> 14) & 1 for place in postings.positions[start:end])
        for start, end in pairwise(ends.tolist())
    ]
    mark_words(
        marks,
        np.array(wanted, np.int32),
        base,
        np.array(postings.docs, np.int32),
        np.array(postings.counts, np.uint8),
        np.array(postings.positions, np.uint16),
        np.array([2 | 4 * has for has in has_field], np.uint8),
        [postings.starts[word] for word in words],
        [postings.starts[word + 1] for word in words],
        [postings.position_starts[word] for word in words],
        4,
        field_mask,
    )
    in_order = matches(written, words, list(range(len(words))), field_mask)
    for number, mark in zip(wanted, marks.tolist(), strict=True):
        doc = number - base
        text = written[doc] if 0 <= doc < len(written) else {}
        held = {word for field in text.values() for word in field}
        assert mark & ~IN_ORDER == 1 + sum(word in held for word in words)
        assert bool(mark & IN_ORDER) == (doc in in_order)


scored = st.lists(
    st.tuples(
        st.floats(0.0009765625, 1000, width=32),
        st.integers(0, 8),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@untimed
@given(scored, st.booleans())
def test_fewer_words_score_less_and_the_order_within_a_tier_stays(
    given_: list[tuple[float, int, bool]], are_tiers: bool
) -> None:
    scores = np.array([score for score, _, _ in given_], np.float32)
    marks = np.array([tier | IN_ORDER * lifted for _, tier, lifted in given_], np.uint8)
    factors = factors_of_marks(scores, marks, 2.0, are_tiers, 0.495)
    if factors is None:
        factors = np.ones(len(scores), np.float32)
    lifts = np.where(marks & IN_ORDER, 2.0, 1.0)
    tiers = marks & np.uint8(IN_ORDER - 1) if are_tiers else np.zeros_like(marks)
    for tier in set(tiers.tolist()):
        of_tier = factors[tiers == tier] / lifts[tiers == tier]
        assert of_tier == pytest.approx(of_tier[0]) and of_tier[0] <= 1
    for one, its in zip(scores * factors, tiers, strict=True):
        lower = (scores * factors)[tiers < its]
        assert (lower <= one * 0.4951).all()


def test_nothing_is_done_where_all_word_it_alike() -> None:
    scores, marks = np.array([1, 2], np.float32), np.array([1, 1], np.uint8)
    assert factors_of_marks(scores, marks, 2.0, True, 0.495) is None
    assert factors_of_marks(scores, np.array([2, 1], np.uint8), 2.0, False, 0.495) is None


def test_wrong_sizes_are_refused() -> None:
    docs, counts = np.zeros(1, np.int32), np.ones(1, np.uint8)
    postings = docs, counts, np.zeros(1, np.uint16), counts
    with pytest.raises(ValueError, match="as many marks"):
        mark_words(counts, np.zeros(2, np.int32), 0, *postings, [0], [1], [0], 1, 0)
    with pytest.raises(ValueError, match="1 to 64 words"):
        mark_words(counts, docs, 0, *postings, [], [], [], 1, 0)
    with pytest.raises(ValueError, match="as many marks"):
        factors_of_marks(np.ones(2, np.float32), counts, 2.0, True, 0.5)


@settings(untimed, max_examples=25)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.sampled_from([0.0002, 0.01, 0.3, 1.0]), min_size=1, max_size=3),
    st.sampled_from([0.0005, 0.02, 0.5]),
)
def test_so_it_is_in_lists_of_any_length(seed: int, densities: list[float], share: float) -> None:
    rng, documents = np.random.default_rng(seed), 30_000
    lists = [np.flatnonzero(rng.random(documents) < density) for density in densities]
    docs = np.concatenate(lists).astype(np.int32)
    starts = np.cumsum([0, *map(len, lists)]).tolist()
    counts = np.ones(len(docs), np.uint8)
    positions = (rng.integers(0, 2, len(docs)) << 14 | rng.integers(0, 3, len(docs))).astype(
        np.uint16
    )
    flags = (positions < 1 << 14).astype(np.uint8)
    found = np.flatnonzero(rng.random(documents) < share).astype(np.int32)
    marks = np.zeros(len(found), np.uint8)
    mark_words(
        *(marks, found, 0, docs, counts, positions, flags),
        *(starts[:-1], starts[1:], starts[:-1], 1, 1),
    )
    places = np.full((len(lists), documents), -1)
    for word, own in enumerate(lists):
        places[word, own] = positions[starts[word] : starts[word + 1]]
    places = places[:, found]
    stand = places >= 0
    in_order = (stand & (places < 1 << 14)).all(axis=0)
    in_order &= (np.diff(places, axis=0) == 1).all(axis=0)
    np.testing.assert_array_equal(marks & ~np.uint8(IN_ORDER), stand.sum(axis=0))
    np.testing.assert_array_equal((marks & IN_ORDER) > 0, in_order)
