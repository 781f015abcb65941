"""How articles word what was typed: side by side in the title, as typed, in other forms.

The text score of an article is multiplied

    by 2   if its title has all words side by side, in this order: that counts as matching twice as
           well, which no prior can outweigh
    by less than 1, for one or two words, if it has a word only in other forms: by so much that
           every article with the words as typed stays ahead, whatever the priors
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.index.segment import IN_TITLE
from searchsvc.index.strings import encoded
from searchsvc.query.nodes import AllOf, Node, Prefix, Variants, Word
from searchsvc.search.matches import Matches
from searchsvc.search.ranking import HIGHEST_PRIOR
from searchsvc.search.view import IndexView

Factors = NDArray[np.float32]
Marks = NDArray[np.uint8]
Flags = NDArray[np.bool_]

FEW = 2
"""Of so many words each has to stand as typed to be first."""
MOST_IN_ORDER = 7
"""More words are a text, which titles do not have."""
BELOW = 0.99 / HIGHEST_PRIOR
_TITLE = 1 << TEXT_FIELDS.index("title")


def factors_of(
    view: IndexView, typed: Node, words: Sequence[Node], found: Matches, have_all: Flags | None
) -> Factors | None:
    """By what the scores of the matches are multiplied, None if by nothing.

    `typed` is the tree as typed, `words` are what counts of it. `have_all` says which matches have
    all of few words in any form, and so come first; None if all do.
    """
    if len(found) < 2:
        return None
    are_few = len(words) <= FEW
    if have_all is not None and (not are_few or have_all.all()):
        have_all = None
    in_order = _side_by_side(view, typed)
    tiered = _tiered(view, words, have_all is not None) if are_few else []
    are_tiers = bool(tiered) or have_all is not None
    if not in_order and not are_tiers:
        return None
    marks = np.zeros(len(found), np.uint8)
    if in_order:
        _mark(view, found, marks, in_order, _TITLE)
    if in_order != tiered:
        marks &= kernels.IN_ORDER
        if tiered:
            _mark(view, found, marks, tiered, 0)
    if have_all is not None:
        marks[have_all] += FEW + 1
    return kernels.factors_of_marks(found.scores, marks, HIGHEST_PRIOR, are_tiers, BELOW)


def _side_by_side(view: IndexView, typed: Node) -> list[int]:
    """The numbers of the terms that should stand side by side, if there are several."""
    nodes = typed.nodes if isinstance(typed, AllOf) else ()
    terms = [node.terms.parts[0] for node in nodes if is_one_term(node)]
    if not 1 < len(terms) <= MOST_IN_ORDER:
        return []
    numbers = view.generation.impacts.words.find_all(map(encoded, terms))
    return numbers if min(numbers) >= 0 else []


def _tiered(view: IndexView, words: Sequence[Node], some_lack: bool) -> list[int]:
    """The numbers of few words that should stand as typed, as not all matches have them so."""
    impacts = view.generation.impacts
    starts, counts = impacts.starts.data, impacts.document_counts.data
    numbers, has_forms = [], some_lack
    for word in filter(None, map(finished_word, words)):
        typed = impacts.words.find(encoded(word.terms.parts[0]))
        stem = impacts.stems.find(encoded(view.stem.query_stem(word.terms)))
        if typed >= 0 and stem >= 0:
            numbers.append(typed)
            has_forms |= counts[typed] < starts[stem + 1] - starts[stem]
    if some_lack and len(numbers) < len(words):
        return []  # else who lacks a word that is typed in no article would be first
    return numbers if has_forms else []


def _mark(
    view: IndexView, found: Matches, marks: Marks, words: Sequence[int], field_mask: int
) -> None:
    """Counts words as typed."""
    generation = view.generation
    for number, segment in enumerate(generation.segments):
        own = [generation.word_in(number, word) for word in words]
        if max(own) < 0:
            continue
        starts = segment.postings.starts.data
        places = segment.postings.position_starts.data
        docs, counts, positions = view.opened.postings[number]
        kernels.mark_words(
            marks,
            found.docs,
            segment.base,
            docs,
            counts,
            positions,
            view.opened.marks[number],
            [starts[word] if word >= 0 else 0 for word in own],
            [starts[word + 1] if word >= 0 else 0 for word in own],
            [places[word] if word >= 0 else 0 for word in own],
            IN_TITLE,
            field_mask,
        )


def finished_word(node: Node) -> Word | None:
    """The word of one term that a node stands for, and whose synonyms or spellings it may have."""
    if isinstance(node, Variants):
        if any(isinstance(inner, Prefix) for inner in node.nodes):
            return None
        node = node.nodes[0]
    return node if is_one_term(node) else None


def is_one_term(node: Node) -> TypeGuard[Word]:
    return isinstance(node, Word) and node.field is None and len(node.terms.parts) == 1
