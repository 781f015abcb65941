"""Texts turned around into postings, and the impacts of lists of words."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.kernels import Inverted, SegmentPostings, build_impacts, invert

untimed = settings(deadline=None)

Entry = tuple[list[tuple[int, int]], int]
"""Terms with their distances from where the entry stands, and by how much it moves the place on."""
Texts = list[list[list[int]]]
"""The entries of each field of each document."""

VOCABULARY = 6
TERMS = st.tuples(st.integers(0, VOCABULARY - 1), st.integers(0, 2))
ENTRIES = st.tuples(st.lists(TERMS, max_size=3), st.integers(0, 3))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Entry], Texts]:
    entries = draw(st.lists(ENTRIES, min_size=1, max_size=6))
    text = st.lists(st.integers(0, len(entries) - 1), max_size=8)
    return entries, draw(st.lists(st.lists(text, min_size=4, max_size=4), max_size=12))


def inverted(entries: list[Entry], texts: Texts, vocabulary: int = VOCABULARY) -> Inverted:
    terms = [pair for terms, _ in entries for pair in terms]
    fields = [[document[number] for document in texts] for number in range(4)]
    return invert(
        [np.array([entry for text in field for entry in text], np.int32) for field in fields],
        [np.array([len(text) for text in field], np.int32) for field in fields],
        np.cumsum([0, *(len(terms) for terms, _ in entries)]).astype(np.int32),
        np.array([term for term, _ in terms], np.int32),
        np.array([distance for _, distance in terms], np.int32),
        np.array([advance for _, advance in entries], np.int32),
        vocabulary,
    )


def occurrences(entries: list[Entry], texts: Texts) -> dict[tuple[int, int], list[int]]:
    """The positions of each term in each document, in reading order."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for doc, document in enumerate(texts):
        for number, text in enumerate(document):
            place = 0
            for entry in text:
                terms, advance = entries[entry]
                for term, distance in terms:
                    here = place + distance
                    found[term, doc].append(number << 14 | (here if here <= 16_381 else 16_383))
                place += advance
    return found


def postings_of(result: Inverted) -> dict[tuple[int, int], list[int]]:
    """What the arrays say, read the way a reader of an index does."""
    found = {}
    for term in range(len(result.starts) - 1):
        position = int(result.position_starts[term])
        for i in range(result.starts[term], result.starts[term + 1]):
            stop = position + int(result.counts[i])
            found[term, int(result.docs[i])] = result.positions[position:stop].tolist()
            position = stop
        assert position == result.position_starts[term + 1]
    return found


@untimed
@given(worlds())
def test_texts_turned_around_hold_the_same(world: tuple[list[Entry], Texts]) -> None:
    result = inverted(*world)
    entries, texts = world
    expected = {key: sorted(places) for key, places in occurrences(*world).items()}
    assert postings_of(result) == expected
    for term in range(VOCABULARY):
        docs = result.docs[result.starts[term] : result.starts[term + 1]].tolist()
        assert docs == sorted(set(docs))
    lengths = [
        [sum(len(entries[entry][0]) for entry in document[number]) for document in texts]
        for number in range(4)
    ]
    assert result.lengths.tolist() == lengths


def test_no_more_than_255_occurrences_of_a_term_are_counted() -> None:
    entries: list[Entry] = [([(0, 0)], 1)]
    result = inverted(entries, [[[0] * 200, [], [0] * 100, []], [[0], [], [], []]], 1)
    assert result.counts.tolist() == [255, 1]
    assert result.positions.tolist() == [*range(200), *(2 << 14 | i for i in range(55)), 0]
    assert result.lengths[:, 0].tolist() == [200, 0, 100, 0]


def test_places_past_the_last_are_one() -> None:
    entries: list[Entry] = [([], 16_380), ([(0, 0)], 1)]
    result = inverted(entries, [[[], [0, 1, 1, 1, 1], [], []]], 1)
    places = [position & 0x3FFF for position in result.positions.tolist()]
    assert places == [16_380, 16_381, 16_383, 16_383]


SEGMENTS = st.lists(worlds(), min_size=1, max_size=4)
WEIGHTS = np.array([2, 2, 1, 0.3], np.float32)


@untimed
@given(SEGMENTS, st.data())
def test_impacts_are_of_all_occurrences_of_a_lists_words(
    worlds_of_segments: list[tuple[list[Entry], Texts]], data: st.DataObject
) -> None:
    results = [inverted(*world) for world in worlds_of_segments]
    sizes = [len(texts) for _, texts in worlds_of_segments]
    bases = np.cumsum([0, *sizes])
    documents = int(bases[-1])
    states = np.array(
        data.draw(st.lists(st.integers(0, 2), min_size=documents, max_size=documents)), np.uint8
    )
    norms = np.random.default_rng(documents).random(documents).astype(np.float32) + 0.3
    run = st.tuples(st.integers(0, len(results) - 1), st.integers(0, VOCABULARY - 1))
    lists = data.draw(
        st.lists(st.sets(run), max_size=6).map(lambda runs: [sorted(r) for r in runs])
    )
    runs = [run for of_list in lists for run in of_list]
    built = build_impacts(
        [
            SegmentPostings(
                *(result.starts, result.docs, result.counts),
                *(result.position_starts, result.positions, int(base)),
            )
            for result, base in zip(results, bases, strict=False)
        ],
        *(states, norms, WEIGHTS),
        np.cumsum([0, *map(len, lists)]).astype(np.int64),
        np.array([segment for segment, _ in runs], np.int32),
        np.array([word for _, word in runs], np.int32),
    )
    assert built.starts[0] == 0
    for number, of_list in enumerate(lists):
        weights: dict[int, float] = defaultdict(float)
        for segment, word in of_list:
            for (term, doc), places in occurrences(*worlds_of_segments[segment]).items():
                if term == word and states[bases[segment] + doc]:
                    weights[int(bases[segment]) + doc] += sum(
                        float(WEIGHTS[place >> 14]) for place in places
                    )
        part = slice(built.starts[number], built.starts[number + 1])
        docs = sorted(weights)
        assert built.docs[part].tolist() == docs
        sats = [65_535 * weights[doc] / (weights[doc] + float(norms[doc])) for doc in docs]
        np.testing.assert_allclose(built.sats[part].astype(float), sats, atol=0.51)
        assert built.frequencies[number] == sum(states[doc] == 2 for doc in docs)


def test_an_impact_is_never_nothing_and_never_overflows() -> None:
    result = inverted([([(0, 0)], 1)], [[[0], [], [], []], [[], [], [], [0]]], 1)
    segment = SegmentPostings(
        *(result.starts, result.docs, result.counts, result.position_starts, result.positions, 0)
    )
    one = (np.array([0, 1], np.int64), np.zeros(1, np.int32), np.zeros(1, np.int32))
    states = np.full(2, 2, np.uint8)
    huge = build_impacts([segment], states, np.full(2, 1e9, np.float32), WEIGHTS, *one)
    assert huge.sats.tolist() == [1, 1]
    none = build_impacts([segment], states, np.zeros(2, np.float32), WEIGHTS, *one)
    assert none.sats.tolist() == [65_535, 65_535]
