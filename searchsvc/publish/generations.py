"""The index folder: generations, and which one is live.

    index/CURRENT                  the live generation's name
    index/CHECKED                  when a reindex last looked, also if it found nothing to do
    index/LIVE                     which articles were live when CURRENT was last written
    index/LAST_RUN                 what the last reindex came to, a refused one included
    index/REMOVED                  which articles were taken down by hand, and a copy
    index/ROLLED_BACK              while the live generation is one that was returned to by hand
    index/lock                     held by the one writer, dies with its process
    index/generations/<name>/      a whole Whoosh index, its columns and its manifest

A generation never changes once CURRENT names it. The folder is trusted: it is made for its owner
alone, as Whoosh's own files are pickles. Names rise from one generation to the next, whatever the
clock does.

Who serves opens the generation that CURRENT names. Where that cannot be opened, `fallbacks` are
what to try instead, in order.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import randbelow

import orjson

from searchsvc.durable import (
    PRIVATE,
    clear_neighbours,
    sync_folder,
    sync_tree,
    write_atomically,
)
from searchsvc.errors import Locked, NoIndex
from searchsvc.index.manifest import MANIFEST

STATE = "state.npz"
ROLLED_BACK = "ROLLED_BACK"
REMOVED_LOCK = "REMOVED.lock"
_AT_ONCE = 8
_BETWEEN_TRIES = 0.05
_NAME = re.compile(r"(\d{8}T\d{6}Z)-([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A person's word that an older generation is to stay.

    It holds while CURRENT names one of `live`: the generation that was returned to from `left`, or
    what took its place since.
    """

    left: str
    live: list[str]
    at: str

    @classmethod
    def read(cls, content: bytes) -> RolledBack:
        """Raises ValueError or TypeError for what is none."""
        told = cls(**orjson.loads(content))
        if not isinstance(told.live, list):
            raise TypeError("no list of generations")
        if not all(isinstance(text, str) for text in (told.left, *told.live, told.at)):
            raise TypeError("no texts")
        return told


