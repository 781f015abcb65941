"""What the words of a query may stand for, as the articles have it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from searchsvc.analysis import Terms
from searchsvc.engine.asking import Asking
from searchsvc.engine.questions import Question
from searchsvc.engine.slips import POSTINGS_TRIED
from searchsvc.query import rewriting, spelling
from searchsvc.query.nodes import Node, Word
from searchsvc.query.spelling import Reading

WORDS_TRIED = 8
"""Words of a query that are put right, or for which others are tried."""


class Readings(NamedTuple):
    """For one request. An unfinished last word is not misspelt: it is not there yet."""

    asking: Asking

    def words(self, question: Question) -> list[Word]:
        """The different words of a query that may be misspelt."""
        if not self.asking.typing:
            return list(question.words)
        unfinished = spelling.last_word(question.text)
        return [word for word in question.words if word.terms != unfinished]

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
        slips = self.asking.slips
        tried = [*slips.near(part), *slips.split(part)]
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

    def commoner(
        self, question: Question, at_most: int | None = None
    ) -> tuple[tuple[str, Reading], ...]:
        """A query's text with a word as one an edit away and much commoner, or as two words.

        `at_most` so many articles hold a word for which others are tried. Remembered with the
        question: filters, and who is held back, change nothing in it.
        """
        found = question.commoner.get(at_most)
        if found is None:
            found = question.commoner[at_most] = tuple(self._commoner(question, at_most))
        return found

    def _commoner(self, question: Question, at_most: int | None) -> Iterator[tuple[str, Reading]]:
        slips = self.asking.slips
        tried = 0
        for word in self.words(question):
            (part, *more) = word.terms.parts
            if more or tried == WORDS_TRIED:
                continue
            if at_most is not None and self._articles(part) > at_most:
                continue
            tried += 1
            for reading in (*slips.commoner(part), *slips.split(part)):
                other = spelling.rewritten(question.text, word.terms, reading.meant)
                if other != question.text:
                    yield other, reading

    def _unknown_part(self, terms: Terms) -> str | None:
        if terms.solid is None and len(terms.parts) > 1:  # a run of CJK, which has no letters
            return None
        known = self.asking.neighbours.frequencies(terms.parts)
        parts = zip(terms.parts, known, strict=True)
        return next((part for part, articles in parts if not articles), None)

    def _articles(self, word: str) -> int:
        (articles,) = self.asking.neighbours.frequencies([word])
        return articles
