"""A reindex that is killed at any moment leaves the old index answering, whole."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from searchsvc.engine import open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings
from tests.processes import start

Write = Callable[..., Path]
KILLS = 50
ARTICLES = 60


def _write_version(write: Write, version: int) -> None:
    for number in range(ARTICLES):
        write(f"a{number:02d}", title=f"Shared words version{version}", heat=number)


def test_killed_at_50_random_moments_under_queries(write: Write, settings: Settings) -> None:
    _write_version(write, 0)
    reindex(settings)
    engine = open_engine(settings)
    answers: list[tuple[int, frozenset[str]]] = []
    is_over = threading.Event()
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            while not is_over.wait(0.001):
                result = engine.search(SearchRequest("words", size=100))
                versions = frozenset(hit.title.split()[-1] for hit in result.hits)
                answers.append((result.total, versions))
        except BaseException as error:
            failures.append(error)

    asker = threading.Thread(target=ask)
    asker.start()
    _write_version(write, 1)
    start(
        reindex, settings
    ).join()  # the process that others are forked from starts with the first, which imports
    _write_version(write, 2)
    started = time.perf_counter()
    start(reindex, settings).join()
    seconds = time.perf_counter() - started
    chance = random.Random(7)
    version = 2
    for _ in range(KILLS):
        version += 1
        _write_version(write, version)
        process = start(reindex, settings)
        time.sleep(chance.uniform(0.0, 1.0) * seconds)
        process.kill()
        process.join()
    is_over.set()
    asker.join()

    assert not failures
    assert answers
    for total, versions in answers:
        assert total == ARTICLES
        assert len(versions) == 1, "an answer mixes two generations"
    last = reindex(replace(settings))
    assert last.status in ("published", "unchanged")
    result = open_engine(settings).search(SearchRequest(f"version{version}"))
    assert result.total == ARTICLES
    leftovers = list((settings.index / "generations").iterdir())
    assert len(leftovers) <= settings.keep_generations
