"""What a generation is: the last of its files to be written, which makes it a whole one."""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from searchsvc.errors import NoIndex

FORMAT_VERSION = 12
"""Of everything in a generation's folder: raise it, and the next reindex is full."""

MANIFEST = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """Enough to know whether a generation can be searched and added to.

    built_with   what its terms and impacts depend on: versions, language, weights
    segments     the id of each and how many documents it holds, in their order
    articles     live ones at `clock` (epoch seconds); `held` ones are dated after it or expired
    files        the checksum of every file but the manifest itself and the state of the corpus
    """

    format: int
    built_with: dict[str, str]
    segments: list[tuple[str, int]]
    articles: int
    held: int
    clock: float
    published_at: float
    quality_pivot: float
    heat_pivot: float
    weights: list[float]
    files: dict[str, int]

    @property
    def documents(self) -> int:
        """Deleted ones included."""
        return sum(documents for _, documents in self.segments)

    @property
    def language(self) -> str:
        return self.built_with.get("language", "")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    content = orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2)
    lines = content + b"\n" + str(zlib.crc32(content)).encode() + b"\n"
    (folder / MANIFEST).write_bytes(lines)


def read_manifest(folder: Path) -> Manifest:
    """Raises NoIndex for a generation that is missing, damaged or of another format."""
    try:
        content, _, checksum = (folder / MANIFEST).read_bytes().rstrip().rpartition(b"\n")
        if zlib.crc32(content) != int(checksum):
            raise ValueError("its checksum does not fit")
        fields: dict[str, Any] = orjson.loads(content)
        if fields.get("format") != FORMAT_VERSION:
            raise NoIndex(
                f"{folder} has format {fields.get('format')}, this version reads "
                f"{FORMAT_VERSION}; run `searchsvc reindex`"
            )
        fields["segments"] = [(str(name), int(count)) for name, count in fields["segments"]]
        return Manifest(**fields)
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise NoIndex(
            f"{folder / MANIFEST} cannot be read ({error}); run `searchsvc reindex --full`"
        ) from None


def checksums(
    folder: Path, *, without: Collection[str], known: Mapping[str, int]
) -> dict[str, int]:
    """The CRC-32 of each file by name.

    `known` ones are not read again: damage to a file that is carried over from one generation to
    the next must not be taken for its content.
    """
    names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
    return {
        name: known[name] if name in known else _checksum(folder / name)
        for name in names
        if name not in without
    }


def verify(folder: Path, expected: Mapping[str, int]) -> None:
    """Raises NoIndex naming the first file that is missing or damaged, and what to run."""
    for name, checksum in expected.items():
        try:
            found = _checksum(folder / name)
        except OSError as error:
            raise NoIndex(
                f"{folder / name} cannot be read ({error.strerror}); run `searchsvc reindex --full`"
            ) from None
        if found != checksum:
            raise NoIndex(f"{folder / name} is damaged; run `searchsvc reindex --full`")


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb", buffering=0) as stream:
        buffer = bytearray(min(_CHUNK, os.fstat(stream.fileno()).st_size) or 1)
        while size := stream.readinto(buffer):
            checksum = zlib.crc32(memoryview(buffer)[:size], checksum)
    return checksum
