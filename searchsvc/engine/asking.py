"""One query put to one generation at one moment, under the filters of one request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from whoosh import query as whoosh_query

from searchsvc.engine.generation import Generation, Moment
from searchsvc.engine.selection import Mask
from searchsvc.query.compounds import spelled_out
from searchsvc.query.nodes import Node, Nothing
from searchsvc.query.tree import Query, TreeBuilder
from searchsvc.scoring.evaluator import evaluate
from searchsvc.scoring.matches import Matches

EVERYTHING = whoosh_query.ConstantScoreQuery(whoosh_query.Every(), 0.0)


@dataclass(frozen=True, slots=True)
class Question:
    """A query as a reader could type it, as it was read, and as it is put to the index.

    `spelled` is the node with all spellings of its compounds, as `tree` has them.
    """

    text: str
    node: Node
    spelled: Node
    tree: Query

    @property
    def parsed(self) -> str:
        """How the query was read."""
        return str(self.spelled) if self.text else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question finds: live articles, and of these the ones that pass all filters."""

    question: Question
    matches: Matches
    shown: Matches


@dataclass(frozen=True, slots=True)
class Asking:
    """What all queries of one request have in common; `limit` is of postings.

    `parse` reads a text as the request's own was read.
    """

    generation: Generation
    moment: Moment
    builder: TreeBuilder
    parse: Callable[[str], Node]
    masks: Mapping[str, Mask]
    limit: int

    def read(self, text: str, node: Node | None = None) -> Question:
        """A text as a question, or a tree that stands for it."""
        if not text:
            return Question("", Nothing(), Nothing(), EVERYTHING)
        node = node or self.parse(text)
        spelled = spelled_out(node, self.generation.compounds)
        return Question(text, node, spelled, self.builder.build(spelled, text))

    def ask(self, question: Question) -> Asked:
        matches = self._live(question.tree, self.limit)
        return Asked(question, matches, self.filtered(matches))

    def count(self, node: Node, limit: int) -> int:
        """How many articles a query finds, whatever the filters; at least, past the limit."""
        return len(self._live(self._tree(node), limit))

    def count_shown(self, node: Node, limit: int) -> int:
        """How many articles that pass the filters it finds; at least, past the limit."""
        return len(self.filtered(self._live(self._tree(node), limit)))

    def _tree(self, node: Node) -> Query:
        return self.builder.build(spelled_out(node, self.generation.compounds), "")

    def filtered(self, matches: Matches) -> Matches:
        for mask in self.masks.values():
            matches = matches.where(mask)
        return matches

    def _live(self, tree: Query, limit: int) -> Matches:
        return self.moment.only_live(evaluate(self.generation.index, tree, limit))