@dataclass(frozen=True, slots=True)
class IndexFolder:
    """Paths and atomic steps inside one index folder."""

    root: Path

    @property
    def generations(self) -> Path:
        return self.root / "generations"

    def path(self, name: str) -> Path:
        return self.generations / name

    def make(self) -> None:
        self.generations.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.root, self.generations):
            folder.chmod(0o700)

    @contextmanager
    def locked(
        self, *, wait: bool = False, seconds: float = 0.0, name: str = "lock"
    ) -> Iterator[None]:
        """Holds the lock of the one writer. Raises Locked if another has it and `wait` is not set,
        after so many seconds.

        The kernel releases it when the process ends, however it ends; the handle is not inherited
        by processes that are started meanwhile.
        """
        path = self.root / name
        deadline = time.monotonic() + seconds
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        try:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
                    break
                except BlockingIOError:
                    if time.monotonic() < deadline:
                        time.sleep(_BETWEEN_TRIES)
                        continue
                    message = f"another run holds {path}; wait for it to end, or use --wait"
                    raise Locked(message) from None
            yield
        finally:
            os.close(handle)

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

    def named(self) -> str | None:
        """The live generation's name; None also for a damaged file."""
        try:
            return self.current()
        except NoIndex:
            return None

    def may_name(self, name: str) -> bool:
        """Whether a generation may be the live one: also where CURRENT cannot be read."""
        try:
            return self.current() == name
        except NoIndex:
            return True

    def current_stamp(self) -> tuple[int, int, int] | None:
        """Changes whenever CURRENT or CHECKED does: what a server looks at before each query.

        Where CURRENT is lost, nothing but REMOVED itself tells that articles were taken down.
        """
        for name in ("CURRENT", "REMOVED"):
            try:
                status = os.stat(f"{self.root}/{name}")
            except OSError:
                continue
            return status.st_ino, status.st_mtime_ns, status.st_size
        return None

    def was_published(self) -> bool:
        """Whether a generation has been the live one, also if CURRENT is lost."""
        return any(_is_there(self.root / name) for name in ("CURRENT", "LIVE", "CHECKED"))

    def whole(self) -> list[str]:
        """The generations that are whole, the newest first; none where the folder is not there."""
        try:
            names = [name for name in os.listdir(self.generations) if _NAME.fullmatch(name)]
        except OSError:
            return []
        return sorted((n for n in names if _is_there(self.path(n) / MANIFEST)), reverse=True)

    def fallbacks(self) -> list[str]:
        """What may be opened instead of the live generation, the newest first.

        One above the live one may be under construction: while CURRENT is right it is left out.
        """
        current = self.named()
        return [name for name in self.whole() if current is None or name < current]

    def new(self) -> Path:
        """An empty folder to build in: no reader knows it before `publish`.

        Its name is above that of every other generation: the time, or the last one's if the clock
        was set back, and a counter. That begins anywhere: a folder that was deleted and is made
        anew within a second gives no name twice, which servers and caches go by.
        """
        names = os.listdir(self.generations)
        names.append(self.named() or "")
        if rolled_back := self.rolled_back():
            names.append(rolled_back.left)
        last = _NAME.fullmatch(max(filter(_NAME.fullmatch, names), default=""))
        moment = datetime.fromtimestamp(time.time(), UTC).strftime("%Y%m%dT%H%M%SZ")
        counter = randbelow(1 << 16)
        if last:
            moment, counter = max(moment, last[1]), int(last[2], 16) + 1
        folder = self.path(f"{moment}-{counter:08x}")
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
        self.touch_current()

    def touch_current(self) -> None:
        """Has servers look again: who follows the live generation looks at CURRENT alone."""
        with suppress(FileNotFoundError):
            os.utime(self.root / "CURRENT", ns=(time.time_ns(),) * 2)

    def checked_at(self, name: str) -> float | None:
        """When a reindex last found this generation to be what the corpus says."""
        try:
            checked = orjson.loads((self.root / "CHECKED").read_bytes())
            return float(checked["checked_at"]) if checked["generation"] == name else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def rolled_back(self) -> RolledBack | None:
        """The return to an older generation that holds, if there was one; one of no generation
        for a damaged file."""
        try:
            told = RolledBack.read((self.root / ROLLED_BACK).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError):
            return RolledBack("a generation", [], "a time that is lost")
        current = self.named()
        return told if current is None or current in told.live else None

    def hold(self, rolled_back: RolledBack) -> None:
        write_atomically(self.root / ROLLED_BACK, orjson.dumps(asdict(rolled_back)) + b"\n")

    def kept(self, keep: int) -> set[str]:
        """The live generation, and the newest before it: `keep` together.

        While none is live, every whole one is.
        """
        whole = set(self.whole())
        current = self.named()
        return {current, *self.fallbacks()[: keep - 1]} if current in whole and current else whole

    def clear(self, keep: int) -> None:
        """Removes what runs that were killed left behind, and all but `keep` generations."""
        with self.locked(wait=True, name=REMOVED_LOCK):  # whose holder writes beside a run
            clear_neighbours(self.root)
        kept = self.kept(keep)
        for entry in self.generations.iterdir():
            if entry.name in kept:
                clear_neighbours(entry)
            else:
                remove(entry)


def _is_there(path: Path) -> bool:
    """Whether a file is there, or may be: also where nobody may look."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def remove(folder: Path) -> None:
    """As far as it can be, beginning with what makes a generation a whole one; a link is left."""
    if folder.is_symlink():
        return
    with suppress(OSError):
        (folder / MANIFEST).unlink(missing_ok=True)
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            threads.map(os.unlink, [entry for entry in folder.iterdir() if entry.is_file()])
    shutil.rmtree(folder, ignore_errors=True)
