"""What the words of a query may stand for, as the articles have it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from searchsvc.analysis import Terms
from searchsvc.engine.asking import Asking, Question
from searchsvc.query import rewriting, spelling
from searchsvc.query.nodes import Node, Phrase, Word
from searchsvc.query.spelling import Reading
from searchsvc.scoring.neighbours import Neighbour

READINGS_TRIED = 8
"""Of each word; every one is put to the index."""
WORDS_TRIED = 8
"""Words of a query that are put right, or for which others are tried."""
MUCH_COMMONER = 5
"""So many times as many articles hold a word that may have been meant instead of a real one, if its
slip is a likely one: more for others."""
POSTINGS_TRIED = 1_000_000
"""That one try may read, some milliseconds; a query that would read more is counted in part."""


@dataclass(frozen=True, slots=True)
class Readings:
    """For one request. An unfinished last word is not misspelt: it is not there yet."""

    asking: Asking
    is_last_unfinished: bool = False

    def words(self, question: Question) -> list[Word]:
        """The different words of a query that may be misspelt."""
        words = dict.fromkeys(rewriting.plain_words(question.node))
        unfinished = spelling.last_word(question.text) if self.is_last_unfinished else None
        return [word for word in words if word.terms != unfinished]

    def is_unknown(self, word: Word) -> bool:
        """Whether no article has it, in any form, solid or in parts."""
        terms = word.terms
        if terms.solid and self._articles(terms.solid):
            return False
        return self._unknown_part(terms) is not None

    def of_unknown(self, word: Word, query: Node) -> list[tuple[str, float]]:
        """What an unknown word may stand for, and how likely against the likeliest, the first.

        Those count that make hits in the query; if none does, those that any article has.
        """
        part = self._unknown_part(word.terms)
        assert part is not None
        tried = [*self._near(part)[:READINGS_TRIED], *self._split(part)]
        costs: dict[str, float] = {}
        for context in (query, word):
            for reading in tried:
                text = "-".join(reading.meant if p == part else p for p in word.terms.parts)
                meant = rewriting.replaced(context, word, rewriting.spelled(word, text))
                if hits := self.asking.count(meant, POSTINGS_TRIED):
                    costs[text] = reading.unlikeliness(hits)
            if costs:
                break
        ranked = sorted(costs.items(), key=lambda item: item[1])[: spelling.MOST_READINGS]
        shares = ((text, math.exp(ranked[0][1] - cost)) for text, cost in ranked)
        return [(text, share) for text, share in shares if share >= spelling.LIKELY]

    def joined(self, text: str) -> Iterator[tuple[str, Reading]]:
        """A query's text with two neighbours run together to a word of the index."""
        joined = list(spelling.joined(text))
        known = self.asking.neighbours.frequencies([reading.meant for _, reading in joined])
        return (other for other, articles in zip(joined, known, strict=True) if articles)

    def commoner(
        self, question: Question, at_most: int | None = None
    ) -> Iterator[tuple[str, Reading]]:
        """A query's text with a word as one an edit away and much commoner, or as two words.

        `at_most` so many articles hold a word for which others are tried.
        """
        tried = 0
        for word in self.words(question):
            (part, *more) = word.terms.parts
            articles = self._articles(part)
            if more or (at_most is not None and articles > at_most) or tried == WORDS_TRIED:
                continue
            tried += 1
            near = self._much_commoner(part, articles)
            for reading in [*near[:READINGS_TRIED], *self._split(part)]:
                other = spelling.rewritten(question.text, word.terms, reading.meant)
                if other != question.text:
                    yield other, reading

    def _unknown_part(self, terms: Terms) -> str | None:
        if terms.solid is None and len(terms.parts) > 1:  # a run of CJK, which has no letters
            return None
        known = self.asking.neighbours.frequencies(terms.parts)
        parts = zip(terms.parts, known, strict=True)
        return next((part for part, articles in parts if not articles), None)

    def _near(self, word: str) -> list[Reading]:
        """Words of the index, the likeliest first, and of each only one form."""
        edits = spelling.edits_allowed(word)
        return _likeliest_forms(word, self.asking.neighbours.near(word, edits) if edits else [])

    def _much_commoner(self, word: str, articles: int) -> list[Reading]:
        """Of words one edit away those that so much more articles hold than this one."""
        if not spelling.edits_allowed(word):
            return []
        near = self.asking.neighbours.near(word, 1)
        known = self.asking.neighbours.frequencies([other.word for other in near])
        enough = MUCH_COMMONER * max(articles, 1)
        commoner = [
            other
            for other, held in zip(near, known, strict=True)
            if held >= enough and held >= enough * math.exp(_reading(word, other).unlikeliness(1))
        ]
        return _likeliest_forms(word, commoner)

    def _split(self, word: str) -> list[Reading]:
        """Two words that stand side by side in an article."""
        if not spelling.edits_allowed(word):
            return []
        pairs = list(spelling.splits(word))
        known = self.asking.neighbours.frequencies([half for pair in pairs for half in pair])
        return [
            Reading(word, " ".join(pair))
            for pair, both in zip(pairs, zip(known[::2], known[1::2], strict=True), strict=True)
            if all(both)
            if self.asking.count(Phrase(tuple(Terms((half,)) for half in pair)), POSTINGS_TRIED)
        ]

    def _articles(self, word: str) -> int:
        (articles,) = self.asking.neighbours.frequencies([word])
        return articles


def _likeliest_forms(word: str, near: list[Neighbour]) -> list[Reading]:
    ranked = sorted(near, key=lambda other: _reading(word, other).unlikeliness(other.frequency))
    forms: dict[str, Reading] = {}
    for other in ranked:
        forms.setdefault(other.stem, _reading(word, other))
    return list(forms.values())


def _reading(typed: str, near: Neighbour) -> Reading:
    return Reading(typed, near.word, near.edits)
