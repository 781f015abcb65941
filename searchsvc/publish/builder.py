"""Builds a generation aside: the index, carried over or new, its columns, impacts and manifest."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
from whoosh import index as whoosh_index

from searchsvc.batch import IndexWriter
from searchsvc.batch.segmentset import link
from searchsvc.index import checksums
from searchsvc.index.columns import Columns
from searchsvc.index.stories import Stories
from searchsvc.publish.builtwith import built_with
from searchsvc.publish.generations import (
    FORMAT_VERSION,
    MANIFEST,
    STATE,
    Manifest,
    read_manifest,
    write_manifest,
)
from searchsvc.scoring.building import build_impacts
from searchsvc.scoring.impacts import Impacts
from searchsvc.scoring.segments import Segment, open_segments
from searchsvc.scoring.statistics import HELD, LIVE, Statistics
from searchsvc.search import ranking
from searchsvc.settings import Settings
from searchsvc.suggest.building import build_tables
from searchsvc.suggest.tables import SuggestTables

_SEGMENT_FILES = "MAIN_"
"""Never written twice: one of the same name is the same file."""
_DERIVED_FILES = ("column.", "impacts.", "stories.")
"""What is made of the segments. Linked where it would be the same again."""


class GenerationBuilder:
    """Writes one generation into an empty folder; `carried` is the one it begins from, if any.

    Whatever goes wrong, `cancel` and leave the folder: nothing refers to it.
    """

    def __init__(self, folder: Path, settings: Settings, carried: Path | None) -> None:
        self.folder = folder
        self._settings = settings
        self._carried = carried
        self._carried_files = read_manifest(carried).files if carried else {}
        self._linked = {
            name: checksum
            for name, checksum in self._carried_files.items()
            if name.startswith(_SEGMENT_FILES)
        }
        self._writer = IndexWriter(
            folder, settings.language, carried, memory_mb=settings.build_memory_mb
        )
        self.delete = self._writer.delete
        self.rate = self._writer.rate
        self.add = self._writer.add
        self.cancel = self._writer.cancel

    def finish(self, now: float) -> Manifest:
        """Write everything, with the statistics of `now` (epoch seconds)."""
        self._writer.write()
        with whoosh_index.open_dir(str(self.folder), readonly=True).reader() as reader:
            segments = open_segments(reader)
            statistics = Statistics.at(segments, now)
            live = statistics.states == LIVE
            columns = self._rate(segments, statistics) or self._build(segments, statistics)
        manifest = Manifest(
            format=FORMAT_VERSION,
            built_with=built_with(self._settings),
            articles=statistics.live,
            held=int((statistics.states == HELD).sum()),
            clock=now,
            published_at=now,
            quality_pivot=ranking.pivot(columns.quality[live]),
            heat_pivot=ranking.pivot(columns.heat[live]),
            files=checksums.of_folder(
                self.folder,
                without=(MANIFEST, STATE),
                known=self._linked,
            ),
        )
        write_manifest(self.folder, manifest)
        return manifest

    def _build(self, segments: Sequence[Segment], statistics: Statistics) -> Columns:
        """Columns and stories beside impacts, then the suggestions, which need both."""
        live = statistics.states == LIVE
        with ThreadPoolExecutor(1) as beside:
            building = beside.submit(self._build_columns, live)
            statistics.save(self.folder)
            impacts = build_impacts(segments, statistics, self._settings.boosts)
            impacts.save(self.folder)
            columns = building.result()
        self._build_tables(segments, impacts, columns, live)
        return columns

    def _build_columns(self, live: npt.NDArray[np.bool_]) -> Columns:
        built = self._writer.columns()
        built.columns.save(self.folder)
        Stories.find(built.ties, built.columns, live).save(self.folder)
        return built.columns

    def _rate(self, segments: Sequence[Segment], statistics: Statistics) -> Columns | None:
        """If nothing but ratings is new, links everything that does not depend on them."""
        columns = self._writer.rated()
        if columns is None or self._carried is None:
            return None
        if not np.array_equal(Statistics.open(self._carried).states, statistics.states):
            return None  # an embargo has passed
        columns.save_ratings(self.folder)
        impacts = Impacts.open(self._carried, len(statistics))
        known = SuggestTables.open(self._carried, len(impacts.words))
        self._build_tables(segments, impacts, columns, statistics.states == LIVE, known)
        for name, checksum in self._carried_files.items():
            target = self.folder / name
            if name.startswith(_DERIVED_FILES) and not target.exists():
                link(self._carried / name, target)
                self._linked[name] = checksum
        return columns

    def _build_tables(
        self,
        segments: Sequence[Segment],
        impacts: Impacts,
        columns: Columns,
        live: npt.NDArray[np.bool_],
        known: SuggestTables | None = None,
    ) -> None:
        pivot = ranking.pivot(columns.heat[live])
        build_tables(segments, impacts, columns, live, pivot, self._settings.language, known).save(
            self.folder
        )
