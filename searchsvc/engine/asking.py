"""One query put to one generation at one moment, under the filters of one request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from whoosh import query as whoosh_query

from searchsvc.engine.curating import Curated, may_be_curated
from searchsvc.engine.editing import Editing
from searchsvc.engine.generation import Generation, Moment
from searchsvc.engine.selection import Mask
from searchsvc.engine.slips import Slips
from searchsvc.errors import InvalidRequest
from searchsvc.query.compounds import spelled_out
from searchsvc.query.nodes import Node, Nothing
from searchsvc.query.tree import Query, TreeBuilder
from searchsvc.scoring.evaluator import evaluate
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.neighbours import Neighbours
from searchsvc.search import MAX_QUERY_LENGTH

EVERYTHING = whoosh_query.ConstantScoreQuery(whoosh_query.Every(), 0.0)


@dataclass(frozen=True, slots=True)
class Question:
    """A query as a reader could type it, as it was read, and as it is put to the index.

    `meant` is the node with synonyms and all spellings of compounds, as `tree` has them;
    `curated` is what editors chose for the text, if anything.
    """

    text: str
    node: Node
    meant: Node
    tree: Query
    curated: Curated | None = None

    @property
    def parsed(self) -> str:
        """How the query was read."""
        return str(self.meant) if self.text else ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Live articles that a question finds, and of these the ones that pass all filters."""

    matches: Matches
    shown: Matches


@dataclass(frozen=True, slots=True)
class Asked:
    """How many articles a question finds, and how many of these pass all filters.

    `listed` are they, where they were not only counted.
    """

    question: Question
    matches: int
    shown: int
    listed: Listed | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What all queries of one request have in common; `limit` is of postings.

    `parse` reads a text as the request's own was read. `now` is in epoch seconds.
    """

    generation: Generation
    moment: Moment
    now: float
    editing: Editing
    builder: TreeBuilder
    parse: Callable[[str], Node]
    masks: Mapping[str, Mask]
    limit: int

    @property
    def neighbours(self) -> Neighbours:
        return self.generation.neighbours(self.builder.stem)

    @property
    def slips(self) -> Slips:
        return self.generation.slips(self.builder)

    def read(self, text: str, node: Node | None = None) -> Question:
        """A text as a question, or a tree that stands for it."""
        if not text:
            return Question("", Nothing(), Nothing(), EVERYTHING)
        node = node or self.parse(text)
        meant = self._meant(node)
        tree = self.builder.build(meant, text)
        return Question(text, node, meant, tree, self._curated(text, node))

    def may_ask(self, text: str) -> bool:
        """Whether a text that is not the reader's own keeps within the limits of a query."""
        try:
            return len(text) <= MAX_QUERY_LENGTH and self.parse(text) is not None
        except InvalidRequest:
            return False

    def ask(self, question: Question) -> Asked:
        matches = self._live(question.tree, self.limit)
        if question.curated:
            matches = question.curated.applied(matches)
        shown = self.filtered(matches)
        return Asked(question, len(matches), len(shown), Listed(matches, shown))

    def count(self, node: Node, limit: int) -> int:
        """How many articles a query finds, whatever the filters; at least, past the limit."""
        return len(self._try(node, limit))

    def count_shown(self, node: Node, limit: int) -> int:
        """How many articles that pass the filters it finds; at least, past the limit."""
        return len(self.filtered(self._try(node, limit)))

    def _try(self, node: Node, limit: int) -> Matches:
        return self._live(self.builder.build(self._meant(node), ""), limit)

    def _meant(self, node: Node) -> Node:
        with_synonyms = self.editing.expander.expand(node, self.neighbours.rarity)
        return spelled_out(with_synonyms, self.generation.compounds)

    def _curated(self, text: str, node: Node) -> Curated | None:
        chosen = self.editing.curation.chosen(text, self.now)
        if chosen is None or not may_be_curated(node):
            return None
        return Curated.of(chosen, self.generation, self.moment)

    def filtered(self, matches: Matches) -> Matches:
        for mask in self.masks.values():
            matches = matches.where(mask)
        return matches

    def _live(self, tree: Query, limit: int) -> Matches:
        return self.moment.only_live(evaluate(self.generation.index, tree, limit))
