"""Documents where words stand side by side."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.kernels import ALL_FIELDS, phrase
from searchsvc.kernels.bindings import Docs

untimed = settings(deadline=None)

UNKNOWN = 0x3FFF
"""The place of words too far behind to have one."""

Text = dict[int, list[int]]
"""The words of each field, by field."""


@dataclass
class Postings:
    """The postings of texts, document by document, as the kernels take them."""

    docs: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    position_starts: list[int] = field(default_factory=lambda: [0])

    def find(self, words: list[int], gaps: list[int], field_mask: int = ALL_FIELDS) -> Docs:
        return phrase(
            np.array(self.docs, np.int32),
            np.array(self.counts, np.uint8),
            np.array(self.positions, np.uint16),
            [self.starts[word] for word in words],
            [self.starts[word + 1] for word in words],
            [self.position_starts[word] for word in words],
            gaps,
            field_mask,
        )


def postings_of(texts: list[Text], vocabulary: int, first_place: int = 0) -> Postings:
    postings = Postings()
    for word in range(vocabulary):
        for doc, text in enumerate(texts):
            places = [
                number << 14 | min(first_place + place, UNKNOWN)
                for number in sorted(text)
                for place, other in enumerate(text[number])
                if other == word
            ][:255]
            if places:
                postings.docs.append(doc)
                postings.counts.append(len(places))
                postings.positions += places
        postings.starts.append(len(postings.docs))
        postings.position_starts.append(len(postings.positions))
    return postings


def matches(texts: list[Text], words: list[int], gaps: list[int], field_mask: int) -> list[int]:
    def stands_in(text: list[int]) -> bool:
        return any(
            all(
                start + gap < len(text) and text[start + gap] == word
                for word, gap in zip(words, gaps, strict=True)
            )
            for start in range(len(text))
        )

    return [
        doc
        for doc, text in enumerate(texts)
        if any(field_mask >> number & 1 and stands_in(text[number]) for number in text)
    ]


TEXTS = st.lists(
    st.dictionaries(st.integers(0, 3), st.lists(st.integers(0, 3), max_size=12), max_size=4),
    max_size=30,
)
PHRASES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=5)


@untimed
@given(TEXTS, PHRASES, st.integers(0, 15))
def test_a_phrase_is_found_where_its_words_stand_so_in_an_allowed_field(
    texts: list[Text], wanted: list[tuple[int, int]], field_mask: int
) -> None:
    words, gaps = [word for word, _ in wanted], [0, *(gap for _, gap in wanted[1:])]
    found = postings_of(texts, 4).find(words, gaps, field_mask)
    assert found.tolist() == matches(texts, words, gaps, field_mask)


@settings(untimed, max_examples=25)
@given(st.integers(0, 10**9), st.sampled_from([0.001, 0.05, 0.5]))
def test_positions_are_found_behind_many_documents(seed: int, rarity: float) -> None:
    rng = np.random.default_rng(seed)
    texts: list[Text] = [
        {0: [int(word) for word in rng.choice(2, int(rng.integers(0, 20)), p=[rarity, 1 - rarity])]}
        for _ in range(3000 if rarity < 0.1 else 300)
    ]
    postings = postings_of(texts, 2)
    for words in [0, 1], [1, 0], [1, 1], [0, 1, 1]:
        gaps = list(range(len(words)))
        assert postings.find(words, gaps).tolist() == matches(texts, words, gaps, ALL_FIELDS)


def test_counts_are_summed_without_overflow() -> None:
    """A word that fills thousands of documents, before one in which another stands behind it."""
    texts: list[Text] = [{3: [0] * 255} for _ in range(3000)] + [{3: [0, 1]}]
    postings = postings_of(texts, 2)
    assert postings.find([0, 1], [0, 1]).tolist() == [3000]
    assert postings.find([1, 0], [0, 1]).tolist() == []


def test_one_word_is_found_in_its_fields() -> None:
    postings = postings_of([{0: [0]}, {1: [0]}, {0: [1], 3: [0]}], 2)
    assert postings.find([0], [0], 0b0001).tolist() == [0]
    assert postings.find([0], [0], 0b1010).tolist() == [1, 2]


def test_words_past_the_last_place_match_nothing() -> None:
    """All of them have one place, from which nothing can be told."""
    texts: list[Text] = [{0: [0, 1, 0, 1]}]
    assert postings_of(texts, 2, UNKNOWN - 2).find([0, 1], [0, 1]).tolist() == [0]
    assert postings_of(texts, 2, UNKNOWN - 1).find([0, 1], [0, 1]).tolist() == []
    assert postings_of(texts, 2, UNKNOWN - 1).find([1], [0]).tolist() == []
    # Nor does a gap lead from one field into the next.
    assert postings_of([{0: [0], 1: [0, 1]}], 2, UNKNOWN - 1).find([0, 1], [0, 2]).tolist() == []


def test_gaps_are_counted_from_the_first_word() -> None:
    postings = postings_of([{0: [0, 1]}], 2)
    with pytest.raises(ValueError, match="gaps"):
        postings.find([0, 1], [1, 2])
    with pytest.raises(ValueError, match="gaps"):
        postings.find([1, 0], [0, -1])
    with pytest.raises(ValueError, match="1 to 64 words"):
        postings.find([], [])


@untimed
@given(st.data())
def test_positions_in_disorder_are_read_within_their_posting(data: st.DataObject) -> None:
    """A damaged index: whatever is found is one of the documents."""
    texts = data.draw(TEXTS)
    postings = postings_of(texts, 4)
    size = len(postings.positions)
    postings.positions = data.draw(st.lists(st.integers(0, 0xFFFF), min_size=size, max_size=size))
    found = postings.find(data.draw(st.permutations(range(4))), [0, 1, 2, 70_000])
    assert set(found.tolist()) <= set(range(len(texts)))
