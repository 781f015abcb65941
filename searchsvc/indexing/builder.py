"""Builds a generation aside: the index, carried over or new, its columns, impacts and manifest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from whoosh import index as whoosh_index

from searchsvc import checksums, ranking
from searchsvc.batch import GenerationColumns, IndexWriter
from searchsvc.generations import (
    FORMAT_VERSION,
    MANIFEST,
    STATE,
    Manifest,
    read_manifest,
    write_manifest,
)
from searchsvc.indexing.builtwith import built_with
from searchsvc.ranking import NO_DATE
from searchsvc.scoring.building import build_impacts
from searchsvc.scoring.segments import open_segments
from searchsvc.scoring.statistics import Statistics
from searchsvc.settings import Settings
from searchsvc.stories import Stories
from searchsvc.suggesting.building import build_tables
from searchsvc.vocabulary import TEXT_FIELDS

SEGMENT_FILES = "MAIN_"


class GenerationBuilder:
    """Writes one generation into an empty folder; `carried` is the one it begins from, if any.

    Whatever goes wrong, `cancel` and leave the folder: nothing refers to it.
    """

    def __init__(self, folder: Path, settings: Settings, carried: Path | None) -> None:
        self.folder = folder
        self._settings = settings
        self._carried_files = read_manifest(carried).files if carried else {}
        self._writer = IndexWriter(
            folder, settings.language, carried, memory_mb=settings.build_memory_mb
        )
        self.delete = self._writer.delete
        self.rate = self._writer.rate
        self.add = self._writer.add
        self.cancel = self._writer.cancel

    def finish(self, now: float) -> Manifest:
        """Write everything, with the statistics of `now` (epoch seconds)."""
        built = self._writer.finish()
        columns = built.columns
        columns.save(self.folder)
        dates = columns.published_at
        in_time = (dates <= now) | (dates == NO_DATE)
        live = built.kept & in_time
        Stories.find(built.ties, columns, live).save(self.folder)
        heat_pivot = ranking.pivot(columns.heat[live])
        self._write_scores(built, in_time, heat_pivot)
        manifest = Manifest(
            format=FORMAT_VERSION,
            built_with=built_with(self._settings),
            articles=int(live.sum()),
            held=int((built.kept & ~in_time).sum()),
            clock=now,
            published_at=now,
            quality_pivot=ranking.pivot(columns.quality[live]),
            heat_pivot=heat_pivot,
            files=checksums.of_folder(
                self.folder, without=(MANIFEST, STATE), known=self._linked_files()
            ),
        )
        write_manifest(self.folder, manifest)
        return manifest

    def _linked_files(self) -> dict[str, int]:
        """Segments' files are never written twice: one of the same name is the same file."""
        return {
            name: checksum
            for name, checksum in self._carried_files.items()
            if name.startswith(SEGMENT_FILES)
        }

    def _write_scores(
        self, built: GenerationColumns, in_time: npt.NDArray[np.bool_], heat_pivot: float
    ) -> None:
        """What the statistics of all live articles make: every word's impacts, and suggestions."""
        lengths = np.stack([built.lengths[field] for field in TEXT_FIELDS])
        with whoosh_index.open_dir(str(self.folder), readonly=True).reader() as reader:
            segments = open_segments(reader)
            statistics = Statistics.of(segments, in_time, lengths)
            statistics.save(self.folder)
            impacts = build_impacts(segments, statistics, self._settings.boosts)
            impacts.save(self.folder)
            live = built.kept & in_time
            build_tables(
                segments, impacts, built.columns, live, heat_pivot, self._settings.language
            ).save(self.folder)
