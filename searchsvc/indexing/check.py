"""Checks that change nothing: of a corpus before it is indexed, of the index that is live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from searchsvc import corpus
from searchsvc.errors import NoIndex
from searchsvc.generations import IndexFolder, read_manifest
from searchsvc.indexing import canary
from searchsvc.indexing.comparison import compare
from searchsvc.indexing.report import Counts
from searchsvc.indexing.state import CorpusState, FileState
from searchsvc.rejection import Rejection, printable
from searchsvc.settings import Settings


@dataclass(frozen=True, slots=True)
class CorpusCheck:
    """Every rejected file with its reason, and the counts that a reindex would report."""

    counts: Counts
    rejects: tuple[Rejection, ...]

    @property
    def has_faults(self) -> bool:
        return bool(self.rejects)

    def lines(self) -> Iterator[str]:
        """A table of file, line and reason, then the counts."""
        places = [f"{r.path}:{r.line}" if r.line else r.path for r in self.rejects]
        width = max(map(len, places), default=0)
        for place, rejection in zip(places, self.rejects, strict=True):
            yield f"{printable(place):<{width}}  {printable(rejection.reason)}"
        counts = self.counts
        yield (
            f"{counts.articles:,} articles, {counts.unpublished:,} unpublished, "
            f"{counts.held:,} held, {counts.rejected:,} rejected, "
            f"{counts.skipped:,} files without front matter"
        )

    def to_json(self) -> dict[str, Any]:
        counts = asdict(self.counts)
        for name in ("added", "changed", "removed", "unchanged"):
            del counts[name]
        return {
            "status": "faults" if self.has_faults else "ok",
            **counts,
            "rejects": [asdict(rejection) for rejection in self.rejects],
        }


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """What is wrong with the live generation."""

    generation: str | None
    articles: int = 0
    faults: tuple[str, ...] = field(default=())

    @property
    def has_faults(self) -> bool:
        return bool(self.faults)

    def lines(self) -> Iterator[str]:
        yield from self.faults
        if not self.faults:
            yield f"{self.generation}: {self.articles:,} articles, no faults"

    def to_json(self) -> dict[str, Any]:
        return {"status": "faults" if self.has_faults else "ok", **asdict(self)}


def check_corpus(settings: Settings) -> CorpusCheck:
    """Read every file as a reindex would."""
    owners: dict[str, str] = {}
    files: dict[str, FileState] = {}
    for file in corpus.walk(settings.corpus):
        state = FileState.of(corpus.read(settings.corpus, file), read_at=0)
        files[file.path] = state if file.fault else state.claim(owners)
    found = compare(CorpusState({}), 0.0, CorpusState(files), settings.clock())
    return CorpusCheck(found.counts, found.rejects)


def check_index(settings: Settings) -> IndexCheck:
    """Open the live generation and ask it the questions that a reindex asks before publishing."""
    folder = IndexFolder(settings.index)
    name = None
    try:
        name = folder.current()
        if name is None:
            fault = f"there is no index in {folder.root} yet; run `searchsvc reindex`"
            return IndexCheck(None, faults=(fault,))
        path: Path = folder.path(name)
        manifest = read_manifest(path)
        wrong = canary.fault(path, settings, manifest.articles, manifest.clock)
    except NoIndex as error:
        return IndexCheck(name, faults=(str(error),))
    return IndexCheck(name, manifest.articles, (wrong,) if wrong else ())
