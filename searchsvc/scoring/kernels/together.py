"""Compiling kernels for the first time: by several processes, each one kernel at a time.

numba compiles under one lock, so threads would take turns. Processes share what they compile by
the cache: where there is none, each has to compile for itself.

Run as `python -m searchsvc.scoring.kernels.together`, it compiles what stdin names, line by line.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

MOST_PROCESSES = 4


def compile_in_turn(names: Sequence[str], compile_: Callable[[str], Any]) -> None:
    """Compiles or loads kernels, with the help of other processes if any has to be compiled.

    `compile_` returns the kernel of a name. Who finds another process at it waits and loads.
    """
    waiting = deque(names)
    with ExitStack() as stack:
        alone, is_locked = True, False
        while alone and waiting:
            kernel = compile_(waiting.popleft())
            folder = _folder_of_new(kernel)
            if folder is None:
                continue
            if not is_locked:
                stack.enter_context(_lock(folder / "compiling.lock"))
                is_locked = True
            else:
                alone = False
        _share(waiting, compile_)
    for name in names:
        compile_(name)


def _folder_of_new(kernel: Any) -> Path | None:
    """Where a kernel that was just compiled is kept; None if it was loaded or cannot be kept."""
    stats = kernel.stats
    return Path(stats.cache_path) if stats.cache_misses and stats.cache_path else None


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _share(waiting: deque[str], compile_: Callable[[str], Any]) -> None:
    """Each process takes the next kernel when it is done with one; this one does as well."""
    helpers = min(_cores(), MOST_PROCESSES, len(waiting)) - 1
    with ThreadPoolExecutor(max(helpers, 1)) as threads:
        for _ in range(helpers):
            threads.submit(_feed, waiting)
        while waiting:
            compile_(waiting.popleft())


def _cores() -> int:
    """As many as this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _feed(waiting: deque[str]) -> None:
    from searchsvc.scoring.kernels import compiling

    with subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "NUMBA_CACHE_DIR": compiling.cache_dir(),
            "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path),
        },
        process_group=0,  # Ctrl-C is for this process alone; stdin ends with it
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        while waiting:
            try:
                name = waiting.popleft()
                process.stdin.write(f"{name}\n")
                process.stdin.flush()
            except (IndexError, OSError):
                break
            if not process.stdout.readline():
                break  # it died: the kernel is compiled by the one who asks for it


def main() -> None:
    from searchsvc.scoring import kernels

    for line in sys.stdin:
        getattr(kernels, line.strip())
        print(line.strip(), flush=True)


if __name__ == "__main__":
    main()
