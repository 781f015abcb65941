"""Spelling correction, and what else a reader may have meant.

Words that no article has are corrected; what was typed stays in the tree beside what was meant.
Whatever is answered or suggested was counted first: it is never what only held articles have.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence

from searchsvc.analysis import Terms
from searchsvc.query import rewriting, spelling
from searchsvc.query.nodes import AllOf, AnyOf, Node, Phrase, Variants, Word, grouped
from searchsvc.query.spelling import Candidate
from searchsvc.query.syntax import parse
from searchsvc.search.request import MAX_QUERY_LENGTH
from searchsvc.search.word_candidates import WordCandidates

RARE = 3
"""A word that no more articles have may be misspelt in them as well."""
MAX_CORRECTED = 8
"""Words of a query that are corrected."""

Count = Callable[[Node], int]
"""How many live articles match a tree."""


def correct(
    text: str,
    node: Node,
    unknown: Sequence[Word],
    candidates: WordCandidates,
    count: Count,
    is_unfinished: bool = False,
) -> tuple[str, Node] | None:
    """A query's text and tree with corrections for `unknown` words; None if there are none.

    A word that is put right may tell what another is meant for, so what is left is tried again.
    With `is_unfinished` the last word is not yet typed to its end, and is not corrected.
    """
    tried = _correctable(text, candidates.language, is_unfinished)
    changed, tree = text, node
    done: set[Word] = set()
    for word in list(dict.fromkeys(unknown))[:MAX_CORRECTED]:
        part = candidates.unknown_part(word.terms) if word.terms in tried else None
        if part is None:
            continue
        if together := _run_together(changed, tree, word, candidates, count):
            changed, tree = together
            done.add(word)
            continue
        known = rewriting.without(node, [other for other in unknown if other != word])
        meant = _corrections(word, part, known or word, candidates, count)
        if not meant:
            continue
        right = spelling.rewritten(changed, word.terms, meant[0][0], candidates.language)
        if right != changed and len(right) <= MAX_QUERY_LENGTH:
            changed, tree = right, rewriting.replaced(tree, word, _beside(word, meant, candidates))
            done.add(word)
    if changed == text:
        return None
    left = [word for word in unknown if word not in done]
    return correct(changed, tree, left, candidates, count, is_unfinished) or (changed, tree)


def did_you_mean(
    text: str,
    node: Node,
    found: int,
    candidates: WordCandidates,
    count: Count,
    is_unfinished: bool = False,
) -> str | None:
    """The likeliest other query of those that more than `found` articles match.

    Quotation marks are left out only where nothing is found: who quotes words that stand so
    somewhere has found what was meant.
    """
    best, least = None, math.inf
    for other, tree, candidate in _others(text, node, candidates, count, is_unfinished):
        if tree == node or other == text or len(other) > MAX_QUERY_LENGTH:
            continue
        hits = count(tree)
        if hits > found and (cost := candidate.unlikeliness(hits)) < least:
            best, least = other, cost
    if best is not None or found:
        return best
    return _unquoted(text, candidates, count)


def _correctable(text: str, language: str, is_unfinished: bool) -> Collection[Terms]:
    """The words that may be misspelt."""
    found = spelling.correctable(text, language)
    if is_unfinished and found:
        last = spelling.last_word(text, language)
        found = [terms for terms in found if terms != last]
    return found


def _corrections(
    word: Word, part: str, query: Node, candidates: WordCandidates, count: Count
) -> list[tuple[str, float]]:
    """What an unknown word may stand for, and how likely against the likeliest, the first.

    Those that make hits in the query. If none does, the other words do not speak for any: then
    those that are as common as their slips are unlikely.
    """
    tried = [*candidates.likeliest(part), *_written_apart(part, candidates, count)]
    costs = _costs(word, part, query, tried, candidates.language, count)
    if not costs and query != word:
        alone = _costs(word, part, word, tried, candidates.language, count)
        costs = {text: cost for text, cost in alone.items() if cost <= 0}
    ranked = sorted(costs.items(), key=lambda item: item[1])[: spelling.MOST_CANDIDATES]
    likelihoods = [(text, math.exp(ranked[0][1] - cost)) for text, cost in ranked]
    return [found for found in likelihoods if found[1] >= spelling.LIKELY]


def _costs(
    word: Word, part: str, query: Node, tried: Sequence[Candidate], language: str, count: Count
) -> dict[str, float]:
    """How unlikely each candidate is that makes hits in a query, by its text."""
    costs: dict[str, float] = {}
    for candidate in tried:
        text = "-".join(candidate.meant if p == part else p for p in word.terms.parts)
        meant = rewriting.spelled(word, text, language)
        if hits := count(rewriting.replaced(query, word, meant)):
            costs[text] = candidate.unlikeliness(hits)
    return costs


def _beside(word: Word, meant: Sequence[tuple[str, float]], candidates: WordCandidates) -> Node:
    """A word as typed, and its corrections, the likeliest first."""
    ways = [
        (rewriting.spelled(word, text, candidates.language), likelihood)
        for text, likelihood in meant
    ]
    likeliest = rewriting.beside(ways[0][0], ways[1:], candidates.rarity)
    corrections = likeliest.nodes if isinstance(likeliest, Variants) else (likeliest,)
    return Variants((word, *corrections))


def _run_together(
    text: str, node: Node, word: Word, candidates: WordCandidates, count: Count
) -> tuple[str, Node] | None:
    """Text and tree with an unknown word and a neighbour as the one word that articles have."""
    for other, candidate in _joined(text, candidates):
        is_one_of_them = word.field is None and word.terms.parts[0] in candidate.typed.split()
        instead = _with_both(node, candidate, is_beside=False) if is_one_of_them else node
        if instead != node and count(instead):
            return other, _with_both(node, candidate, is_beside=True)
    return None


def _joined(text: str, candidates: WordCandidates) -> list[tuple[str, Candidate]]:
    """The text with two neighbours as one word that articles have."""
    found = list(spelling.joined(text, candidates.language))
    articles = candidates.articles([candidate.meant for _, candidate in found]) if found else []
    return [one for one, known in zip(found, articles, strict=True) if known]


def _with_both(node: Node, candidate: Candidate, is_beside: bool) -> Node:
    """The tree with one word in place of two side by side, or beside them."""
    match node:
        case AllOf(nodes=nodes):
            for place, pair in enumerate(zip(nodes, nodes[1:], strict=False)):
                if _plain_text(pair) == candidate.typed:
                    both: Node = Word(Terms((candidate.meant,)))
                    both = Variants((AllOf(pair), both)) if is_beside else both
                    return grouped(AllOf, (*nodes[:place], both, *nodes[place + 2 :]))
            return AllOf(tuple(_with_both(part, candidate, is_beside) for part in nodes))
        case AnyOf(nodes=nodes):
            return type(node)(tuple(_with_both(part, candidate, is_beside) for part in nodes))
    return node


def _plain_text(nodes: Sequence[Node]) -> str:
    """Words of one part each, with a space between; empty where a node is no such word."""
    parts = [
        node.terms.parts[0]
        for node in nodes
        if isinstance(node, Word) and node.field is None and len(node.terms.parts) == 1
    ]
    return " ".join(parts) if len(parts) == len(nodes) else ""


def _written_apart(part: str, candidates: WordCandidates, count: Count) -> Iterator[Candidate]:
    """The two words that a word may be, run together, where they stand so in an article."""
    for pair in candidates.written_apart(part):
        if count(Phrase(tuple(Terms((half,)) for half in pair))):
            yield Candidate(part, " ".join(pair))


def _others(
    text: str, node: Node, candidates: WordCandidates, count: Count, is_unfinished: bool
) -> Iterator[tuple[str, Node, Candidate]]:
    """Other queries that may have been meant: text, tree, and what differs in them."""
    for other, candidate in _joined(text, candidates):
        yield other, _with_both(node, candidate, is_beside=False), candidate
    language = candidates.language
    for terms in _rare(text, candidates, is_unfinished):
        (part,) = terms.parts
        words = [word for word in rewriting.plain_words(node) if word.terms == terms]
        typed = [word for word in spelling.typed_words(text, language) if word.terms == terms]
        if len(typed) != len(words):
            continue  # it stands where text and tree are not changed alike: `NOT (NOT a)`
        for candidate in (
            *candidates.commoner(part),
            *_written_apart(part, candidates, count),
        ):
            tree = node
            for word in words:
                meant = rewriting.spelled(word, candidate.meant, language)
                tree = rewriting.replaced(tree, word, meant)
            yield spelling.rewritten(text, terms, candidate.meant, language), tree, candidate


def _rare(text: str, candidates: WordCandidates, is_unfinished: bool) -> list[Terms]:
    """The simple words of a query that hardly any article has."""
    may_be_misspelt = _correctable(text, candidates.language, is_unfinished)
    simple = [terms for terms in may_be_misspelt if len(terms.parts) == 1]
    articles = candidates.articles([terms.parts[0] for terms in simple]) if simple else []
    return [terms for terms, known in zip(simple, articles, strict=True) if known <= RARE]


def _unquoted(text: str, candidates: WordCandidates, count: Count) -> str | None:
    """The words of a phrase that is nowhere: they may stand apart, or be misspelt."""
    plain = spelling.unquoted(text)
    if plain == " ".join(text.split()):
        return None
    node = parse(plain, language=candidates.language)
    if count(node):
        return plain
    unknown = [word for word in rewriting.plain_words(node) if candidates.unknown_part(word.terms)]
    corrected = correct(plain, node, unknown, candidates, count)
    # What is told is the text alone, without what else its words may stand for.
    is_found = corrected and count(parse(corrected[0], language=candidates.language))
    return corrected[0] if corrected and is_found else None
