"""The search box, filled in with what was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from searchsvc.declarations import Declared, ValueType
from searchsvc.search import MAX_QUERY_LENGTH, SearchRequest, parameters
from searchsvc.web import grouping

KEPT = ("size", "sort", "topic", "provider", "category", "type", "from", "to", "collapse")
"""Parameters that stay when the words change; a new search starts on its first page."""

MAX_TYPED = 6_000
"""Characters that the box takes: more than are searched for, so that the page can say what was
cut, and no more than an address has room for."""

TEXT = Declared(
    "q",
    "query",
    "",
    ValueType(f"a text, of which the first {MAX_QUERY_LENGTH:,} characters count", str),
    "what to search for",
)
"""The page's own parameter of this name: a reader's text is cut where a program's is an error."""


@dataclass(frozen=True, slots=True)
class Form:
    """The words in the box, and the parameters that hidden inputs send."""

    query: str
    hidden: tuple[tuple[str, str], ...]
    max_length: int = MAX_TYPED

    @classmethod
    def of_request(cls, asked: SearchRequest) -> Form:
        return cls.of_pairs(grouping.to_page(asked))

    @classmethod
    def of_pairs(
        cls, pairs: Iterable[tuple[str, str]], leave_out: Collection[str] = frozenset()
    ) -> Form:
        """The form of parameters that may be wrong; readers can mend the words in it."""
        cleaned = [(name, parameters.clean(text).strip()) for name, text in pairs]
        hidden = tuple(
            (name, text)
            for name, text in cleaned
            if text and name in KEPT and name not in leave_out
        )
        return cls(next((text for name, text in cleaned if name == "q"), ""), hidden)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The parameters that the form sends."""
        return (("q", self.query[:MAX_QUERY_LENGTH]), *self.hidden)
