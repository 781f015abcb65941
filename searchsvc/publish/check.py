"""Checks that change nothing: of a corpus before it is indexed, of the index that is live."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from searchsvc import editorial
from searchsvc.articles import corpus, listing
from searchsvc.articles.census import KeyCensus
from searchsvc.articles.keys import FieldKeys
from searchsvc.articles.rejection import Rejection, printable
from searchsvc.editorial.curation import Curation
from searchsvc.errors import NoIndex
from searchsvc.index.manifest import read_manifest
from searchsvc.publish.changes import compare
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.removals import Removals, RemovalsLost, removals, withheld
from searchsvc.publish.report import Counts
from searchsvc.publish.state import CorpusState, FileState
from searchsvc.settings import Settings


@dataclass(frozen=True, slots=True)
class CorpusCheck:
    """Every rejected file with its reason, and the counts that a reindex would report.

    `editors` is what is wrong with the editors' files. `warnings` are of files that are indexed,
    though most likely not as was meant: they are no faults.
    """

    counts: Counts
    rejects: tuple[Rejection, ...]
    editors: tuple[Rejection, ...] = ()
    warnings: tuple[Rejection, ...] = ()
    census: KeyCensus = field(default_factory=lambda: KeyCensus(FieldKeys()))

    @property
    def has_faults(self) -> bool:
        return bool(self.rejects or self.editors)

    def lines(self) -> Iterator[str]:
        """A table of file, line and reason, then the counts."""
        told = [(fault, "") for fault in self.rejects + self.editors]
        told += [(warning, "warning: ") for warning in self.warnings]
        places = [f"{one.path}:{one.line}" if one.line else one.path for one, _ in told]
        width = max(map(len, places), default=0)
        for place, (one, kind) in zip(places, told, strict=True):
            yield f"{printable(place):<{width}}  {kind}{printable(one.reason)}"
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
        body = {
            "status": "faults" if self.has_faults else "ok",
            **counts,
            "rejects": [asdict(rejection) for rejection in self.rejects],
            "warnings": [asdict(warning) for warning in self.warnings],
            **self.census.to_json(),
        }
        if self.editors:
            body["editors"] = [asdict(fault) for fault in self.editors]
        return body


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
    """Read every file as a reindex would, and the editors' files."""
    owners: dict[str, str] = {}
    files: list[FileState] = []
    warnings: list[Rejection] = []
    removed: Removals = {}
    conventions = settings.conventions
    census = KeyCensus(conventions.keys)
    with suppress(RemovalsLost):
        removed = removals(IndexFolder(settings.index))
    for file in listing.walk(settings.corpus):
        reading = corpus.read(settings.corpus, file, conventions, census)
        state = withheld(FileState.of(reading), removed)
        files.append(state if file.fault else state.claim(owners))
        warnings += reading.warnings
    found = compare(CorpusState.of(()), 0.0, CorpusState.of(files), settings.clock())
    rules, faults = editorial.inspect(settings.synonyms, settings.curation)
    faults += _strangers(rules.curation, settings.curation, owners)
    return CorpusCheck(found.counts, found.rejects, tuple(faults), tuple(warnings), census)


def _strangers(curation: Curation, path: Path, ids: Collection[str]) -> Iterator[Rejection]:
    """The articles that editors chose and no file is. One that is not live is no fault."""
    for choice in curation.choices():
        if choice.id not in ids:
            near = difflib.get_close_matches(choice.id, ids, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            yield Rejection(str(path), choice.line, f"no article has the id `{choice.id}`{hint}")


def check_index(settings: Settings) -> IndexCheck:
    """Open the live generation and ask it the questions that a reindex asks before publishing."""
    if settings.engine == "opensearch":
        from searchsvc.publish import cluster_destination

        try:
            generation, articles, wrong = cluster_destination.check(settings)
        except NoIndex as error:
            return IndexCheck(None, faults=(str(error),))
        return IndexCheck(generation, articles, (wrong,) if wrong else ())
    from searchsvc.publish import canary

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
