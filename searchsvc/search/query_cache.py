"""The query cache: how texts were read, of one generation in one hour under one set of rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from threading import Lock
from typing import Protocol

from cachetools import LRUCache

from searchsvc.analysis import ForeignStemming, MemoisedStemming
from searchsvc.editorial import EditorialRules
from searchsvc.editorial.synonyms import Synonyms
from searchsvc.query import syntax
from searchsvc.query.compounds import Compounds, spelled_out
from searchsvc.query.nodes import Node, Nothing
from searchsvc.query.reading import with_parts_apart, without_function_words
from searchsvc.query.synonyms import Expander
from searchsvc.search.highlights import Highlighter

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


class KnownWords(Protocol):
    """What reading a query needs to know of an index at a moment."""

    @property
    def language(self) -> str:
        """That the index was built with."""

    @property
    def hour(self) -> datetime:
        """What times such as `when:7d` count back from."""

    @property
    def names(self) -> frozenset[str]:
        """Words that have no other forms."""

    @property
    def stem(self) -> MemoisedStemming | ForeignStemming:
        """Of its language; called with a term as typed it gives the term's stem."""

    @property
    def compounds(self) -> Compounds:
        """Which words its articles write with a hyphen."""

    def rarity(self, term: str) -> float:
        """The inverse document frequency of a term as typed, of any form."""

    def is_known(self, term: str) -> bool:
        """Whether any live article has a term as typed, in any form."""


@lru_cache(maxsize=8)
def _expander(
    synonyms: Synonyms, language: str, stem: MemoisedStemming | ForeignStemming
) -> Expander:
    """Remembered, as a request in another language has a cache of its own."""
    return Expander(synonyms.in_language(language), stem)


class QueryCache:
    """Shared by all threads: two of them may read the same text, and either's reading is kept."""

    def __init__(self, view: KnownWords, rules: EditorialRules) -> None:
        self.view = view
        self.rules = rules
        self._expander = _expander(rules.synonyms, view.language, view.stem)
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
            node = syntax.parse(text, self.view.hour, typing, language, self._is_hyphenated)
        names = self.view.names
        return ParsedQuery(text, node, self.meant(node, text), language, names)

    def _is_hyphenated(self, first: str, second: str) -> bool:
        """Whether articles have two words as one. Of one with a number they tell it joined."""
        joined = first + second
        if any(map(str.isdigit, joined)):
            return self.view.is_known(joined)
        return self.view.compounds.are_one(first, second)

    def meant(self, node: Node, text: str = "") -> Node:
        """A tree with synonyms and all spellings of compounds, without function words."""
        view = self.view
        compounds, language = view.compounds, view.language
        expanded = self._expander.expand(node, view.rarity, compounds.are_one)
        kept = without_function_words(spelled_out(expanded, compounds), language, text)
        return with_parts_apart(kept, language, view.is_known)


def _size(parsed: ParsedQuery) -> int:
    return _BYTES_A_QUERY + _BYTES_A_CHARACTER * len(parsed.text)
