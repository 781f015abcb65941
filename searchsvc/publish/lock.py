"""One writer at a time, by a lock that dies with its process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from searchsvc.errors import Locked


@contextmanager
def writer_lock(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold the lock file. Raises Locked if another run has it and `wait` is not set.

    The kernel releases it when the process ends, however it ends; the handle is not inherited by
    processes that are started meanwhile.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Locked(f"another run holds {path}; wait for it to end, or use --wait") from None
        yield
    finally:
        os.close(handle)
