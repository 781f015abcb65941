"""The index folder: generations, which one is live, and what each is.

    index/CURRENT                  the live generation's name
    index/CHECKED                  when a reindex last looked, also if it found nothing to do
    index/lock                     held by the one writer, dies with its process
    index/generations/<name>/      a whole Whoosh index, its columns and its manifest

A generation never changes once CURRENT names it. The folder is trusted: it is made 0700, as
Whoosh's own files are pickles.
"""

from __future__ import annotations

import os
import re
import shutil
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from searchsvc.errors import NoIndex

FORMAT_VERSION = 8
"""Of everything in a generation's folder: raise it, and the next reindex is full."""

MANIFEST = "manifest.json"
STATE = "state.npz"
_AT_ONCE = 8
_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is: enough to know whether it can be searched and added to.

    `built_with` holds what the terms depend on (versions, language). `clock` is the time its
    statistics are of; `articles` counts the live ones at that time. `files` holds the checksum of
    every file but the manifest itself and the state of the corpus, which may be renewed.
    """

    format: int
    built_with: dict[str, str]
    articles: int
    held: int
    clock: float
    published_at: float
    quality_pivot: float
    heat_pivot: float
    files: dict[str, int]


@dataclass(frozen=True, slots=True)
class IndexFolder:
    """Paths and atomic steps inside one index folder."""

    root: Path

    @property
    def generations(self) -> Path:
        return self.root / "generations"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    def make(self) -> None:
        self.generations.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.root, self.generations):
            folder.chmod(0o700)

    def current(self) -> str | None:
        """The live generation's name, None before the first. Raises NoIndex for a damaged file."""
        try:
            name = (self.root / "CURRENT").read_text("ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise NoIndex(f"{self.root / 'CURRENT'} cannot be read: {error}") from None
        if not _NAME.fullmatch(name):
            raise NoIndex(
                f"{self.root / 'CURRENT'} names no generation; run `searchsvc reindex --full`"
            )
        return name

    def current_stamp(self) -> tuple[int, int, int] | None:
        """Changes whenever CURRENT or CHECKED does: what a server looks at before each query."""
        try:
            status = os.stat(f"{self.root}/CURRENT")
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def path(self, name: str) -> Path:
        return self.generations / name

    def new(self) -> Path:
        """An empty folder to build in: no reader knows it before `publish`.

        Its name is above all before it, also those of the same second.
        """
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        moment = datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")
        folder = self.path(f"{moment}-{nanoseconds:08x}")
        folder.mkdir(mode=0o700)
        return folder

    def sync(self, name: str) -> None:
        """Have a finished generation on disk, whatever happens to the machine."""
        sync_tree(self.path(name))
        sync_folder(self.generations)

    def publish(self, name: str) -> None:
        """Make a generation that is on disk the live one, in one atomic step."""
        write_atomically(self.root / "CURRENT", f"{name}\n".encode("ascii"))

    def mark_checked(self, name: str, when: float) -> None:
        write_atomically(
            self.root / "CHECKED", orjson.dumps({"generation": name, "checked_at": when})
        )
        # Who follows the live generation looks at CURRENT alone.
        os.utime(self.root / "CURRENT", ns=(time.time_ns(),) * 2)

    def checked_at(self, name: str) -> float | None:
        """When a reindex last found this generation to be what the corpus says."""
        try:
            checked = orjson.loads((self.root / "CHECKED").read_bytes())
            return float(checked["checked_at"]) if checked["generation"] == name else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def finished(self) -> list[str]:
        """The generations that are whole, the newest first."""
        names = (entry.name for entry in self.generations.iterdir() if _NAME.fullmatch(entry.name))
        return sorted((n for n in names if (self.path(n) / MANIFEST).is_file()), reverse=True)

    def clear_unfinished(self) -> None:
        """Remove what a run that was killed left behind."""
        finished = self.finished()
        for entry in self.generations.iterdir():
            if entry.name not in finished:
                _remove(entry)

    def clear_old(self, keep: int) -> None:
        """Keep the live generation and the newest before it, `keep` in all."""
        current = self.current()
        older = [name for name in self.finished() if current is not None and name < current]
        for name in self.finished():
            if name != current and name not in older[: keep - 1]:
                _remove(self.path(name))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """The last of a generation's files: it makes it a whole one."""
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
        return Manifest(**fields)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise NoIndex(
            f"{folder / MANIFEST} cannot be read ({error}); run `searchsvc reindex --full`"
        ) from None


def write_atomically(path: Path, content: bytes | memoryview) -> None:
    """Old or new, never half: a neighbour file, synced, renamed over it, the folder synced."""
    neighbour = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with neighbour.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        neighbour.replace(path)
    finally:
        neighbour.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_tree(folder: Path) -> None:
    """Every file of a folder, then the folder itself.

    Several at once: a file system writes down together what is waiting together.
    """
    files = [entry for entry in folder.iterdir() if entry.is_file()]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for synced in [threads.submit(_sync, file, os.O_RDONLY) for file in files]:
            synced.result()
    sync_folder(folder)


def _remove(folder: Path) -> None:
    """As far as it can be, beginning with what makes a generation a whole one; a link is left."""
    if folder.is_symlink():
        return
    with suppress(OSError):
        (folder / MANIFEST).unlink(missing_ok=True)
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            threads.map(os.unlink, [entry for entry in folder.iterdir() if entry.is_file()])
    shutil.rmtree(folder, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    _sync(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
