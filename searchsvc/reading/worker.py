"""A process that reads files of a corpus for another: `python -m searchsvc.reading.worker`.

Batches of files come in on stdin, their readings go out on stdout, both framed (see
`searchsvc.reading.frames`). It ends when stdin does, which also happens when its parent is killed.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

from searchsvc import corpus
from searchsvc.reading import frames

_SECONDS_BETWEEN_LOOKS = 1.0


def main(parent: int) -> None:
    """Reads until stdin ends. `parent` is the process to follow into its end."""
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not stand between two frames.
    os.dup2(2, 1)
    _serve(requests, answers)


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    while (request := frames.receive(requests)) is not None:
        root, rows = request
        readings = [corpus.read(Path(root), frames.file_of(row)) for row in rows]
        try:
            frames.send(answers, [frames.row_of(reading) for reading in readings])
        except BrokenPipeError:
            return


def _follow(parent: int) -> None:
    """A parent that dies while this process reads or waits to write leaves it to another."""
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
