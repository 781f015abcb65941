"""Texts turned around into postings, and the impacts of their stems."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.kernels import (
    NO_FORM,
    SEVERAL,
    Forms,
    Inverted,
    SegmentPostings,
    build_impacts,
    invert,
)

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


def test_a_very_long_field_counts_as_one_of_65535_terms() -> None:
    entries: list[Entry] = [([(0, 0)], 1)]
    result = inverted(entries, [[[0] * 65_535, [], [0] * 65_536, [0]]], 1)
    assert result.lengths[:, 0].tolist() == [65_535, 0, 65_535, 1]


SEGMENTS = st.lists(worlds(), min_size=1, max_size=4)
WEIGHTS = np.array([2, 2, 1, 0.3], np.float32)
STEMS = 4


def segments_of(results: list[Inverted]) -> list[SegmentPostings]:
    bases = np.cumsum([0, *(result.lengths.shape[1] for result in results)]).tolist()
    return [
        SegmentPostings(
            *(result.starts, result.docs, result.counts),
            *(result.position_starts, result.positions, base),
        )
        for result, base in zip(results, bases, strict=False)
    ]


def forms_of(stem_of: list[int], numbers: list[int], stems: int, segments: int) -> Forms:
    """Of segments that all have the same words, whose numbers among the forms are given."""
    runs = sorted((stem_of[w], s, w) for s in range(segments) for w in range(len(stem_of)))
    words = np.array([word for _, _, word in runs], np.int32)
    return Forms(
        np.searchsorted([stem for stem, _, _ in runs], np.arange(stems + 1)).astype(np.int64),
        np.array([segment for _, segment, _ in runs], np.int32),
        *(words, words),
        np.array(numbers, np.uint8),
    )


@untimed
@given(SEGMENTS, st.data())
def test_impacts_are_of_all_occurrences_of_a_stem_and_sides_of_a_word(
    worlds_of_segments: list[tuple[list[Entry], Texts]], data: st.DataObject
) -> None:
    results = [inverted(*world) for world in worlds_of_segments]
    bases = np.cumsum([0, *(len(texts) for _, texts in worlds_of_segments)]).tolist()
    documents = bases[-1]
    states = np.array(
        data.draw(st.lists(st.integers(0, 2), min_size=documents, max_size=documents)), np.uint8
    )
    norms = np.random.default_rng(documents).random(documents).astype(np.float32) + 0.3
    in_each = {"min_size": VOCABULARY, "max_size": VOCABULARY}
    stem_of = data.draw(st.lists(st.integers(0, STEMS - 1), **in_each))
    numbers = [stem_of[:word].count(stem) for word, stem in enumerate(stem_of)]
    if data.draw(st.booleans()):
        numbers = [NO_FORM if number > 1 else number for number in numbers]
    built = build_impacts(
        segments_of(results),
        *(states, norms, WEIGHTS),
        forms_of(stem_of, numbers, STEMS, len(results)),
    )
    counted: dict[int, dict[int, float]] = defaultdict(dict)
    """What each word counts in the documents that have it."""
    for base, world in zip(bases, worlds_of_segments, strict=False):
        for (word, doc), places in occurrences(*world).items():
            if states[base + doc]:
                counted[word][base + doc] = sum(float(WEIGHTS[place >> 14]) for place in places)

    def sats(counts: dict[int, float]) -> list[float]:
        return [65_535 * counts[doc] / (counts[doc] + float(norms[doc])) for doc in sorted(counts)]

    several: dict[int, set[int]] = {}
    assert built.starts[0] == built.side_starts[0] == 0
    for stem in range(STEMS):
        words = [word for word in range(VOCABULARY) if stem_of[word] == stem]
        total: dict[int, float] = defaultdict(float)
        forms: dict[int, list[int]] = defaultdict(list)
        for word in words:
            for doc, count in counted[word].items():
                total[doc] += count
                forms[doc].append(numbers[word])
        several[stem] = {doc for doc, some in forms.items() if len(some) > 1 or some == [NO_FORM]}
        part = slice(built.starts[stem], built.starts[stem + 1])
        assert built.docs[part].tolist() == sorted(total)
        np.testing.assert_allclose(built.sats[part].astype(float), sats(total), atol=0.51)
        assert built.forms[part].tolist() == [
            SEVERAL if doc in several[stem] else forms[doc][0] for doc in sorted(total)
        ]
        assert built.frequencies[stem] == sum(states[doc] == 2 for doc in total)
    for word in range(VOCABULARY):
        assert built.document_counts[word] == len(counted[word])
        part = slice(built.side_starts[word], built.side_starts[word + 1])
        sides = {doc: c for doc, c in counted[word].items() if doc in several[stem_of[word]]}
        assert built.side_docs[part].tolist() == sorted(sides)
        np.testing.assert_allclose(built.side_sats[part].astype(float), sats(sides), atol=0.51)


def test_side_lists_may_be_very_many() -> None:
    documents = 3_000
    result = inverted([([(0, 0), (1, 0)], 1)], [[[0], [], [], []]] * documents, 2)
    built = build_impacts(
        segments_of([result]),
        *(np.full(documents, 2, np.uint8), np.ones(documents, np.float32), WEIGHTS),
        forms_of([0, 0], [0, 1], 1, 1),
    )
    assert built.side_starts.tolist() == [0, documents, 2 * documents]
    assert built.side_docs.tolist() == [*range(documents)] * 2
    assert set(built.forms.tolist()) == {SEVERAL}


def test_an_impact_is_never_nothing_and_never_overflows() -> None:
    result = inverted([([(0, 0)], 1)], [[[0], [], [], []], [[], [], [], [0]]], 1)
    segments, forms = segments_of([result]), forms_of([0], [0], 1, 1)
    states = np.full(2, 2, np.uint8)
    huge = build_impacts(segments, states, np.full(2, 1e9, np.float32), WEIGHTS, forms)
    assert huge.sats.tolist() == [1, 1]
    none = build_impacts(segments, states, np.zeros(2, np.float32), WEIGHTS, forms)
    assert none.sats.tolist() == [65_535, 65_535]
