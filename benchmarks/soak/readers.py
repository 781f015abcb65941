"""Clients that ask all the time, and take down what every answer was."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.soak.live import Answer, Connection, Running

PAUSE_SECONDS = 0.005


@dataclass(slots=True)
class Taken:
    """What all clients were answered. `kinds` counts what `judge` made of each answer."""

    kinds: Counter[object] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0

    @property
    def count(self) -> int:
        return sum(self.kinds.values()) + len(self.failures)


Judge = Callable[[str, Answer], object]
"""What kind of an answer it is, of a path; raises ValueError or KeyError for one that is wrong."""


@contextmanager
def asking(
    service: Running, paths: list[str], judge: Judge, clients: int = 4, pause: float = PAUSE_SECONDS
) -> Iterator[Taken]:
    """Has clients ask for the paths in turn until the block ends; all but 200 are failures."""
    taken, is_over, lock = Taken(), threading.Event(), threading.Lock()

    def ask(number: int) -> None:
        connection = Connection(service.port)
        turn = number
        while not is_over.is_set():
            path = paths[turn % len(paths)]
            turn += clients
            answer = connection.get(path)
            kind, failure = None, None
            if answer.status != 200:
                failure = f"{path}: {answer.status} {answer.body[:200]!r}"
            else:
                try:
                    kind = judge(path, answer)
                except (ValueError, KeyError, AssertionError) as error:
                    failure = f"{path}: {error!r}"
            with lock:
                taken.slowest = max(taken.slowest, answer.seconds)
                if failure:
                    taken.failures.append(failure)
                else:
                    taken.kinds[kind] += 1
            time.sleep(pause)
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield taken
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
