"""Builds a generation aside: the index, carried over or new, its columns, impacts and manifest."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
from whoosh import index as whoosh_index

from searchsvc import ranking
from searchsvc.analysis import ANALYSIS_VERSION
from searchsvc.batch import GenerationColumns, IndexWriter
from searchsvc.generations import FORMAT_VERSION, Manifest, write_manifest
from searchsvc.ranking import NO_DATE
from searchsvc.scoring.building import build_impacts
from searchsvc.scoring.segments import open_segments
from searchsvc.scoring.statistics import Statistics
from searchsvc.settings import Settings
from searchsvc.vocabulary import TEXT_FIELDS


def built_with(language: str) -> dict[str, str]:
    """What an index's terms depend on: if any of it differs, nothing can be carried over."""
    return {
        "engine": "columnar",
        "whoosh": version("whoosh"),
        "snowballstemmer": version("snowballstemmer"),
        "analysis": str(ANALYSIS_VERSION),
        "language": language,
    }


class GenerationBuilder:
    """Writes one generation into an empty folder; `carried` is the one it begins from, if any.

    Whatever goes wrong, `cancel` and leave the folder: nothing refers to it.
    """

    def __init__(self, folder: Path, settings: Settings, carried: Path | None) -> None:
        self.folder = folder
        self._settings = settings
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
        self._write_scores(built, in_time)
        live = built.kept & in_time
        manifest = Manifest(
            format=FORMAT_VERSION,
            built_with=built_with(self._settings.language),
            articles=int(live.sum()),
            held=int((built.kept & ~in_time).sum()),
            clock=now,
            published_at=now,
            quality_pivot=ranking.pivot(columns.quality[live]),
            heat_pivot=ranking.pivot(columns.heat[live]),
        )
        write_manifest(self.folder, manifest)
        return manifest

    def _write_scores(self, built: GenerationColumns, in_time: npt.NDArray[np.bool_]) -> None:
        """The impacts of every word, which the statistics of all live articles make."""
        lengths = np.stack([built.lengths[field] for field in TEXT_FIELDS])
        with whoosh_index.open_dir(str(self.folder), readonly=True).reader() as reader:
            segments = open_segments(reader)
            statistics = Statistics.of(segments, in_time, lengths)
            statistics.save(self.folder)
            build_impacts(segments, statistics, self._settings.boosts).save(self.folder)
