"""Entries as files of a corpus: each whole or not there, under a safe name that stays the same."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import yaml

from searchsvc.articles.corpus import MAX_BYTES
from searchsvc.articles.url_template import slug_of_title
from searchsvc.importing.entry import Entry, NotImported, SkippedEntries

MAX_NAME = 60
"""Characters of a name, at most four bytes each, before what makes it unique."""
_DIGITS = 10
_OURS = re.compile(rf".*-([0-9a-f]{{{_DIGITS}}})\.[a-z]+")
_UNSAFE = re.compile(r"[^\w-]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(slots=True)
class ImportReport:
    """How many files were written and how many were there already, just the same; what was not
    imported, with why."""

    written: int = 0
    unchanged: int = 0
    skipped: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {
            "status": "done",
            "written": self.written,
            "unchanged": self.unchanged,
            "skipped": list(self.skipped),
        }


def write_entries(entries: Iterable[Entry], folder: Path, skipped: SkippedEntries) -> ImportReport:
    """Writes a file for each entry, over the one that the same entry was written to before.

    Raises NotImported if the folder cannot be written to.
    """
    report = ImportReport()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = {found[1]: name for name in os.listdir(folder) if (found := _OURS.fullmatch(name))}
        seen: set[str] = set()
        for entry in entries:
            try:
                content = _file(entry)
            except RecursionError:
                skipped.add(entry.name, "nested too deep")
                continue
            if len(content) > MAX_BYTES:
                skipped.add(entry.name, f"{len(content):,} bytes, more than {MAX_BYTES:,}")
                continue
            mark = blake2b(_encoded(entry.identity), digest_size=_DIGITS // 2).hexdigest()
            name = f"{_safe(entry.name)}-{mark}{entry.suffix}"
            if mark in seen:
                skipped.add(entry.name, "the identity of an entry before it")
                continue
            seen.add(mark)
            before = known.get(mark, name)
            path = (folder / before).with_suffix(entry.suffix)
            known[mark] = path.name
            if path.is_file() and path.read_bytes() == content:
                report.unchanged += 1
                continue
            _write(path, content)
            if path.name != before:  # its body is written in something else now
                (folder / before).unlink(missing_ok=True)
            report.written += 1
    except OSError as error:
        raise NotImported(f"{folder}: cannot be written: {error.strerror or error}") from None
    report.skipped = tuple(skipped.lines)
    return report


def _safe(name: str) -> str:
    """Without what leads out of the folder, hides a file or means something to site generators."""
    plain = _UNSAFE.sub("-", slug_of_title(name)).strip("-_")
    return plain[:MAX_NAME].rstrip("-_") or "article"


def _file(entry: Entry) -> bytes:
    front = yaml.dump(
        _plain(entry.front), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100
    )
    return _encoded(f"---\n{front}---\n{entry.body}\n")


def _plain(value: object) -> Any:
    """What YAML can hold: text without halves of characters, and no objects of a parser."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _write(path: Path, content: bytes) -> None:
    """Old or new, never half; a reindex leaves out names that begin with a dot."""
    neighbour = path.with_name(f".{path.name}.new")
    try:
        neighbour.write_bytes(content)
        neighbour.replace(path)
    finally:
        neighbour.unlink(missing_ok=True)
