"""`kill -9` of a reindex at every call that changes a name or syncs, and at random moments.

    python -m benchmarks.soak.kills --moments 300

Four clients ask a running service all the while. Of each answer it is known which generation it is
of, and which version all articles of that generation are.
"""

from __future__ import annotations

import argparse
import itertools
import random
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.soak import faulty, promises
from benchmarks.soak.faulty import Faults
from benchmarks.soak.live import running
from benchmarks.soak.promises import Promise
from benchmarks.soak.readers import asking
from benchmarks.soak.site import Site, site
from benchmarks.soak.versions import PATH, Versions, judge

PAUSE_SECONDS = 0.04


def every(calls: Sequence[str]) -> list[int]:
    """The number of each call, from 1."""
    return list(range(1, len(calls) + 1))


def ends_of_runs(calls: Sequence[str]) -> list[int]:
    """The first and the last of calls in a row from the same place of the code."""
    chosen = []
    for _, run in itertools.groupby(enumerate(calls, 1), lambda item: item[1]):
        numbers = [number for number, _ in run]
        chosen += sorted({numbers[0], numbers[-1]})
    return chosen


class Kills:
    """The runs that are killed, and those after them, over one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.articles = Versions(site)
        self.left: list[str] = []
        self.undone: list[str] = []
        self.at_calls: list[str] = []
        self.at_moments = 0

    def whole_run(self, after: str = "") -> None:
        """One that is not killed: nothing may be left after it."""
        code = self.site.reindex()
        self.articles.note()
        if code != 0 or not self.articles.is_published():
            self.undone.append(f"{after}: {code} {self.site.said()[-200:]}")
        self.left += [f"{name} {after}" for name in self.site.left_over()]

    def calls(self) -> list[str]:
        """What a run calls, in order."""
        self.articles.write_next()
        record = self.site.folder / "calls"
        assert self.site.reindex(faults=Faults(record=record)) == 0
        self.articles.note()
        return record.read_text().splitlines()

    def kill_at(self, number: int, call: str) -> None:
        self.articles.write_next()
        code = self.site.reindex(faults=Faults(kill_at=number))
        self.articles.note()
        if code == -signal.SIGKILL:
            self.at_calls.append(call)
        self.whole_run(f"after a kill at call {number}, {call}")

    def kill_after(self, seconds: float) -> None:
        """Not followed by a whole run: what is left is for the next that is killed."""
        self.articles.write_next()
        process = faulty.start(self.site.arguments(), said=self.site.folder / "said")
        time.sleep(seconds)
        process.kill()
        process.join()
        self.at_moments += process.exitcode == -signal.SIGKILL
        self.articles.note()


def run(
    folder: Path | None, choose: Callable[[Sequence[str]], list[int]], moments: int, seed: int = 7
) -> list[Promise]:
    """`choose` takes the calls of a run and tells at which of them another is to be killed."""
    chance = random.Random(seed)
    with site(folder) as made:
        kills = Kills(made)
        kills.articles.write_next()
        kills.whole_run()
        with running(made.index, workers=2, answer_cache_mb=0) as service:
            workers = service.workers()
            with asking(service, [PATH], judge, pause=PAUSE_SECONDS) as taken:
                calls = kills.calls()
                began = time.monotonic()
                kills.articles.write_next()
                kills.whole_run()
                seconds = time.monotonic() - began
                for number in choose(calls):
                    kills.kill_at(number, calls[number - 1])
                for _ in range(moments):
                    kills.kill_after(chance.uniform(0, seconds))
                kills.whole_run("after kills at random moments")
            is_same = workers == service.workers()
        return [*kills.articles.promises(taken), *_of_runs(kills, calls, moments, is_same)]


def _of_runs(kills: Kills, calls: Sequence[str], moments: int, is_same: bool) -> list[Promise]:
    places = len(set(kills.at_calls))
    return [
        Promise(
            "runs killed at a call",
            f"{len(kills.at_calls)} at {places} places, of {len(calls)} calls from "
            f"{len(set(calls))} places",
            places >= 0.8 * len(set(calls)),
        ),
        Promise("runs killed at a moment", kills.at_moments, kills.at_moments >= moments // 2),
        promises.none("runs that did not make good what was killed", kills.undone),
        promises.none("things left over after the next run", kills.left),
        promises.none("things a doctor finds in the end", kills.site.findings()),
        Promise("the workers are those of the beginning", is_same, is_same),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak.kills", description=__doc__)
    parser.add_argument("--moments", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    promises.finish(run(None, every, options.moments, options.seed))


if __name__ == "__main__":
    main()
