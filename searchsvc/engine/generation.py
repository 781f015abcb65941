"""One generation, open for queries: its index, its columns, its articles and their priors."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from whoosh import index as whoosh_index

from searchsvc.analysis import english
from searchsvc.articles import dates
from searchsvc.articles.article import rated
from searchsvc.columnar import ByteStrings, byte_strings, document_arrays
from searchsvc.engine.editing import Editing
from searchsvc.engine.questions import Questions
from searchsvc.engine.selection import Selector
from searchsvc.engine.slips import Slips
from searchsvc.errors import NoIndex
from searchsvc.index import checksums
from searchsvc.index.columns import Columns
from searchsvc.index.stories import AddressBook, Links, Stories
from searchsvc.publish.generations import Manifest, read_manifest
from searchsvc.query.tree import TreeBuilder
from searchsvc.scoring.compounds import IndexCompounds
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.neighbours import Neighbours
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.scoring.statistics import DELETED
from searchsvc.search import ranking
from searchsvc.search.ranking import NO_DATE, NO_VALUE, Pivots, PriorParts, Weights
from searchsvc.suggest.tables import SuggestTables

PRIORS_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Moment:
    """What changes with the clock: who is live, and every prior as of the full hour.

    Valid from one time to another, when the next hour begins or an embargo ends (epoch seconds).
    `live` and `priors` by document; `articles` counts the live ones. While `is_hiding`, some that
    the index finds are held back.
    """

    as_of: int
    hour: datetime
    valid_from: float
    valid_until: float
    live: npt.NDArray[np.bool_]
    articles: int
    is_hiding: bool
    priors: npt.NDArray[np.float32]

    def only_live(self, matches: Matches) -> Matches:
        return matches.where(self.live) if self.is_hiding else matches


class Generation:
    """Verified before anything of it is opened: Whoosh's table of contents is a pickle.

    Raises NoIndex, naming the file, when it is not whole.
    """

    def __init__(self, folder: Path, weights: Weights) -> None:
        self.name = folder.name
        self.manifest = read_manifest(folder)
        checksums.verify(folder, self.manifest.files)
        try:
            reader = whoosh_index.open_dir(str(folder), readonly=True).reader()
            self.index = OpenIndex.open(reader, folder)
            self.compounds = IndexCompounds(self.index, _common_compounds(self.manifest))
            self.columns = Columns.load(folder)
            self.stories = Stories.load(folder)
            self.suggest = SuggestTables.open(folder, len(self.index.impacts.words))
            self._stored = [document_arrays(part.leaf).stored for part in self.index.segments]
        except Exception as error:
            raise NoIndex(
                f"{folder} cannot be opened ({error}); run `searchsvc reindex --full`"
            ) from error
        if not len(self.columns) == len(self.stories.numbers) == len(self.index):
            raise NoIndex(
                f"{folder} holds columns of another index; run `searchsvc reindex --full`"
            )
        self.selector = Selector(self.columns)
        # Memory views: reading one item costs a fifth of what indexing an array does.
        self._quality, self._heat = self.columns.quality.data, self.columns.heat.data
        self._bases = [part.base for part in self.index.segments]
        self._weights = weights
        self._present = self.index.statistics.states != DELETED
        published = self.columns.published_at[self._present]
        self._embargoes = np.sort(published[published > self.manifest.clock])
        self._moment: Moment | None = None
        self._neighbours: Neighbours | None = None
        self._slips: Slips | None = None
        self._questions: Questions | None = None

    def neighbours(self, stem: Callable[[str], str]) -> Neighbours:
        """Of its vocabulary, by the one stemmer of its language."""
        if self._neighbours is None:
            self._neighbours = Neighbours(self.index, stem)
        return self._neighbours

    def slips(self, builder: TreeBuilder) -> Slips:
        """Of its words, as the engine's one builder puts them to the index."""
        if self._slips is None:
            self._slips = Slips(self.index, self.neighbours(builder.stem), builder)
        return self._slips

    def questions(
        self, moment: Moment, editing: Editing, builder: TreeBuilder, language: str, limit: int
    ) -> Questions:
        """To it, in one hour; the last ones remembered as long as that and the edition last."""
        known = self._questions
        if known is None or known.editing is not editing or known.hour != moment.hour:
            known = self._questions = Questions(
                builder,
                language,
                editing,
                moment.hour,
                self.index,
                limit,
                self.neighbours(builder.stem),
                self.compounds,
            )
        return known

    def stored(self, doc: int) -> bytes:
        """An article's JSON, with its quality and heat of this generation."""
        (stored,) = self.stored_of([doc])
        return stored

    def stored_of(self, docs: Sequence[int]) -> list[bytes]:
        """The same of several articles."""
        if len(self._stored) == 1:
            stored = self._stored[0].some(docs)
        else:
            stored = list(map(self._stored_in_segment, docs))
        quality, heat = self._quality, self._heat
        return [
            rated(
                article,
                None if quality[doc] == NO_VALUE else quality[doc],
                None if heat[doc] == NO_VALUE else heat[doc],
            )
            for article, doc in zip(stored, docs, strict=True)
        ]

    def _stored_in_segment(self, doc: int) -> bytes:
        number = bisect_right(self._bases, doc) - 1
        return self._stored[number][doc - self._bases[number]]

    def linked(self, doc: int) -> list[int]:
        """The documents that an article's own links lead to, in their order, each once."""
        number = bisect_right(self._bases, doc) - 1
        keys = self._link_columns("related")[number][doc - self._bases[number]]
        _, targets = self._addresses.follow(Links.of_document(doc, keys))
        return list(dict.fromkeys(targets.tolist()))

    @cached_property
    def _addresses(self) -> AddressBook:
        """Made when first asked for: few ask."""
        addresses = Links.of(self._link_columns("addresses")).only(self._present)
        return AddressBook(addresses, self.columns.ranks["newest"])

    def _link_columns(self, name: str) -> list[ByteStrings]:
        leaves = (document_arrays(part.leaf) for part in self.index.segments)
        return [byte_strings(leaf.columns[name]) for leaf in leaves]

    def moment(self, now: float) -> Moment:
        """The clock's view of the generation; made anew when the hour or an embargo ends."""
        moment = self._moment
        if moment is None or not moment.valid_from <= now < moment.valid_until:
            moment = self._moment = self._moment_at(now)
        return moment

    def parts(self, documents: slice, as_of: int) -> PriorParts:
        """What the priors of some documents consist of, in the hour `as_of`."""
        return ranking.prior_parts(
            self.columns.quality[documents],
            self.columns.heat[documents],
            self.columns.published_at[documents],
            self._weights,
            Pivots(self.manifest.quality_pivot, self.manifest.heat_pivot),
            as_of,
        )

    def _moment_at(self, now: float) -> Moment:
        as_of = ranking.hour(now)
        published = self.columns.published_at
        live = self._present & ((published <= now) | (published == NO_DATE))
        coming = self._embargoes[self._embargoes > now]
        passed = self._embargoes[self._embargoes <= now]
        return Moment(
            as_of,
            dates.from_timestamp(as_of),
            valid_from=max(as_of, float(passed[-1])) if len(passed) else as_of,
            valid_until=min(as_of + 3600, float(coming[0])) if len(coming) else as_of + 3600,
            live=live,
            articles=int(live.sum()),
            is_hiding=bool((self._present & ~live).any()),
            priors=self._priors(as_of),
        )

    def _priors(self, as_of: int) -> npt.NDArray[np.float32]:
        """In single precision, and some at a time: every worker has its own."""
        priors = np.empty(len(self.columns), np.float32)
        for first in range(0, len(priors), PRIORS_AT_ONCE):
            some = slice(first, first + PRIORS_AT_ONCE)
            priors[some] = self.parts(some, as_of).prior()
        return priors


def _common_compounds(manifest: Manifest) -> Mapping[str, tuple[str, ...]]:
    return english.COMPOUNDS if manifest.built_with.get("language") == "en" else {}
