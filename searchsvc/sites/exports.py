"""Exports that lie in a folder which holds no articles yet: they become articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from searchsvc.importing import NotImported, entries_of, write_entries
from searchsvc.importing.entry import SkippedEntries
from searchsvc.sites.generators import generator_of
from searchsvc.sites.look import FOLDERS

OUT = "articles"
_SIGNS = {
    "wordpress": (("*.xml", "*.wxr"), b"http://wordpress.org/export/"),
    "ghost": (("*.json",), b'"posts_tags"'),
}
_HEAD = 4_000_000


def import_exports(folder: Path) -> Iterator[str]:
    """Imports what is found, and tells of each. Raises NotImported."""
    if generator_of(folder) or any((folder / name).exists() for name in FOLDERS):
        return
    for kind, (patterns, sign) in _SIGNS.items():
        for pattern in patterns:
            for file in sorted(folder.glob(pattern)):
                if file.is_file() and sign in _head(file):
                    skipped = SkippedEntries()
                    report = write_entries(entries_of(kind, file, skipped), folder / OUT, skipped)
                    yield f"imported {report.written:,} articles from {file.name} into {OUT}"
                    yield from (f"skipped  {line}" for line in skipped.lines)


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_HEAD)
    except OSError as error:
        raise NotImported(f"{file}: cannot be read: {error.strerror}") from None
