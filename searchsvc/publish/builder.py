"""Builds a generation aside: what changed goes in, a whole generation comes out."""

from __future__ import annotations

from pathlib import Path

from searchsvc.index import GenerationWriter, Manifest
from searchsvc.publish.before import built_with
from searchsvc.settings import Settings
from searchsvc.suggest.building import write_tables


class GenerationBuilder:
    """Writes one generation into an empty folder; `carried` is the one it begins from, if any.

    Whatever goes wrong, `cancel` and remove the folder: nothing refers to it.
    """

    def __init__(self, folder: Path, settings: Settings, carried: Path | None) -> None:
        self.folder = folder
        self._built_with = built_with(settings)
        writer = self._writer = GenerationWriter(
            folder,
            settings.language,
            settings.field_weights,
            carried,
            memory_mb=settings.build_memory_mb,
        )
        self.delete, self.rate, self.add, self.cancel = (
            *(writer.delete, writer.rate, writer.add),
            writer.cancel,
        )

    def finish(self, now: float) -> Manifest:
        """Write everything, with the statistics of `now` (epoch seconds)."""
        return self._writer.finish(
            now, self._built_with, lambda written: write_tables(self.folder, written)
        )
