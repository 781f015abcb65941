"""How articles word what was typed: side by side in the title, as typed, in other forms.

The text score of an article is multiplied

    by 2   if its title has all words side by side, in this order: that counts as matching twice as
           well, which no prior can outweigh
    by less than 1, for one or two words, if it has a word only in other forms: by so much that
           every article with the words as typed stays ahead, whatever the priors
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from searchsvc.query.nodes import AllOf, Node, Prefix, Variants, Word
from searchsvc.search.matches import Mask, Matches
from searchsvc.search.phrases import Docs, docs_with, side_by_side
from searchsvc.search.ranking import HIGHEST_PRIOR
from searchsvc.search.view import IndexView

Factors = NDArray[np.float32]

IN_ORDER = HIGHEST_PRIOR
FEW = 2
"""Of so many words each has to stand as typed to be first."""
_BELOW = 0.99
MOST_IN_ORDER = 7
"""More words are a text, which titles do not have."""


def factors_of(
    view: IndexView, typed: Node, words: Sequence[Node], found: Matches, is_relaxed: bool
) -> Factors | None:
    """By what the scores of the matches are multiplied, None if by nothing.

    `typed` is the tree as typed, `words` are what counts of it. Where articles may lack a word,
    those that have more of them come first.
    """
    if len(found) < 2:
        return None
    lifted = _in_order(view, typed, found)
    if len(words) > FEW:
        return lifted
    tiers = _tiers(view, words, found, is_relaxed)
    if tiers is None:
        return lifted
    scores = found.scores if lifted is None else found.scores * lifted
    lowered = _lowered(scores, tiers)
    return lowered if lifted is None else lowered * lifted


def _in_order(view: IndexView, typed: Node, found: Matches) -> Factors | None:
    nodes = typed.nodes if isinstance(typed, AllOf) else ()
    terms = [node.terms.parts[0] for node in nodes if _is_one_term(node)]
    if not 1 < len(terms) <= MOST_IN_ORDER:
        return None
    docs = side_by_side(view, terms, "title")
    if not len(docs):
        return None
    return np.where(_marked(view, [docs])[found.docs], np.float32(IN_ORDER), np.float32(1.0))


def _tiers(
    view: IndexView, words: Sequence[Node], found: Matches, is_relaxed: bool
) -> NDArray[np.int8] | None:
    """How many words each match has as typed; where it may lack words, first how many at all."""
    impacts, tiers = view.generation.impacts, None
    for node in words:
        word = _finished_word(node)
        if is_relaxed and word is not node:
            return None  # which articles have one of its spellings is not known here
        if word is None:
            continue
        (stem,) = impacts.stems.find_all([_encoded(view.stem.query_stem(word.terms))])
        (typed,) = impacts.words.find_all([_encoded(word.terms.parts[0])])
        if stem < 0 or typed < 0:
            continue
        with_stem = impacts.docs[impacts.starts[stem] : impacts.starts[stem + 1]]
        has_forms = impacts.document_counts[typed] < len(with_stem)
        if not has_forms and not is_relaxed:
            continue  # every match has it as typed
        if tiers is None:
            tiers = np.zeros(len(found), np.int8)
        if is_relaxed:
            tiers += _marked(view, [with_stem])[found.docs] * np.int8(FEW + 1)
        tiers += _marked(view, docs_with(view, typed))[found.docs]
    return tiers


def _lowered(scores: NDArray[np.float32], tiers: NDArray[np.int8]) -> Factors:
    """Factors that put every match of a tier below all of the tiers above, whatever the priors."""
    factors = np.ones(len(scores), np.float32)
    lowest: float | None = None
    for tier in np.flatnonzero(np.bincount(tiers))[::-1].tolist():
        of_tier = tiers == tier
        some = scores[of_tier]
        factor, highest = 1.0, float(some.max())
        if lowest is not None and highest > 0:
            factor = min(1.0, _BELOW * lowest / (highest * HIGHEST_PRIOR))
            factors[of_tier] = factor
        lowest = float(some.min()) * factor
    return factors


def _finished_word(node: Node) -> Word | None:
    """The word of one term that a node stands for, and whose synonyms or spellings it may have."""
    if isinstance(node, Variants):
        if any(isinstance(inner, Prefix) for inner in node.nodes):
            return None
        node = node.nodes[0]
    return node if isinstance(node, Word) and _is_one_term(node) else None


def _is_one_term(node: Node) -> TypeGuard[Word]:
    return isinstance(node, Word) and node.field is None and len(node.terms.parts) == 1


def _marked(view: IndexView, some: Iterable[Docs]) -> Mask:
    """Which documents are among some; [documents]."""
    marked = np.zeros(len(view.generation), np.bool_)
    for docs in some:
        marked[docs] = True
    return marked


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
