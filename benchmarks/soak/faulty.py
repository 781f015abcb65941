"""The `searchsvc` command with something wrong around it: killed, out of disk, in another time.

    python -m benchmarks.soak.faulty --disk 40000 -- reindex corpus --index index

The command itself is as it is: what it calls of Python and of the system is replaced before it
starts. Nothing of this is part of what is installed.
"""

from __future__ import annotations

import argparse
import builtins
import datetime
import errno
import io
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

CALLS = ("replace", "rename", "fsync", "unlink", "link", "rmdir", "mkdir", "utime")
"""What changes names, or makes sure that a change lasts."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_OURS = f"{os.sep}searchsvc{os.sep}"


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong for one command.

    record       a file for the calls that it makes, a line each: what, and where in the code
    kill_at      the number, from 1, of the call before which it is killed
    fail_at      the number of the call that fails, as on a disk that is broken
    interrupt_at the number of the call at which a person interrupts it
    disk         bytes that it may write before the disk is full
    refused      the error (of `errno`) with which everything that would write is refused
    handles      files that it may have open
    format_step  how much later the version of the index's format is
    days         how far the clock is set
    """

    record: Path | None = None
    kill_at: int = 0
    fail_at: int = 0
    interrupt_at: int = 0
    disk: int | None = None
    refused: int = 0
    handles: int = 0
    format_step: int = 0
    days: float = 0.0


NONE = Faults()


def start(
    arguments: Sequence[str], faults: Faults = NONE, said: Path | None = None
) -> ForkServerProcess:
    """The command in a process of its own, which has little left to import."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.soak.preloaded"])
    process = context.Process(target=_run, args=(list(arguments), faults, said))
    process.start()
    return process


def run(arguments: Sequence[str], faults: Faults = NONE, said: Path | None = None) -> int:
    """Its exit code, negative for the signal that ended it."""
    process = start(arguments, faults, said)
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _run(arguments: list[str], faults: Faults, said: Path | None = None) -> None:
    if said is not None:
        handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        # One of its own: that of a process without a terminal may be anything.
        sys.stdout = sys.stderr = open(1, "w", buffering=1, closefd=False)
    _apply(faults)
    from searchsvc.cli import main

    main(arguments, prog_name="searchsvc")


def _apply(faults: Faults) -> None:
    if faults.format_step:
        from searchsvc.index import manifest

        manifest.FORMAT_VERSION += faults.format_step
    if faults.days:
        _set_clock(faults.days * 86_400)
    if faults.disk is not None:
        _fill_disk(faults.disk)
    if faults.refused:
        _refuse_to_write(faults.refused)
    if faults.handles:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (faults.handles, hard))
    if faults.record or faults.kill_at or faults.fail_at or faults.interrupt_at:
        _count_calls(faults)


def _count_calls(faults: Faults) -> None:
    lock, made = threading.Lock(), 0
    lines = open(faults.record, "w") if faults.record else None

    def note(name: str) -> None:
        nonlocal made
        with lock:
            made += 1
            if lines:
                print(name, _place(), file=lines, flush=True)
            if made == faults.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(60)  # until it arrives
            if made == faults.fail_at:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            if made == faults.interrupt_at:
                raise KeyboardInterrupt

    def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any, **options: Any) -> Any:
            note(name)
            return call(*arguments, **options)

        return noted

    for name in CALLS:
        setattr(os, name, counted(name, getattr(os, name)))


def _place() -> str:
    """The innermost line of searchsvc that led to the call."""
    frame = sys._getframe(2)
    while frame.f_back and _OURS not in frame.f_code.co_filename:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"


def _fill_disk(room: int) -> None:
    """Files that are opened for writing share so many bytes."""
    lock, opened = threading.Lock(), io.open
    left = room

    def take(size: int) -> None:
        nonlocal left
        with lock:
            left -= size
            if left < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    class Limited(io.BufferedIOBase):
        """No real file, so that numpy too writes by its `write`."""

        def __init__(self, stream: Any) -> None:
            self._stream = stream

        def write(self, content: Any) -> int:
            take(memoryview(content).nbytes)
            return int(self._stream.write(content))

        def writable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, *arguments: int) -> int:
            return int(self._stream.seek(*arguments))

        def tell(self) -> int:
            return int(self._stream.tell())

        def fileno(self) -> int:
            return int(self._stream.fileno())

        def flush(self) -> None:
            if not self._stream.closed:
                self._stream.flush()

        def close(self) -> None:
            self._stream.close()
            super().close()

    def limited(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        stream = opened(file, mode, *arguments, **options)
        return Limited(stream) if "b" in mode and not mode.startswith("r") else stream

    builtins.open = limited  # type: ignore[assignment]
    io.open = limited  # type: ignore[assignment]


def _refuse_to_write(number: int) -> None:
    """As a file system that may only be read, or the files of another user."""
    opened, opened_low = io.open, os.open

    def refuse(path: Any, *_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number), os.fspath(path))

    def low(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        return refuse(path) if flags & _WRITING else opened_low(path, flags, *arguments, **options)  # type: ignore[return-value]

    def high(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        is_reading = isinstance(file, int) or not set(mode) & set("wax+")
        return opened(file, mode, *arguments, **options) if is_reading else refuse(file)

    for name in (*CALLS, "chmod"):
        if name != "fsync":
            setattr(os, name, refuse)
    os.open, builtins.open, io.open = low, high, high  # type: ignore[assignment]


def _set_clock(seconds: float) -> None:
    real, real_ns = time.time, time.time_ns
    time.time = lambda: real() + seconds
    time.time_ns = lambda: real_ns() + int(seconds * 1e9)

    class Shifted(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return datetime.datetime.fromtimestamp(time.time(), tz)

    import searchsvc.publish.takedown
    import searchsvc.settings

    for module in (searchsvc.settings, searchsvc.publish.takedown):
        module.datetime = Shifted  # type: ignore[misc,assignment]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--disk", type=int)
    parser.add_argument("--format-step", type=int, default=0)
    parser.add_argument("--days", type=float, default=0.0)
    parser.add_argument("arguments", nargs="+")
    options = vars(parser.parse_args())
    _run(options.pop("arguments"), Faults(**options))


if __name__ == "__main__":
    main()
