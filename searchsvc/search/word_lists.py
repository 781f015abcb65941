"""Where the lists of words lie among the impacts, and what each word weighs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.index.impacts import inverse_document_frequency
from searchsvc.index.strings import encoded
from searchsvc.query.nodes import Word
from searchsvc.search.matches import NOTHING, Matches
from searchsvc.search.view import IndexView


class WordLists(NamedTuple):
    """Of W words: lists as kernels take them, rarities, and live articles with each.

    These are counted when a generation is published. Of words that only articles had that were
    held back then, those that are live now count.

    extents   int64 [W, 4]: start and stop of the stem's list, then of the word's side list
    forms     int32 [W]: the word's number among the forms of its stem, -1 if it is none
    idf       float32 [W]
    """

    extents: NDArray[np.int64]
    forms: NDArray[np.int32]
    idf: NDArray[np.float32]
    frequencies: list[int]

    @classmethod
    def of(cls, view: IndexView, words: Sequence[tuple[str, str]]) -> WordLists:
        """Of stems, each with the word as typed; at most `kernels.MOST_WORDS`."""
        impacts, articles = view.generation.impacts, view.opened.live_at_publish
        stems = impacts.stems.find_all([encoded(stem) for stem, _ in words])
        typed = impacts.words.find_all([encoded(word) for _, word in words])
        frequencies = impacts.frequencies.data
        counts = [frequencies[stem] if stem >= 0 else 0 for stem in stems]
        idf = [
            inverse_document_frequency(articles, count) if stem >= 0 else 0.0
            for stem, count in zip(stems, counts, strict=True)
        ]
        extents, forms = impacts.extents_of(stems, typed)
        if 0 in counts:
            for place, (start, stop, *_) in enumerate(extents.tolist()):
                counts[place] = counts[place] or int(view.live[impacts.docs[start:stop]].sum())
        return cls(extents, forms, np.array(idf, np.float32), counts)


def is_plain(word: Word) -> bool:
    """Whether a word is one term in all fields: what a kernel takes many of at once.

    A word with accents is two, as texts may write it without them.
    """
    terms = word.terms
    return word.field is None and len(terms.parts) == 1 and terms.written is None


def terms_of_word(view: IndexView, word: Word) -> tuple[str, str]:
    """The stem of a plain word, and the term it stands for as typed."""
    terms = word.terms
    return view.stem.query_stem(terms), terms.written or terms.parts[0]


def documents_of(view: IndexView, word: Word) -> NDArray[np.int32]:
    """All documents with a plain word in any form, ascending."""
    impacts = view.generation.impacts
    stem = impacts.stems.find(encoded(view.stem.query_stem(word.terms)))
    starts = impacts.starts.data
    return impacts.docs[starts[stem] : starts[stem + 1]] if stem >= 0 else NOTHING.docs


def all_of(
    view: IndexView,
    lists: WordLists,
    boost_exact: float,
    among: NDArray[np.int32] | None = None,
) -> Matches:
    """The documents with every word, of all or of some."""
    arrays = view.generation.impacts.arrays
    return Matches(
        *kernels.all_words(arrays, lists.extents, lists.forms, lists.idf, boost_exact, among)
    )


def any_of(view: IndexView, lists: WordLists, boost_exact: float) -> Matches:
    """The documents with any word."""
    arrays, documents = view.generation.impacts.arrays, len(view.generation)
    docs, scores, _ = kernels.any_words(
        arrays, lists.extents, lists.forms, lists.idf, boost_exact, documents
    )
    return Matches(docs, scores)


def enough_of(
    view: IndexView,
    lists: WordLists,
    boost_exact: float,
    factors: Sequence[float],
    coverage_weights: Sequence[float],
) -> tuple[Matches, NDArray[np.float32]]:
    """The documents with any word, and the sum of the coverage weights of the words of each.

    `factors` multiply what the words score.
    """
    arrays, documents = view.generation.impacts.arrays, len(view.generation)
    weights = lists.idf * np.array(factors, np.float32)
    docs, scores, coverage = kernels.any_words(
        *(arrays, lists.extents, lists.forms, weights, boost_exact, documents),
        np.array(coverage_weights, np.float32),
    )
    assert coverage is not None
    return Matches(docs, scores), coverage
