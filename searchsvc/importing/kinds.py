"""What can be imported, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from searchsvc.importing import feeds, records, sources
from searchsvc.importing.entry import Entry, NotImported, SkippedEntries

Whole = Callable[[str, bytes, SkippedEntries], Iterator[Entry]]

_WHOLE: dict[str, tuple[Whole, tuple[str, ...]]] = {
    "rss": (feeds.of_feed, feeds.SUFFIXES),
    "wordpress": (feeds.of_wordpress, feeds.SUFFIXES),
    "ghost": (records.of_ghost, records.GHOST_SUFFIXES),
}
KINDS = (*_WHOLE, "jsonl")


def entries_of(kind: str, source: Path, skipped: SkippedEntries) -> Iterator[Entry]:
    """All entries of a file, or of the files of a folder.

    What is wrong with one of several files goes to `skipped`. Raises NotImported where there is
    none to read.
    """
    suffixes = records.LINE_SUFFIXES if kind == "jsonl" else _WHOLE[kind][1]
    files = sources.files_of(source, suffixes)
    for file in files:
        try:
            if kind == "jsonl":
                lines = sources.lines(file, suffixes, records.MAX_LINE)
                yield from records.of_lines(lines, skipped)
            else:
                for name, content in sources.contents(file, suffixes):
                    yield from _WHOLE[kind][0](name, content, skipped)
        except NotImported as error:
            if len(files) == 1:
                raise
            skipped.lines.append(str(error))
