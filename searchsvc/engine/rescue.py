"""What is answered where a query as typed finds nothing, and what else may have been meant.

In this order: misspelt words, then fewer words, then a suggestion. Whatever is chosen was put to
the index first: nothing is answered or suggested that the articles do not hold.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from searchsvc.engine.asking import Asked, Asking
from searchsvc.engine.readings import WORDS_TRIED, Readings
from searchsvc.engine.slips import POSTINGS_TRIED
from searchsvc.query import rewriting, spelling
from searchsvc.query.nodes import Node, Preferring
from searchsvc.query.spelling import Reading

FEW = 10
"""With no more results than this, something else may have been meant."""
RARE = 3
"""A word that no more articles hold may be misspelt in them as well."""


class Rescue(NamedTuple):
    """What is to be said of an answer: as in SearchResult."""

    corrected: str | None = None
    relaxed: bool = False
    did_you_mean: str | None = None


NONE = Rescue()


class Rescuer(NamedTuple):
    """For one request."""

    asking: Asking
    readings: Readings

    def answer(self, asked: Asked) -> tuple[Asked, Rescue]:
        """The question as typed, if it finds anything: more than FEW results cost nothing else.

        What editors have seen to is what was meant.
        """
        question = asked.question
        is_meant = asked.listed and asked.listed.curated and asked.shown
        if not question.text or is_meant or asked.shown > FEW:
            return asked, NONE
        corrected = None if asked.shown else self._corrected(asked)
        answered = corrected or asked
        relaxed = None if answered.shown else self._relaxed(answered)
        answered = relaxed or answered
        return answered, Rescue(
            corrected=corrected.question.text if corrected else None,
            relaxed=relaxed is not None,
            did_you_mean=self._meant(answered) if answered.shown <= FEW else None,
        )

    def _corrected(self, asked: Asked) -> Asked | None:
        """With the words that no article has put right; if all are known, with a rare one.

        Where filters alone leave nothing, the words are right.
        """
        if asked.matches:
            return None
        question = asked.question
        text, node = question.text, question.node
        if rather := self._likeliest(asked, question.joined):
            return self._ask(rather)
        words = self.readings.words(question)
        unknown = [word for word in words if self.readings.is_unknown(word)]
        if not unknown:
            rather = self._likeliest(asked, self.readings.commoner(question, at_most=RARE))
            return self._ask(rather) if rather else None
        for word in unknown[:WORDS_TRIED]:
            others_unknown = [other for other in unknown if other != word]
            known = rewriting.without(node, others_unknown) or word
            if readings := self.readings.of_unknown(word, known):
                (likeliest, _), *others = readings
                either = rewriting.beside(
                    rewriting.spelled(word, likeliest),
                    [(rewriting.spelled(word, other), share) for other, share in others],
                    self.asking.neighbours.rarity,
                )
                right = spelling.rewritten(text, word.terms, likeliest)
                if right != text and self.asking.may_ask(right):
                    text, node = right, rewriting.replaced(node, word, either)
        return self._ask(text, node) if text != question.text else None

    def _relaxed(self, asked: Asked) -> Asked | None:
        """Without the words that no article has, else with as few as it takes of the others.

        The first few articles to be found are rarely all that a long question is about: words are
        made optional until there are more. The best of what is found still has most of them.
        """
        nodes = list(rewriting.relaxations(asked.question.node, self._shown))
        if not nodes:
            return None
        if isinstance(nodes[0], Preferring) or not self._shown(nodes[0]):
            # Each finds what the one before it found: few need to be tried.
            place = bisect_right(nodes, FEW, hi=len(nodes) - 1, key=self._shown)
        else:
            place = 0
        relaxed = self._ask(asked.question.text, nodes[place])
        return relaxed if relaxed.shown else None

    def _ask(self, text: str, node: Node | None = None) -> Asked:
        return self.asking.ask(self.asking.read(text, node))

    def _shown(self, node: Node) -> int:
        return self.asking.count_shown(node, POSTINGS_TRIED)

    def _meant(self, answered: Asked) -> str | None:
        """Another query, which finds more."""
        question = answered.question
        others = [*question.joined, *self.readings.commoner(question)]
        if rather := self._likeliest(answered, others):
            return rather
        # Who quotes words that stand so somewhere has found what was meant.
        if answered.shown:
            return None
        plain = question.unquoted
        if plain is None or not self.asking.may_ask(plain):
            return None
        return self._rather_unquoted(plain)

    def _rather_unquoted(self, plain: str) -> str | None:
        """Words that don't stand so, side by side, may stand apart, or be misspelt."""
        asked = self._ask(plain)
        rather = asked if asked.shown else self._corrected(asked)
        return rather.question.text if rather and rather.shown else None

    def _likeliest(self, asked: Asked, others: Iterable[tuple[str, Reading]]) -> str | None:
        """The likeliest of other texts that find more than a query does."""
        best, least = None, math.inf
        for text, reading in others:
            hits = self._hits(text)
            if hits > asked.shown and (cost := reading.unlikeliness(hits)) < least:
                best, least = text, cost
        return best

    def _hits(self, text: str) -> int:
        """With what editors pinned and hid for it; none past the limits of a query."""
        if not self.asking.may_ask(text):
            return 0
        question = self.asking.read(text)
        if question.prepared or self.asking.curated(question):
            return self.asking.ask(question).shown
        return self.asking.count_shown(question.node, POSTINGS_TRIED)
