"""A reindex on a disk that fills up, at many points of the run; and one that may only be read.

    python -m benchmarks.soak.disk --points 40

Mounts a small tmpfs, in a namespace of its own: as root, or where users may make such namespaces.
A service answers from it all the while.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.soak import promises
from benchmarks.soak.faulty import Faults
from benchmarks.soak.live import running, until
from benchmarks.soak.promises import Promise
from benchmarks.soak.readers import asking
from benchmarks.soak.site import Site, site
from benchmarks.soak.versions import PATH, Versions, judge

DISK_MB = 24
PAUSE_SECONDS = 0.04
FULL = "No space left on device"


class Disk:
    """Something that can be made full."""

    def needed(self, articles: Versions) -> int:
        """How much room a run takes, in bytes, and somewhat more."""
        raise NotImplementedError

    @contextmanager
    def with_room(self, room: int) -> Iterator[tuple[Faults, Callable[[], None]]]:
        """What is wrong for a run, and what makes room for the next."""
        raise NotImplementedError
        yield


class Counted(Disk):
    """Bytes are counted as they are written, and too many are refused: needs no rights."""

    def needed(self, articles: Versions) -> int:
        low, high = 0, 1 << 22
        while high - low > high // 50:
            articles.write_next()
            middle = (low + high) // 2
            if articles.site.reindex(faults=Faults(disk=middle)):
                low = middle
            else:
                high = middle
            articles.note()
        return high + high // 20

    @contextmanager
    def with_room(self, room: int) -> Iterator[tuple[Faults, Callable[[], None]]]:
        yield Faults(disk=room), lambda: None


@dataclass(frozen=True, slots=True)
class Mounted(Disk):
    """A file system of its own, in which a file takes up all room but what is to be left."""

    mount: Path

    def needed(self, articles: Versions) -> int:
        free = _free(self.mount)
        articles.write_next()  # the second generation: both are kept, and so nothing is freed
        assert articles.site.reindex() == 0
        articles.note()
        return (free - _free(self.mount)) * 5 // 4

    @contextmanager
    def with_room(self, room: int) -> Iterator[tuple[Faults, Callable[[], None]]]:
        filler = self.mount / "filler"
        with filler.open("wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, max(_free(self.mount) - room, 1))
        yield Faults(), lambda: filler.unlink()


@dataclass(slots=True)
class FullDisks:
    """The runs for which there is too little room, and those after them."""

    articles: Versions
    refused: int = 0
    published: int = 0
    wrong: list[str] = field(default_factory=list)

    def run(self, room: int, faults: Faults, make_room: Callable[[], None]) -> None:
        """One with so much room for a new version; then one with enough."""
        site, before = self.articles.site, self.articles.site.live.current()
        self.articles.write_next()
        report = site.report(faults=faults)
        if report["status"] == "published":
            self.published += 1
        elif report["status"] == "refused" and FULL in report["reason"] and report["exit"] == 1:
            self.refused += 1
            if site.live.current() != before:
                self.wrong.append(f"{room} bytes: refused, and another generation is live")
        else:
            self.wrong.append(f"{room} bytes: {report}")
        if "Traceback" in site.said():
            self.wrong.append(f"{room} bytes: {site.said()[-300:]}")
        self.articles.note()
        make_room()
        if site.reindex() or site.left_over():
            self.wrong.append(f"after {room} bytes: {site.said()[-300:]} {site.left_over()}")
        self.articles.note()
        if not self.articles.is_published():
            self.wrong.append(f"after {room} bytes: not version {self.articles.version}")


def run(folder: Path | None, points: int, disk: Disk | None = None) -> list[Promise]:
    """Every run has a little more room than the one before, up to what it needs."""
    with site(folder) as made:
        disk = disk or Counted()
        full = FullDisks(Versions(made))
        full.articles.write_next()
        assert made.reindex() == 0, made.said()
        full.articles.note()
        needed = disk.needed(full.articles)
        with running(made.index, answer_cache_mb=0) as service:
            workers = service.workers()
            with asking(service, [PATH], judge, clients=2, pause=PAUSE_SECONDS) as taken:
                for point in range(points):
                    room = needed * point // (points - 1)
                    with disk.with_room(room) as (faults, make_room):
                        full.run(room, faults, make_room)
            is_same = workers == service.workers()
        return [
            *full.articles.promises(taken),
            Promise("runs refused for a full disk", full.refused, full.refused > points // 2),
            Promise("runs that had room enough", full.published, full.published > 0),
            promises.none("runs that did otherwise", full.wrong),
            promises.none("things a doctor finds in the end", made.findings()),
            Promise("the worker is that of the beginning", is_same, is_same),
        ]


def _free(mount: Path) -> int:
    found = os.statvfs(mount)
    return found.f_bavail * found.f_frsize


def read_only(over: Site) -> list[Promise]:
    """A run into an index that may only be read, under a service; then one as before."""
    articles, mount = Versions(over), str(over.index)
    for _ in range(2):
        articles.write_next()
        assert over.reindex() == 0
        articles.note()
    with running(over.index, answer_cache_mb=0) as service:
        with asking(service, [PATH], judge, clients=2, pause=PAUSE_SECONDS) as taken:
            articles.write_next()
            subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
            code, said = over.reindex(), over.said().strip()
            subprocess.run(["mount", "-o", "remount,rw", mount], check=True)
            recovered = over.reindex()
            articles.note()
            until(lambda: service.ready()["generation"] == over.live.current(), 10)
    is_told = "Read-only file system" in said and "Traceback" not in said
    return [
        *articles.promises(taken),
        Promise("exit code of a run where nothing can be written", code, code == 1),
        Promise("it says why in a line", said.splitlines()[-1], is_told),
        Promise("exit code of the next run where it can", recovered, recovered == 0),
    ]


def _mount(mount: Path) -> None:
    size = f"size={DISK_MB}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(mount)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak.disk", description=__doc__)
    parser.add_argument("--points", type=int, default=40)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        command = ["unshare", "--map-root-user", "--mount", sys.executable, "-m"]
        os.execvp(command[0], [*command, "benchmarks.soak.disk", *sys.argv[1:], "--inside"])
    with tempfile.TemporaryDirectory(prefix="soak-") as temporary:
        mount = Path(temporary)
        _mount(mount)
        try:
            found = run(mount / "site", options.points, Mounted(mount))
        finally:
            subprocess.run(["umount", str(mount)], check=True)
    with site() as made:
        made.index.mkdir()
        _mount(made.index)
        try:
            found += read_only(made)
        finally:
            subprocess.run(["umount", str(made.index)], check=True)
    promises.finish(found)


if __name__ == "__main__":
    main()
