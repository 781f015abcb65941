"""Writing a generation: what it begins from, what changes, what follows from its articles."""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.article import Article
from searchsvc.articles.fields import VALUE_FIELDS
from searchsvc.index import manifest as manifests
from searchsvc.index.arrays import Int32, Mask, joined, load, save
from searchsvc.index.columns import Columns, are_out, inverse, pivot, rating
from searchsvc.index.generation import expiries_in, lengths_in, open_segments
from searchsvc.index.impacts import DELETED, HELD, LIVE, FieldWeights, Impacts, norms_of
from searchsvc.index.manifest import MANIFEST, Manifest, read_manifest
from searchsvc.index.merge import merge
from searchsvc.index.merge_policy import MergePolicy
from searchsvc.index.near_duplicates import near_duplicates
from searchsvc.index.segment import PREFIX, Segment, SegmentData, link, link_segment
from searchsvc.index.segment_builder import SegmentBuilder, order_of
from searchsvc.index.stories import LinkKeys, Pairs, Stories, Ties
from searchsvc.index.values import ValueColumn

_SPILLED = "spilled"
_MB = 1_000_000
_DERIVED = (
    "column.",
    "impacts.",
    "stories.",
    "states.",
    "suggest.titles.",
    "suggest.names.",
)
"""What follows from the segments: linked where nothing but ratings has changed."""


@dataclass(slots=True, eq=False)
class _Member:
    """A segment with which documents are kept, and their ratings; [documents] each."""

    segment: Segment
    kept: Mask
    quality: Int32
    heat: Int32

    @property
    def live(self) -> int:
        return int(self.kept.sum())


@dataclass(frozen=True, slots=True, eq=False)
class WrittenIndex:
    """What suggestions are made of: the generation before its manifest makes it whole."""

    segments: Sequence[Segment]
    impacts: Impacts
    columns: Columns
    live: Mask
    language: str
    heat_pivot: float


