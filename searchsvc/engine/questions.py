"""Texts as questions: as they were read, with what their words stand for, as queries of the index.

None of that depends on what other readers ask, nor on filters: it is remembered for some texts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from threading import Lock

from whoosh import query as whoosh_query

from searchsvc.engine.editing import Editing
from searchsvc.query import rewriting, spelling, syntax
from searchsvc.query.compounds import spelled_out
from searchsvc.query.nodes import Node, Nothing, Word
from searchsvc.query.spelling import Reading
from searchsvc.query.tree import Query, TreeBuilder
from searchsvc.scoring.compounds import IndexCompounds
from searchsvc.scoring.direct import Prepared, prepare
from searchsvc.scoring.evaluator import evaluate
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.neighbours import Neighbours
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.search.highlighting import Highlighter

EVERYTHING = whoosh_query.ConstantScoreQuery(whoosh_query.Every(), 0.0)
QUESTIONS_KEPT = 1 << 11
"""Some KB each; the first is forgotten when there are more."""


@dataclass(frozen=True, eq=False)
class Question:
    """A query as a reader could type it, as it was read, and as it is put to the index.

    `meant` is the node with synonyms and all spellings of compounds, as `tree` has them.
    `limit` is of postings.
    """

    # Without slots: it remembers what else is made of it.
    text: str
    node: Node
    meant: Node
    tree: Query
    language: str
    neighbours: Neighbours
    index: OpenIndex
    limit: int
    commoner: dict[int | None, tuple[tuple[str, Reading], ...]] = field(default_factory=dict)
    """As its readings remember it."""

    @property
    def parsed(self) -> str:
        """How the query was read."""
        return str(self.meant) if self.text else ""

    @cached_property
    def highlighter(self) -> Highlighter:
        return Highlighter.of(self.meant, self.language)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The different ones that are neither quoted nor excluded."""
        return tuple(dict.fromkeys(rewriting.plain_words(self.node)))

    @cached_property
    def joined(self) -> tuple[tuple[str, Reading], ...]:
        """Its text with two neighbours run together to a word of the index."""
        joined = list(spelling.joined(self.text))
        known = self.neighbours.frequencies([reading.meant for _, reading in joined])
        return tuple(other for other, articles in zip(joined, known, strict=True) if articles)

    @cached_property
    def unquoted(self) -> str | None:
        """Its text without quotation marks, if it has any."""
        plain = spelling.unquoted(self.text)
        return plain if plain and plain != " ".join(self.text.split()) else None

    @cached_property
    def prepared(self) -> Prepared | None:
        """For a short way to its answer, if there is one."""
        return prepare(self.index, self.tree, self.limit)

    def matches(self) -> Matches:
        """All of the index, live or not."""
        if self.prepared:
            return self.prepared.matches()
        return evaluate(self.index, self.tree, self.limit)


class Questions:
    """To one generation in one hour, as one edition of the editors' files has it.

    Shared by all threads: two of them may read the same text, and either's question is kept.
    """

    def __init__(
        self,
        builder: TreeBuilder,
        language: str,
        editing: Editing,
        hour: datetime,
        index: OpenIndex,
        limit: int,
        neighbours: Neighbours,
        compounds: IndexCompounds,
    ) -> None:
        self.builder = builder
        self.editing = editing
        self.hour = hour
        self._language = language
        self._index = index
        self._limit = limit
        self._neighbours = neighbours
        self._compounds = compounds
        self._known: dict[tuple[str, bool], Question] = {}
        self._lock = Lock()

    def read(self, text: str, typing: bool) -> Question:
        """With `typing` the last word may be unfinished. Raises InvalidRequest."""
        question = self._known.get((text, typing))
        if question is None:
            node = syntax.parse(text, now=self.hour, typing=typing) if text else Nothing()
            question = self.of(text, node)
            with self._lock:
                if len(self._known) >= QUESTIONS_KEPT:
                    del self._known[next(iter(self._known))]
                self._known[text, typing] = question
        return question

    def of(self, text: str, node: Node) -> Question:
        """Of a tree that stands for the text."""
        meant = self.meant(node)
        tree = self.builder.build(meant, text) if text else EVERYTHING
        return Question(
            text=text,
            node=node,
            meant=meant,
            tree=tree,
            language=self._language,
            neighbours=self._neighbours,
            index=self._index,
            limit=self._limit,
        )

    def meant(self, node: Node) -> Node:
        """The node with synonyms and all spellings of compounds."""
        with_synonyms = self.editing.expander.expand(node, self._neighbours.rarity)
        return spelled_out(with_synonyms, self._compounds)
