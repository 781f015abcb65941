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
from searchsvc.query.nodes import AllOf, Node, Prefix, Variants, Word
from searchsvc.search.matches import Matches
from searchsvc.search.ranking import HIGHEST_PRIOR
from searchsvc.search.view import IndexView

Factors = NDArray[np.float32]
Marks = NDArray[np.uint8]

FEW = 2
"""Of so many words each has to stand as typed to be first."""
MOST_IN_ORDER = 7
"""More words are a text, which titles do not have."""
_BELOW = 0.99 / HIGHEST_PRIOR
_IN_TITLE = 1 << TEXT_FIELDS.index("title")


def factors_of(
    view: IndexView, typed: Node, words: Sequence[Node], found: Matches, is_relaxed: bool
) -> Factors | None:
    """By what the scores of the matches are multiplied, None if by nothing.

    `typed` is the tree as typed, `words` are what counts of it. Where articles may lack a word,
    those that have more of them come first.
    """
    if len(found) < 2:
        return None
    in_order = _side_by_side(view, typed)
    tiered = _tiered(view, words, is_relaxed)
    if not in_order and not tiered:
        return None
    marks = np.zeros(len(found), np.uint8)
    if in_order:
        _mark(view, found, marks, in_order, _IN_TITLE)
    if in_order != tiered:
        marks &= kernels.IN_ORDER
        if tiered:
            _mark(view, found, marks, tiered, 0)
    if tiered and is_relaxed:
        _mark_any_form(view, found, marks, words)
    return kernels.factors_of_marks(found.scores, marks, HIGHEST_PRIOR, bool(tiered), _BELOW)


def _side_by_side(view: IndexView, typed: Node) -> list[int]:
    """The numbers of the terms that should stand side by side, if there are several."""
    nodes = typed.nodes if isinstance(typed, AllOf) else ()
    terms = [node.terms.parts[0] for node in nodes if _is_one_term(node)]
    if not 1 < len(terms) <= MOST_IN_ORDER:
        return []
    numbers = view.generation.impacts.words.find_all(map(_encoded, terms))
    return numbers if min(numbers) >= 0 else []


def _tiered(view: IndexView, words: Sequence[Node], is_relaxed: bool) -> list[int]:
    """The numbers of few words that should stand as typed, as not all matches have them so."""
    if len(words) > FEW:
        return []
    impacts = view.generation.impacts
    starts, counts = impacts.starts.data, impacts.document_counts.data
    numbers, has_forms = [], is_relaxed
    for node in words:
        word = _finished_word(node)
        if word is None or is_relaxed and word is not node:
            if is_relaxed:
                return []  # which articles have one of its spellings is not known here
            continue
        typed = impacts.words.find(_encoded(word.terms.parts[0]))
        stem = impacts.stems.find(_encoded(view.stem.query_stem(word.terms)))
        if typed >= 0 and stem >= 0:
            numbers.append(typed)
            has_forms |= counts[typed] < starts[stem + 1] - starts[stem]
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
            [starts[word] if word >= 0 else 0 for word in own],
            [starts[word + 1] if word >= 0 else 0 for word in own],
            [places[word] if word >= 0 else 0 for word in own],
            field_mask,
        )


def _mark_any_form(view: IndexView, found: Matches, marks: Marks, words: Sequence[Node]) -> None:
    """Counts each word that stands in any form for more than all as typed."""
    impacts = view.generation.impacts
    for node in words:
        assert isinstance(node, Word)
        stem = impacts.stems.find(_encoded(view.stem.query_stem(node.terms)))
        if stem >= 0:
            start, stop = int(impacts.starts[stem]), int(impacts.starts[stem + 1])
            times = FEW + 1
            docs, sats, forms = impacts.arrays[:3]  # without a field no position is read
            bounds = [start] * times, [stop] * times, [0] * times
            kernels.mark_words(marks, found.docs, 0, docs, forms, sats, *bounds, 0)


def _finished_word(node: Node) -> Word | None:
    """The word of one term that a node stands for, and whose synonyms or spellings it may have."""
    if isinstance(node, Variants):
        if any(isinstance(inner, Prefix) for inner in node.nodes):
            return None
        node = node.nodes[0]
    return node if _is_one_term(node) else None


def _is_one_term(node: Node) -> TypeGuard[Word]:
    return isinstance(node, Word) and node.field is None and len(node.terms.parts) == 1


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