class GenerationWriter:
    """Writes into an empty folder; `carried` is the generation it begins from, if any.

    Deletions and ratings are of what was carried; what is added comes after it. Nothing is changed
    in the carried folder, whose files are shared. To `purge` writes everything into one segment in
    which nothing of a deleted article is left, not even in what frames were compressed with.
    Whatever goes wrong, `cancel` and remove the
    folder: nothing refers to it.
    """

    def __init__(
        self,
        folder: Path,
        language: str,
        weights: FieldWeights,
        carried: Path | None = None,
        *,
        memory_mb: int = 512,
        policy: MergePolicy | None = None,
        purge: bool = False,
    ) -> None:
        self.folder = folder
        self._language = language
        self._weights = weights
        self._policy = policy or MergePolicy()
        self._purge = purge
        self._limit = memory_mb * _MB
        self._members: list[_Member] = []
        self._carried = carried
        self._carried_manifest = read_manifest(carried) if carried else None
        self._known: dict[str, int] = {}
        self._is_changed = False
        self._builder = SegmentBuilder(language)
        self._quality, self._heat = array("i"), array("i")
        self._spilled: list[SegmentData] = []
        if carried:
            self._carry(carried)

    def _carry(self, carried: Path) -> None:
        assert self._carried_manifest
        states = load(carried, "states", np.uint8)
        quality, heat = (load(carried, f"column.{of}", np.int32) for of in ("quality", "heat"))
        for segment in open_segments(carried, self._carried_manifest.segments):
            for file in link_segment(segment.name, carried, self.folder):
                self._known[file] = self._carried_manifest.files[file]
            of = slice(segment.base, segment.base + segment.documents)
            kept = states[of] != DELETED
            self._members.append(_Member(segment, kept, quality[of].copy(), heat[of].copy()))

    def delete(self, article_id: str) -> bool:
        """Takes a carried article out; whether there was one."""
        found = self._find(article_id)
        if found is None:
            return False
        member, doc = found
        member.kept[doc] = False
        self._is_changed = True
        return True

    def rate(self, article_id: str, quality: int | None, heat: int | None) -> bool:
        """Changes a carried article's quality and heat, which rewrites nothing else of it."""
        found = self._find(article_id)
        if found is None:
            return False
        member, doc = found
        member.quality[doc], member.heat[doc] = rating(quality), rating(heat)
        return True

    def _find(self, article_id: str) -> tuple[_Member, int] | None:
        for member in self._members:
            doc = member.segment.find(article_id)
            if doc >= 0 and member.kept[doc]:
                return member, doc
        return None

    def add(self, article: Article) -> None:
        """Adds an article whose id is not, or no longer, among the carried ones."""
        self._is_changed = True
        self._builder.add(article)
        self._quality.append(rating(article.quality))
        self._heat.append(rating(article.heat))
        if self._builder.memory > self._limit:
            self._spill()

    def _spill(self) -> None:
        """Writes what was collected aside, so that memory stays within its bound."""
        aside = self.folder / _SPILLED
        aside.mkdir(exist_ok=True)
        name = token_hex(8)
        self._builder.build().save(aside, name)
        self._spilled.append(SegmentData.load(aside, name))
        self._builder = SegmentBuilder(self._language)

    def finish(
        self, now: float, built_with: dict[str, str], suggest: Callable[[WrittenIndex], None]
    ) -> Manifest:
        """Writes everything, with the statistics of `now` (epoch seconds).

        `suggest` writes the files that complete what readers type.
        """
        from searchsvc.index.whoosh_adapter import write_contents  # Whoosh takes a while to import

        self._add_segment()
        self._merge()
        write_contents(
            self.folder,
            self._language,
            [(m.segment.name, m.segment.documents, np.flatnonzero(~m.kept)) for m in self._members],
        )
        written = self._written(now)
        suggest(written)
        states = load(self.folder, "states", np.uint8)
        manifest = Manifest(
            format=manifests.FORMAT_VERSION,
            built_with=built_with,
            segments=[(m.segment.name, m.segment.documents) for m in self._members],
            articles=int((states == LIVE).sum()),
            held=int((states == HELD).sum()),
            clock=now,
            published_at=now,
            quality_pivot=pivot(written.columns.quality[written.live]),
            heat_pivot=written.heat_pivot,
            weights=list(self._weights),
            files=manifests.checksums(self.folder, without=(MANIFEST,), known=self._known),
        )
        manifests.write_manifest(self.folder, manifest)
        return manifest

    def cancel(self) -> None:
        shutil.rmtree(self.folder / _SPILLED, ignore_errors=True)

    def _add_segment(self) -> None:
        parts = self._spilled + ([self._builder.build()] if len(self._builder) else [])
        if parts:
            kept = [np.ones(part.documents, np.bool_) for part in parts]
            data = parts[0] if len(parts) == 1 else merge(parts, kept)
            quality, heat = (np.array(of, np.int32) for of in (self._quality, self._heat))
            self._write(data, quality, heat)
        self._builder, self._spilled = SegmentBuilder(self._language), []
        self.cancel()

    def _write(self, data: SegmentData, quality: Int32, heat: Int32) -> None:
        name = token_hex(8)
        data.save(self.folder, name)
        kept = np.ones(data.documents, np.bool_)
        self._members.append(_Member(Segment(name, 0, data), kept, quality, heat))

    def _merge(self) -> None:
        """Merges what is worth it, drops segments of which nothing is left, numbers the rest."""
        chosen = self._policy.choose([(m.segment.documents, m.live) for m in self._members])
        some = list(self._members) if self._purge else [self._members[place] for place in chosen]
        if some:
            segments, kept = [m.segment.data for m in some], [m.kept for m in some]
            data = merge(segments, kept, purge=self._purge)
            quality, heat = (
                np.concatenate([getattr(m, of)[m.kept] for m in some]) for of in ("quality", "heat")
            )
            self._write(data, quality, heat)
        for member in [m for m in self._members if m in some or not m.live]:
            self._members.remove(member)
            self._drop(member.segment.name)
        base = 0
        for member in self._members:
            member.segment = Segment(member.segment.name, base, member.segment.data)
            base += member.segment.documents

    def _drop(self, name: str) -> None:
        self._is_changed = True
        for file in list(self.folder.glob(f"{PREFIX}{name}.*")):
            self._known.pop(file.name, None)
            file.unlink()

    def _written(self, now: float) -> WrittenIndex:
        quality = joined([m.quality for m in self._members], np.int32)
        heat = joined([m.heat for m in self._members], np.int32)
        published = joined([m.segment.data.published_at for m in self._members], np.int64)
        kept = joined([m.kept for m in self._members], np.bool_)
        expires = expiries_in([m.segment for m in self._members])
        states = np.where(are_out(published, expires, now), LIVE, HELD).astype(np.uint8)
        states[~kept] = DELETED
        live = states == LIVE
        segments = [m.segment for m in self._members]
        if self._only_rated(states):
            assert self._carried
            columns = Columns.load(self._carried, published).rated(quality, heat)
            impacts = Impacts.load(self._carried, segments, len(states))
            columns.save_ratings(self.folder)
            self._link_derived()
        else:
            columns = self._columns(published, quality, heat)
            norms = norms_of(lengths_in(segments), live, self._weights)
            impacts = Impacts.of(segments, states, norms, self._weights, self._language)
            save(self.folder, "states", states)
            impacts.save(self.folder)
            columns.save_ratings(self.folder)
            columns.save(self.folder)
            alike = near_duplicates(impacts, segments, columns, live)
            Stories.find(self._ties(alike), columns, live).save(self.folder)
        heat_pivot = pivot(columns.heat[live])
        return WrittenIndex(segments, impacts, columns, live, self._language, heat_pivot)

    def _only_rated(self, states: NDArray[np.uint8]) -> bool:
        """Whether nothing but ratings differs from what was carried."""
        if self._carried is None or self._is_changed or self._carried_manifest is None:
            return False
        same = tuple(self._carried_manifest.weights) == self._weights
        return same and np.array_equal(load(self._carried, "states", np.uint8), states)

    def _link_derived(self) -> None:
        assert self._carried and self._carried_manifest
        for file, checksum in self._carried_manifest.files.items():
            if file.startswith(_DERIVED) and not (self.folder / file).exists():
                link(self._carried / file, self.folder / file)
                self._known[file] = checksum

    def _columns(self, published: NDArray[np.int64], quality: Int32, heat: Int32) -> Columns:
        kept = [m.kept for m in self._members]
        ids = [one for m in self._members for one in m.segment.data.ids]
        return Columns.of(
            published,
            quality,
            heat,
            {
                name: ValueColumn.merged([m.segment.data.values[name] for m in self._members], kept)
                for name in VALUE_FIELDS
            },
            inverse(order_of(ids)),
        )

    def _ties(self, alike: Pairs) -> Ties:
        data = [m.segment.data for m in self._members]
        hashes = joined([of.title_hashes for of in data], np.uint64)
        _, headlines = np.unique(hashes, return_inverse=True)
        numbered: Int32 = np.where(hashes == 0, -1, headlines).astype(np.int32)
        addresses, related = [of.addresses for of in data], [of.related for of in data]
        return Ties(numbered, LinkKeys.of(addresses), LinkKeys.of(related), alike)
