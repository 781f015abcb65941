"""The editors' files as the engine works with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from searchsvc.editorial import Edition
from searchsvc.editorial.curation import Curation
from searchsvc.query.synonyms import Expander


@dataclass(frozen=True, slots=True)
class Editing:
    """Of one edition; shared by all queries."""

    edition: Edition
    expander: Expander

    @classmethod
    def of(cls, edition: Edition, stem: Callable[[str], str]) -> Editing:
        return cls(edition, Expander(edition.synonyms, stem))

    @property
    def curation(self) -> Curation:
        return self.edition.curation
