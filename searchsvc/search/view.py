"""A generation at a moment: who is live, and every prior as of the full hour."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis import MARK, ForeignStemming, MemoisedStemming, foreign_stemmer, stemmer
from searchsvc.articles.dates import from_timestamp
from searchsvc.index import Generation
from searchsvc.index.columns import NEVER, are_out
from searchsvc.index.impacts import LIVE, inverse_document_frequency
from searchsvc.index.strings import encoded
from searchsvc.index.values import ValueColumn
from searchsvc.kernels import LastingArray
from searchsvc.search import ranking
from searchsvc.search.compounds import IndexCompounds
from searchsvc.search.filters import Filters
from searchsvc.search.ranking import Pivots, PriorParts, Weights
from searchsvc.search.spelling_candidates import SpellingCandidates

_AT_ONCE = 1 << 16


class OpenGeneration:
    """What all views of a generation share: the arrays that kernels read, and its filters."""

    def __init__(self, generation: Generation, weights: Weights) -> None:
        self.generation = generation
        self.weights = weights
        self.filters = Filters(generation.columns, generation.manifest.language)
        parts = [segment.postings for segment in generation.segments]
        self.postings = [
            (LastingArray(of.docs), LastingArray(of.counts), LastingArray(of.positions))
            for of in parts
        ]
        self.marks = [LastingArray(of.marks) for of in parts]
        self.newest = LastingArray(generation.columns.ranks["newest"])
        self.live_at_publish = int((generation.states == LIVE).sum())
        self._expires_at = generation.expires_at
        is_present = generation.are_present
        dates = np.concatenate(
            (generation.columns.published_at[is_present], self._expires_at[is_present])
        )
        self.has_deleted = not bool(generation.are_present.all())
        self.stem = stemmer(generation.manifest.language, generation.impacts.names)
        self.compounds = IndexCompounds(generation)
        self._documents_in: dict[str, NDArray[np.bool_]] = {}
        changes = (dates > generation.manifest.clock) & (dates != NEVER)
        self._changes = np.sort(dates[changes])

    @cached_property
    def months(self) -> ValueColumn:
        """Made when first asked for."""
        return self.generation.columns.months()

    @cached_property
    def spelling_candidates(self) -> SpellingCandidates:
        """Made when first asked for."""
        return SpellingCandidates(self.generation.impacts, self.generation.manifest.language)

    def documents_in(self, language: str) -> NDArray[np.bool_]:
        """Which documents are in another language than the index's; [documents]."""
        if (known := self._documents_in.get(language)) is not None:
            return known
        found, mark = np.zeros(len(self.generation), np.bool_), encoded(MARK + language)
        for segment in self.generation.segments:
            starts, docs = segment.postings.starts, segment.postings.docs
            for number, word in enumerate(segment.words):
                if word.endswith(mark):
                    found[docs[starts[number] : starts[number + 1]] + segment.base] = True
        self._documents_in[language] = found
        return found

    def parts(self, documents: slice, as_of: int) -> PriorParts:
        """What the priors of some documents consist of, in the hour `as_of`."""
        columns, manifest = self.generation.columns, self.generation.manifest
        return ranking.prior_parts(
            columns.quality[documents],
            columns.heat[documents],
            columns.published_at[documents],
            self.weights,
            Pivots(manifest.quality_pivot, manifest.heat_pivot),
            as_of,
        )

    def at(self, now: float, hidden: Collection[str] = ()) -> IndexView:
        """The view at a time (epoch seconds), without the articles of some ids."""
        as_of = ranking.hour(now)
        present = self.generation.are_present
        live = present & are_out(self.generation.columns.published_at, self._expires_at, now)
        found = [doc for one in hidden if (doc := self.generation.find(one)) is not None]
        live[found] = False
        coming = self._changes[self._changes > now]
        passed = self._changes[self._changes <= now]
        priors = np.empty(len(live), np.float32)
        for first in range(0, len(live), _AT_ONCE):  # some at a time: every worker has its own
            some = slice(first, first + _AT_ONCE)
            priors[some] = self.parts(some, as_of).prior()
        return IndexView(
            opened=self,
            generation=self.generation,
            as_of=as_of,
            hour=from_timestamp(as_of),
            valid_from=max(as_of, float(passed[-1])) if len(passed) else as_of,
            valid_until=min(as_of + 3600, float(coming[0])) if len(coming) else as_of + 3600,
            live=live,
            articles=int(live.sum()),
            is_hiding=bool((present & ~live).any()),
            priors=priors,
            hidden=tuple(sorted(found)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class IndexView:
    """Valid from one time to another, when the next hour begins, an embargo ends or an article
    expires (epoch seconds).

    `live` and `priors` are by document; `articles` counts the live ones. While `is_hiding`, some
    that the index finds are held back: those of the future, expired and `hidden` ones. `foreign` is
    the language of the queries, if that is not the index's: these find articles in it alone.
    """

    opened: OpenGeneration
    generation: Generation
    as_of: int
    hour: datetime
    valid_from: float
    valid_until: float
    live: NDArray[np.bool_]
    articles: int
    is_hiding: bool
    priors: NDArray[np.float32]
    hidden: tuple[int, ...] = ()
    foreign: str | None = None
    lasting_priors: LastingArray = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lasting_priors", LastingArray(self.priors))

    @property
    def stem(self) -> MemoisedStemming | ForeignStemming:
        """Of its language; called with a term as typed it gives the term's stem."""
        return foreign_stemmer(self.foreign) if self.foreign else self.opened.stem

    @property
    def names(self) -> frozenset[str]:
        """Words that have no other forms."""
        return frozenset() if self.foreign else self.generation.impacts.names

    def in_language(self, language: str) -> IndexView:
        """The view for queries in a language, of articles in it."""
        if language == self.language:
            return self
        live = self.live & self.opened.documents_in(language)
        articles = int(live.sum())
        return replace(self, foreign=language, live=live, articles=articles, is_hiding=True)

    @property
    def compounds(self) -> IndexCompounds:
        return self.opened.compounds

    def rarity(self, term: str) -> float:
        """The inverse document frequency of a term as typed, of any form."""
        (articles,) = self.generation.impacts.frequencies_of([self.stem(term)])
        return inverse_document_frequency(max(self.articles, articles), articles)

    def is_known(self, term: str) -> bool:
        """Whether any live article has a term as typed, in any form."""
        return self.generation.impacts.frequencies_of([self.stem(term)]) != [0]

    @property
    def language(self) -> str:
        """Of the queries: that the index was built with, where nothing else is asked for."""
        return self.foreign or self.generation.manifest.language

    def holds(self, now: float) -> bool:
        return self.valid_from <= now < self.valid_until
