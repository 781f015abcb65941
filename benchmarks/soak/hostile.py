"""A corpus of which every twentieth file is hostile: the others are indexed, and each is named.

    python -m benchmarks.soak.hostile --articles 20000

Peak memory and time of a full build are compared with those of the same corpus without them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.soak import promises
from benchmarks.soak.live import ROOT
from benchmarks.soak.promises import Promise
from benchmarks.soak.site import Site, site
from tests.permissions import UNPRIVILEGED

SHARE = 20
MB = 1e6
LARGEST = 5_000_000
"""Bytes of the largest file that is looked into."""
ROOM_MB = 100
"""That reading any file may take: the largest as bytes, as text, and as what YAML makes of it."""


def _text(front: str) -> Callable[[Path], object]:
    return lambda path: path.with_suffix(".md").write_text(f"---\n{front}\n---\n")


def _bytes(content: Callable[[], bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.with_suffix(".md").write_bytes(content())

    return write


def _alias_bomb() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    return "\n".join(["title: Bomb", *lines])


def _merge_bomb() -> str:
    lines = ["a0: &a0 {k0: v}"]
    for number in range(1, 200):
        merged = ", ".join([f"*a{number - 1}"] * 20)
        lines.append(f"a{number}: &a{number} {{<<: [{merged}], k{number}: v}}")
    return "\n".join(["title: Bomb", *lines])


def _pipe(path: Path) -> None:
    os.mkfifo(path.with_suffix(".md"))


def _socket_like_folder(path: Path) -> None:
    path.with_suffix(".md").mkdir()


def _loop(path: Path) -> None:
    link = path.with_suffix(".md")
    link.symlink_to(link.name)


def _outwards(path: Path) -> None:
    path.with_suffix(".md").symlink_to("/etc/passwd")


def _device(path: Path) -> None:
    path.with_suffix(".md").symlink_to("/dev/zero")


def _huge_sparse(path: Path) -> None:
    with path.with_suffix(".md").open("wb") as stream:
        stream.write(b"---\ntitle: Huge\n---\n")
        stream.truncate(1 << 30)


def _name_of_bytes(path: Path) -> None:
    name = os.fsencode(path.with_suffix(""))
    with open(name + b"\xff\xfe.md", "wb") as stream:
        stream.write(b"---\ntitle: A name of bytes\n---\n")


def _name_of_lines(path: Path) -> None:
    path.with_name(f"{path.name}\nother.md").write_text("---\ntitle: Two lines\n---\n")


def _not_to_be_read(path: Path) -> None:
    path = path.with_suffix(".md")
    path.write_text("---\ntitle: Nobody may read this\n---\n")
    path.chmod(0)


HOSTILE: Sequence[tuple[str, Callable[[Path], object]]] = (
    ("alias bomb", _text(_alias_bomb())),
    ("merge bomb", _text(_merge_bomb())),
    ("nested lists", _text("title: Deep\nx: " + "[" * 50_000)),
    (
        "nested blocks",
        _text("title: Deep\nx:\n" + "\n".join(" " * n + "a:" for n in range(1, 900))),
    ),
    ("many values", _text("title: Many\n" + "\n".join(f"k{n}: v" for n in range(250_000)))),
    ("larger than any", _bytes(lambda: b"---\ntitle: " + b"x" * LARGEST + b"\n---\n")),
    ("sparse, of a gigabyte", _huge_sparse),
    ("title of megabytes", _text("title: " + "word " * 400_000)),
    ("excerpt of megabytes", _text("title: A\nexcerpt: " + "word " * 900_000)),
    ("random bytes", _bytes(lambda: b"---\n" + random.Random(1).randbytes(100_000) + b"\n---\n")),
    ("UTF-16", _bytes(lambda: "---\ntitle: Wide\n---\n".encode("utf-16"))),
    ("Latin-1", _bytes(lambda: "---\ntitle: Caf\xe9\n---\n".encode("latin-1"))),
    ("zero bytes", _bytes(lambda: b"---\ntitle: A\x00B\n---\n")),
    ("a tag that makes objects", _text("title: !!python/object/apply:os.system [id]")),
    ("a title that is a list", _text("title: [a, b]")),
    ("no title", _text("excerpt: Nothing else")),
    ("two colons", _text("title: DM: Immortal")),
    ("a date that is none", _text("title: A\npublishedDateTime: soon")),
    ("a script for a link", _text("title: A\nwebUrl: 'javascript:alert(1)'")),
    ("never closed", _bytes(lambda: b"---\ntitle: Open\n")),
    ("an alias of nothing", _text("title: *secret")),
    (
        "thousands of topics",
        _text("title: A\ntopics: [" + ", ".join("t" for _ in range(5_000)) + "]"),
    ),
    ("a pipe", _pipe),
    ("a folder", _socket_like_folder),
    ("a link to itself", _loop),
    ("a link out of the corpus", _outwards),
    ("a link to a device", _device),
    ("a file that may not be read", _not_to_be_read),
    ("a name that is not UTF-8", _name_of_bytes),
    ("a name of two lines", _name_of_lines),
)


@dataclass(frozen=True, slots=True)
class Build:
    """A full build: its report, its exit code, and its peak memory in MB."""

    report: dict[str, Any]
    code: int
    peak: float
    seconds: float


def build(over: Site) -> Build:
    """In a process of its own, which reads all files itself."""
    command = [*UNPRIVILEGED, sys.executable, "-m", "searchsvc"]
    command += over.arguments("--full", "--json")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SEARCHSVC_READ_PROCESSES": "1"}
    said, errors = over.folder / "report", over.folder / "errors"
    began = time.monotonic()
    with said.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    lines = said.read_text("utf-8").splitlines()
    report = json.loads(lines[-1]) if lines else {"status": errors.read_text("utf-8")[-500:]}
    return Build(report, process.returncode, usage.ru_maxrss * 1024 / MB, seconds)


def run(folder: Path | None, articles: int, seed: int = 3) -> list[Promise]:
    with site(folder) as made:
        made.write_news(articles, random.Random(seed))
        clean = build(made)
        kinds = _write_hostile(made, articles // SHARE)
        mixed = build(made)
        return _promises(articles, kinds, clean, mixed)


def _write_hostile(over: Site, count: int) -> dict[str, str]:
    """The kind of each hostile file, by what its path begins with."""
    kinds = {}
    for number in range(count):
        kind, write = HOSTILE[number % len(HOSTILE)]
        name = f"hostile/{number:05d}-"
        path = over.corpus / f"{name}file"
        path.parent.mkdir(exist_ok=True)
        write(path)
        kinds[name] = kind
    return kinds


def _promises(articles: int, kinds: dict[str, str], clean: Build, mixed: Build) -> list[Promise]:
    rejects = mixed.report.get("rejects", [])
    named = {reject["path"][: len("hostile/00000-")] for reject in rejects}
    told = [reject for reject in rejects if reject["reason"] and "\n" not in str(reject)]
    unnamed = [kind for name, kind in kinds.items() if name not in named]
    indexed = mixed.report.get("articles", 0)
    return [
        Promise(
            "hostile files", f"{len(kinds):,} of {len(set(kinds.values()))} kinds", bool(kinds)
        ),
        Promise("the build without them", clean.report["status"], clean.code == 0),
        Promise("the build with them", mixed.report["status"], mixed.code == 0),
        Promise("articles indexed", f"{indexed:,} of {articles:,}", indexed == articles),
        promises.none("hostile files that are not named", unnamed),
        Promise("rejects with a reason", len(told), len(told) == len(rejects) == len(kinds)),
        promises.at_most("MB of memory at the peak", mixed.peak, clean.peak + ROOM_MB),
        Promise("MB of memory without them", f"{clean.peak:.0f}", True),
        Promise("ratio of memory", f"{mixed.peak / clean.peak:.2f}", True),
        Promise("seconds", f"{mixed.seconds:.1f}, {clean.seconds:.1f} without them", True),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak.hostile", description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    options = parser.parse_args()
    promises.finish(run(None, options.articles))


if __name__ == "__main__":
    main()
