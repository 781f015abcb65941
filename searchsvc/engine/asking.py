"""One query put to one generation at one moment, under the filters of one request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from searchsvc.engine.curating import Curated, may_be_curated
from searchsvc.engine.generation import Generation, Moment
from searchsvc.engine.questions import Question, Questions
from searchsvc.engine.selection import Mask
from searchsvc.engine.slips import Slips
from searchsvc.errors import InvalidRequest
from searchsvc.query.nodes import Node
from searchsvc.scoring.evaluator import evaluate
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.neighbours import Neighbours
from searchsvc.search import MAX_QUERY_LENGTH


class Listed(NamedTuple):
    """Live articles that a question finds, and of these the ones that pass all filters.

    `curated` is what editors chose for its text, if anything.
    """

    matches: Matches
    shown: Matches
    curated: Curated | None


class Asked(NamedTuple):
    """How many articles a question finds, and how many of these pass all filters.

    `listed` are they, where they were not only counted.
    """

    question: Question
    matches: int
    shown: int
    listed: Listed | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What all queries of one request have in common.

    `typing` says how the request's text and any other for it are read. `now` is in epoch seconds.
    """

    generation: Generation
    moment: Moment
    now: float
    questions: Questions
    typing: bool
    masks: Mapping[str, Mask]

    @property
    def neighbours(self) -> Neighbours:
        return self.generation.neighbours(self.questions.builder.stem)

    @property
    def slips(self) -> Slips:
        return self.generation.slips(self.questions.builder)

    def read(self, text: str, node: Node | None = None) -> Question:
        """A text as a question, or a tree that stands for it. Raises InvalidRequest."""
        if node is None:
            return self.questions.read(text, self.typing)
        return self.questions.of(text, node)

    def may_ask(self, text: str) -> bool:
        """Whether a text that is not the reader's own keeps within the limits of a query."""
        try:
            return len(text) <= MAX_QUERY_LENGTH and self.read(text) is not None
        except InvalidRequest:
            return False

    def ask(self, question: Question) -> Asked:
        matches = self.moment.only_live(question.matches())
        curated = self.curated(question)
        if curated:
            matches = curated.applied(matches)
        shown = self.filtered(matches)
        return Asked(question, len(matches), len(shown), Listed(matches, shown, curated))

    def curated(self, question: Question) -> Curated | None:
        """What editors chose for its text."""
        chosen = self.questions.editing.curation.chosen(question.text, self.now)
        if chosen is None or not may_be_curated(question.node):
            return None
        return Curated.of(chosen, self.generation, self.moment)

    def count(self, node: Node, limit: int) -> int:
        """How many articles a query finds, whatever the filters; at least, past the limit."""
        return len(self._try(node, limit))

    def count_shown(self, node: Node, limit: int) -> int:
        """How many articles that pass the filters it finds; at least, past the limit."""
        return len(self.filtered(self._try(node, limit)))

    def _try(self, node: Node, limit: int) -> Matches:
        tree = self.questions.builder.build(self.questions.meant(node), "")
        return self.moment.only_live(evaluate(self.generation.index, tree, limit))

    def filtered(self, matches: Matches) -> Matches:
        for mask in self.masks.values():
            matches = matches.where(mask)
        return matches
