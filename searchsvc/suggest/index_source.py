"""What one index view finds of what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from searchsvc.analysis import title_key
from searchsvc.index.segment import TITLE_KEY
from searchsvc.index.strings import encoded
from searchsvc.suggest.completions import completions, following
from searchsvc.suggest.lookup import Lookup
from searchsvc.suggest.suggester import Completed
from searchsvc.suggest.tables import SuggestTables
from searchsvc.suggest.typed import Typed

if TYPE_CHECKING:
    from searchsvc.search.view import IndexView

MOST_READ = 10
"""Titles that are read for the words that follow what was typed."""


class IndexSource(Lookup):
    """A `SuggestSource` that knows articles as documents; made anew when the view changes."""

    def __init__(self, view: IndexView, tables: SuggestTables) -> None:
        super().__init__(view, tables)
        self.language = view.language
        self._generation = view.generation

    def completed(self, typed: Typed, size: int) -> tuple[list[int], list[Completed[int]]]:
        finished = self.finished(typed)
        stems = finished.stem_numbers
        beside = self.beside(stems, typed.last) if stems and typed.last else None
        docs = self._beginning(typed, size)
        if len(docs) < size:
            if beside is not None:
                more = self.best_docs([beside.docs], 2 * size)
            elif stems:
                more = self.titled(stems, 2 * size)
            else:
                more = self.best_docs(self.with_title_word(typed.last), 2 * size)
            docs = list(dict.fromkeys([*docs, *more]))[:size]
        found = completions(self, typed, finished, beside, size)
        if not typed.last and len(found) < size:
            found += following(self, finished, docs[:MOST_READ], size)
        return docs, [Completed(typed, [*map(self.term, of.words)], of.example) for of in found]

    def _beginning(self, typed: Typed, size: int) -> list[int]:
        """Articles whose title begins as typed; of long titles the index keeps the beginning."""
        start = typed.joined
        docs = self.best_docs(self.beginning(start), size)
        if len(encoded(start)) <= TITLE_KEY:
            return docs
        titles = ((doc, title_key(self.stored(doc)["title"], self.language)) for doc in docs)
        return [doc for doc, key in titles if f"{key} ".startswith(start)]

    def stored(self, article: int) -> dict[str, Any]:
        fields: dict[str, Any] = orjson.loads(self._generation.stored_of([article])[0])
        return fields
