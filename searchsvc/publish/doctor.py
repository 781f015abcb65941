"""What is wrong with an index folder, and mending it: what `searchsvc doctor` does."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from searchsvc.errors import NoIndex
from searchsvc.index.manifest import FORMAT_VERSION, read_manifest
from searchsvc.publish import removals
from searchsvc.publish.before import is_recorded, manifest_fields, record_live
from searchsvc.publish.derivation import derive, holds_any, put_live
from searchsvc.publish.generations import ROLLED_BACK, IndexFolder, remove
from searchsvc.publish.rollback import fault, newest_in_order, without_removed
from searchsvc.publish.state import CorpusState
from searchsvc.settings import Settings

PATIENCE = 10.0
"""Seconds for which a running reindex is waited for before anything is mended."""
_OTHERS = 0o077
"""What the group and others may do."""
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
_REINDEX = "run `searchsvc reindex`"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `remedy` is what `mend` does, or else what a person has to."""

    problem: str
    remedy: str
    mend: Callable[[], None] | None = field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        return {"problem": self.problem, "remedy": self.remedy, "mendable": self.mend is not None}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong now, what was and has been mended, and what is worth knowing."""

    generation: str | None
    findings: tuple[Finding, ...]
    mended: tuple[Finding, ...]
    notes: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        for note in self.notes:
            yield f"note    {note}"
        for finding in self.mended:
            yield f"mended  {finding.problem}: {finding.remedy}"
        for finding in self.findings:
            how = "--fix would " if finding.mend else ""
            yield f"wrong   {finding.problem}: {how}{finding.remedy}"
        if not self.findings:
            yield f"{self.generation}: nothing is wrong"

    def to_json(self) -> dict[str, Any]:
        return {
            "status": "faults" if self.findings else "ok",
            "generation": self.generation,
            "faults": [finding.to_json() for finding in self.findings],
            "mended": [finding.to_json() for finding in self.mended],
            "notes": list(self.notes),
        }


def examine(settings: Settings, *, fix: bool = False) -> Diagnosis:
    """Looks at everything in the folder; to `fix` mends what can be mended, under the lock.

    Raises Locked, where another run is at work for too long, and OSError.
    """
    folder = IndexFolder(settings.index)
    mended: list[Finding] = []
    if fix and folder.generations.is_dir():
        with folder.locked(seconds=PATIENCE):
            for finding in _findings(folder, settings, is_locked=False):
                if finding.mend:
                    # Then it is found again, and nothing is published where removals are lost.
                    with suppress(NoIndex, removals.RemovalsLost):
                        finding.mend()
                        mended.append(finding)
    holder = _holder(folder)
    findings = tuple(_findings(folder, settings, is_locked=holder is not None))
    unmended = {finding.problem for finding in findings}
    return Diagnosis(
        folder.named(),
        findings,
        tuple(finding for finding in mended if finding.problem not in unmended),
        tuple(_notes(folder, holder)),
    )


def _notes(folder: IndexFolder, holder: str | None) -> Iterator[str]:
    if holder:
        yield f"another run is at work ({holder}); look again when it has ended"
    if (told := folder.rolled_back()) and told.live:
        yield (
            f"rolled back from {told.left} at {told.at}: reindexes are refused until one is run "
            "with --forward"
        )


def _findings(folder: IndexFolder, settings: Settings, *, is_locked: bool) -> Iterator[Finding]:
    """One after the other, so that each check sees what was mended before."""
    if not folder.generations.is_dir():
        yield Finding(f"there is no index in {folder.root}", _REINDEX)
        return
    yield from _rights(folder)
    yield from _removals(folder)
    yield from _current(folder, settings)
    if folder.named() is not None:
        yield from _records(folder, settings)
        yield from _fallbacks(folder, settings)
        yield from _taken_down(folder, settings)
        if not is_locked:
            yield from _leftovers(folder, settings)
        yield from _space(folder)


def _rights(folder: IndexFolder) -> Iterator[Finding]:
    paths = [folder.root, *folder.root.rglob("*")]
    known = [(path, path.lstat()) for path in paths if path.exists() and not path.is_symlink()]
    foreign = [path for path, status in known if status.st_uid != os.geteuid()]
    if foreign and os.geteuid() != 0:
        yield Finding(
            f"{foreign[0]} and {len(foreign) - 1:,} more belong to another user",
            "run as the user whose index it is, or give it all to one (`chown -R`)",
        )
    elif not os.access(folder.root, os.W_OK | os.X_OK):
        yield Finding(f"{folder.root} is read-only", "let its owner write there")
    open_to_others = [path for path, status in known if status.st_mode & _OTHERS]
    if open_to_others:
        yield Finding(
            f"{open_to_others[0]} and {len(open_to_others) - 1:,} more are open to other users",
            "make them their owner's alone",
            partial(_make_private, open_to_others),
        )


def _make_private(paths: list[Path]) -> None:
    for path in paths:
        path.chmod(_PRIVATE_FOLDER if path.is_dir() else _PRIVATE_FILE)


def _removals(folder: IndexFolder) -> Iterator[Finding]:
    try:
        found = removals.removals(folder)
    except removals.RemovalsLost as error:
        problem, _, remedy = str(error).partition("; ")
        yield Finding(f"{problem}; reindexes are refused", remedy)
        return
    for name in removals.damaged(folder):
        yield Finding(
            f"{folder.root / name} is missing or cannot be read",
            "write it from its copy",
            partial(removals.rewrite, folder, found),
        )


def _current(folder: IndexFolder, settings: Settings) -> Iterator[Finding]:
    """What is wrong with the live generation, or with what names it."""
    try:
        name = folder.current()
        problem = None if name else f"{folder.root / 'CURRENT'} is missing"
    except NoIndex as error:
        name, problem = None, str(error).partition(";")[0]
    if name:
        if not folder.path(name).is_dir():
            problem = f"{folder.root / 'CURRENT'} names {name}, which is missing"
        elif other := _other_format(folder, name):
            yield Finding(other, _REINDEX)
            return
        else:
            problem = fault(folder, settings, name)
    if problem is None:
        return
    problem = problem.partition("; run")[0]
    other = newest_in_order(folder, settings)
    if other is None:
        yield Finding(problem, "no generation to fall back on is whole; run `searchsvc reindex`")
        return
    yield Finding(
        problem,
        f"make {other} the live one; the next reindex brings it up to date",
        partial(_make_live, folder, settings, other),
    )


def _make_live(folder: IndexFolder, settings: Settings, name: str) -> None:
    put_live(folder, settings, without_removed(folder, settings, name), instead_of=())


def _other_format(folder: IndexFolder, name: str) -> str | None:
    given = manifest_fields(folder, name).get("format", FORMAT_VERSION)
    if given == FORMAT_VERSION:
        return None
    return f"{name} has format {given}, this version reads {FORMAT_VERSION}"


def _records(folder: IndexFolder, settings: Settings) -> Iterator[Finding]:
    """What stands beside CURRENT, and the state that the next run begins from."""
    name = folder.named()
    assert name is not None
    state = CorpusState.load(folder.path(name))
    if state is None and folder.path(name).is_dir():
        yield Finding(
            f"nothing tells what files {name} was made of",
            "run `searchsvc reindex`, which reads every file anew",
        )
    if state is not None and not is_recorded(folder, name):
        yield Finding(
            f"{folder.root / 'LIVE'} is missing, of another generation or cannot be read",
            "write it anew",
            partial(_record, folder, name, state),
        )
    checked = folder.root / "CHECKED"
    with suppress(FileNotFoundError):
        try:
            orjson.loads(checked.read_bytes())["checked_at"] + 0.0
        except (OSError, ValueError, TypeError, KeyError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            yield Finding(f"{checked} cannot be read", "remove it", checked.unlink)
    if (told := folder.rolled_back()) and not told.live:
        yield Finding(
            f"{folder.root / ROLLED_BACK} cannot be read; reindexes are refused",
            "run `searchsvc reindex --forward`",
        )


def _record(folder: IndexFolder, name: str, state: CorpusState) -> None:
    record_live(folder, name, read_manifest(folder.path(name)).built_with, state)


def _fallbacks(folder: IndexFolder, settings: Settings) -> Iterator[Finding]:
    if fault(folder, settings, folder.named() or ""):
        return  # then nothing may go
    for name in sorted(folder.kept(settings.keep_generations) - {folder.named()}):
        if not _other_format(folder, name) and (wrong := fault(folder, settings, name)):
            yield Finding(
                f"{name}, to fall back on: {wrong.partition('; run')[0]}",
                "remove it",
                partial(remove, folder.path(name)),
            )


def _taken_down(folder: IndexFolder, settings: Settings) -> Iterator[Finding]:
    """What a removal that was killed did not come to."""
    name = folder.named()
    with suppress(NoIndex, removals.RemovalsLost):  # told of already
        found = removals.removed_ids(folder)
        if name and found and holds_any(folder, name, found):
            yield Finding(
                f"{name} holds articles that were taken down; servers hide them",
                "publish it without them",
                partial(_take_out, folder, settings, name),
            )


def _take_out(folder: IndexFolder, settings: Settings, name: str) -> None:
    made = derive(folder, settings, name, removals.removals(folder))
    put_live(folder, settings, made, instead_of=[name])


def _leftovers(folder: IndexFolder, settings: Settings) -> Iterator[Finding]:
    if not folder.path(folder.named() or "").is_dir():
        return
    kept = folder.kept(settings.keep_generations)
    left = [entry for entry in folder.generations.iterdir() if entry.name not in kept]
    left += [*folder.root.glob(".*.new"), *folder.generations.glob("*/.*.new")]
    left = [entry for entry in left if not entry.is_symlink()]
    if left:
        yield Finding(
            f"{left[0]} and {len(left) - 1:,} more were left behind by runs that were killed",
            "remove them",
            partial(folder.clear, settings.keep_generations),
        )


def _space(folder: IndexFolder) -> Iterator[Finding]:
    """A run writes at most about as much as there is, beside it."""
    live = folder.path(folder.named() or "")
    needed = sum(entry.stat().st_size for entry in live.glob("*") if entry.is_file())
    free = shutil.disk_usage(folder.root).free
    if free < needed:
        yield Finding(
            f"{free / 1e6:,.0f} MB are free where the index is, and a full run may need "
            f"{needed / 1e6:,.0f}",
            "make room",
        )


def _holder(folder: IndexFolder) -> str | None:
    """Who holds the lock, as far as the kernel tells; None if nobody does."""
    path = folder.root / "lock"
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        inode = os.fstat(handle).st_ino
    finally:
        os.close(handle)
    with suppress(OSError):
        for line in Path("/proc/locks").read_text().splitlines():
            fields = line.split()
            if fields[1] == "FLOCK" and fields[5].endswith(f":{inode}"):
                return f"process {fields[4]}"
    return "a process that the system does not name"
