"""The query cache: how texts were read, of one generation in one hour under one set of rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from cachetools import LRUCache

from searchsvc.editorial import EditorialRules
from searchsvc.query import syntax
from searchsvc.query.compounds import spelled_out
from searchsvc.query.nodes import Node, Nothing
from searchsvc.query.reading import with_parts_apart, without_function_words
from searchsvc.query.synonyms import Expander
from searchsvc.search.highlights import Highlighter
from searchsvc.search.view import IndexView

BYTES_KEPT = 8_000_000
_BYTES_A_QUERY, _BYTES_A_CHARACTER = 4_000, 60
"""About what a parsed query takes, with all that is made of it."""


@dataclass(frozen=True, eq=False)
class ParsedQuery:
    """A text, its tree, and the tree with synonyms and all spellings of its words."""

    # Without slots: it remembers its highlighter.
    text: str
    node: Node
    meant: Node
    language: str
    names: frozenset[str]

    @property
    def has_words(self) -> bool:
        """Whether there is anything to look for."""
        return not isinstance(self.node, Nothing)

    @cached_property
    def highlighter(self) -> Highlighter:
        return Highlighter.of(self.meant, self.language, self.names)


class QueryCache:
    """Shared by all threads: two of them may read the same text, and either's reading is kept."""

    def __init__(self, view: IndexView, rules: EditorialRules) -> None:
        self.view = view
        self.rules = rules
        self._expander = Expander(rules.synonyms, view.stem)
        self._kept: LRUCache[tuple[str, bool], ParsedQuery] = LRUCache(BYTES_KEPT, getsizeof=_size)
        self._lock = Lock()

    def parse(self, text: str, typing: bool) -> ParsedQuery:
        with self._lock:
            parsed = self._kept.get((text, typing))
        if parsed is None:
            parsed = self._parsed(text, typing)
            with self._lock:
                self._kept[text, typing] = parsed
        return parsed

    def _parsed(self, text: str, typing: bool) -> ParsedQuery:
        language = self.view.language
        node: Node = Nothing()
        if text:
            are_one = self.view.opened.compounds.are_one
            node = syntax.parse(text, self.view.hour, typing, language, are_one)
        names = self.view.names
        return ParsedQuery(text, node, self.meant(node, text), language, names)

    def meant(self, node: Node, text: str = "") -> Node:
        """A tree with synonyms and all spellings of compounds, without function words."""
        view = self.view
        compounds, language = view.opened.compounds, view.language
        expanded = self._expander.expand(node, view.rarity, compounds.are_one)
        kept = without_function_words(spelled_out(expanded, compounds), language, text)
        return with_parts_apart(kept, language, view.is_known)


def _size(parsed: ParsedQuery) -> int:
    return _BYTES_A_QUERY + _BYTES_A_CHARACTER * len(parsed.text)
