"""A process that reads files of a corpus for another: `python -m searchsvc.articles.worker`.

Given a folder, it first walks that and sends the listing. Then batches of files come in on stdin,
their readings go out on stdout, all framed (see `searchsvc.articles.frames`). It ends when stdin
does, which also happens when its parent is killed.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from searchsvc.articles import frames, listing

_SECONDS_BETWEEN_LOOKS = 1.0


def main(parent: int, folder: str | None) -> None:
    """Reads until stdin ends. `parent` is the process to follow into its end."""
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not stand between two frames.
    os.dup2(2, 1)
    with suppress(BrokenPipeError):
        if folder is not None:
            frames.send(answers, _walk(Path(folder)))
        _serve(requests, answers)


def _walk(folder: Path) -> list[object]:
    try:
        return frames.row_of_listing(listing.walk(folder))
    except OSError as error:
        return frames.row_of_error(error)


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    from searchsvc import corpus  # takes as long as to walk thousands of files: not before that

    while (request := frames.receive(requests)) is not None:
        root, rows = request
        readings = [corpus.read(Path(root), frames.file_of(row)) for row in rows]
        frames.send(answers, [frames.row_of(reading) for reading in readings])


def _follow(parent: int) -> None:
    """A parent that dies while this process reads or waits to write leaves it to another."""
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if sys.argv[2:] else None)
