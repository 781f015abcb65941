"""Writing many articles at once: Whoosh's result without Whoosh's loop over every posting."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage

from searchsvc.articles.article import Article
from searchsvc.batch.merging import Source, merge
from searchsvc.batch.run import Run
from searchsvc.batch.wordtable import WordTable
from searchsvc.columnar import ColumnarSegment

INDEX_NAME = "MAIN"
RUNS = "runs"
"""The folder inside the index's own that holds runs until they are merged."""

_MB = 1_000_000


class BatchWriter:
    """Writes one segment into a folder, in the order in which the articles are added.

    When what is collected would take more than about `memory_mb` to write, it is written aside as
    a run; the runs are merged at the end.
    """

    def __init__(self, folder: Path, language: str, *, memory_mb: int = 512) -> None:
        self._folder = folder
        self._language = language
        self._limit = memory_mb * _MB
        self._beside = ThreadPoolExecutor(2, "indexing")
        self._words = WordTable(language)
        self._run = Run(self._words, self._beside)
        self._runs: list[ColumnarSegment] = []
        self._written = 0

    def __len__(self) -> int:
        """Articles added so far."""
        return self._written + len(self._run)

    def add(self, article: Article) -> None:
        if self._run.add(article) and self._memory > self._limit:
            self._spill()

    @property
    def _memory(self) -> int:
        return self._run.memory + self._words.memory

    def finish(self) -> ColumnarSegment | None:
        """Writes everything that was added as one segment; None if nothing was."""
        if not len(self):
            return None
        segment = ColumnarSegment(INDEX_NAME)
        storage = FileStorage(str(self._folder))
        if not self._runs:
            self._run.write(storage, segment)
        else:
            if len(self._run):
                self._spill()
            aside = self._aside()
            merge([Source(aside, run) for run in self._runs], storage, segment)
        self.cancel()
        return segment

    def cancel(self) -> None:
        """Ends its threads, and removes what was written aside."""
        self._beside.shutdown(cancel_futures=True)
        shutil.rmtree(self._folder / RUNS, ignore_errors=True)

    def _spill(self) -> None:
        run = ColumnarSegment(INDEX_NAME)
        self._run.write(self._aside(), run, aside=True)
        self._written += len(self._run)
        self._runs.append(run)
        if self._words.memory > self._limit // 4:
            self._words = WordTable(self._language)
        self._run = Run(self._words, self._beside)

    def _aside(self) -> Any:
        folder = self._folder / RUNS
        folder.mkdir(exist_ok=True)
        return FileStorage(str(folder))
