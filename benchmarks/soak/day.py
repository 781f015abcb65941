"""A day of news in a few minutes: changes through `watch` while clients ask.

    python -m benchmarks.soak.day --articles 5000 --changes 10000

Memory, handles, segments and disk have to be flat, and the index in the end is what a full build
makes of the files.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.soak import promises
from benchmarks.soak.live import (
    ROOT,
    Answer,
    Running,
    disk_used,
    handles,
    own_memory,
    running,
    until,
)
from benchmarks.soak.promises import Promise
from benchmarks.soak.readers import asking
from benchmarks.soak.site import WORDS, Site, site
from searchsvc.engine import Engine, open_engine
from searchsvc.errors import NoIndex
from searchsvc.index import read_manifest
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest

MB = 1e6
SEGMENTS = 8
"""That the merge policy allows."""
SLACK_MB = 12
"""Memory that comes and goes, of two generations that are open for a moment."""
LAST = "zulu999"


@dataclass(frozen=True, slots=True)
class Sample:
    """What is taken up at a moment, in MB; handles of both processes, segments of the index."""

    service: float
    watch: float
    handles: int
    segments: int
    disk: float


class Newsroom:
    """The articles there are, and the changes that are made to them."""

    def __init__(self, over: Site, articles: int, chance: random.Random) -> None:
        self.site = over
        self.chance = chance
        self.names = [f"{number // 500:03d}/{number:06d}" for number in range(articles)]
        self.made = articles
        for name in self.names:
            over.write_article(name, chance)

    def change(self) -> None:
        """Much as in a newsroom: most of it new or corrected, some taken back."""
        turn, chance = self.chance.random(), self.chance
        if turn < 0.35 or len(self.names) < 10:
            self.names.append(f"{self.made // 500:03d}/{self.made:06d}")
            self.made += 1
            self._save(self.names[-1])
        elif turn < 0.65:
            self._save(chance.choice(self.names))
        elif turn < 0.85:
            path = self.site.corpus / f"{chance.choice(self.names)}.md"
            lines = path.read_text("utf-8").splitlines(keepends=True)
            heat = f"heat: {chance.randint(0, 300)}\n"
            path.write_text("".join(heat if line.startswith("heat:") else line for line in lines))
        else:
            name = self.names.pop(chance.randrange(len(self.names)))
            (self.site.corpus / f"{name}.md").unlink()

    def _save(self, name: str) -> None:
        """As editors' programs do, every other time: aside, then renamed."""
        if self.chance.random() < 0.5:
            self.site.write_article(name, self.chance)
            return
        self.site.write_article(f".{Path(name).name}", self.chance)
        target = self.site.corpus / f"{name}.md"
        target.parent.mkdir(exist_ok=True)
        (self.site.corpus / f".{Path(name).name}.md").rename(target)


@contextmanager
def watching(over: Site) -> Iterator[tuple[int, Path]]:
    """A watch over the corpus: its process, and what it has said."""
    said = over.folder / "watch"
    command = [sys.executable, "-m", "searchsvc", "watch", str(over.corpus)]
    with said.open("w") as stream:
        process = subprocess.Popen(
            [*command, "--index", str(over.index)], env={"PYTHONPATH": str(ROOT)}, stderr=stream
        )
    try:
        until(lambda: "published" in said.read_text(), 120)
        yield process.pid, said
        assert process.poll() is None, said.read_text()
    finally:
        process.terminate()
        process.wait()


def _judge(path: str, answer: Answer) -> str:
    if path.startswith("/search"):
        found = answer.json()
        assert found["total"] >= len(found["results"])
    return path.split("?")[0]


def run(
    folder: Path | None,
    articles: int,
    changes: int,
    seconds: float,
    queries: int = 200,
    seed: int = 11,
) -> list[Promise]:
    """The changes are spread over so many seconds, in bursts."""
    chance = random.Random(seed)
    paths = ["/search?q=shared&facets=topic", "/feed", "/", "/suggest?q=sha"]
    paths += [f"/search?q={chance.choice(WORDS)}+{chance.choice(WORDS[:100])}" for _ in range(60)]
    with site(folder) as made:
        newsroom = Newsroom(made, articles, chance)
        with (
            watching(made) as (watch, said),
            running(made.index, answer_cache_mb=1) as service,
        ):
            (worker,) = service.workers()
            with asking(service, paths, _judge, pause=0.02) as taken:
                samples, took = _changes(newsroom, changes, seconds, service, watch)
            is_same = service.workers() == [worker]
            runs = said.read_text().count("published")
            late = made.report()
            told = said.read_text()
        return [
            Promise("changes", f"{changes:,} in {took:.0f} s, {runs} generations", runs > 1),
            Promise("answers read meanwhile", f"{taken.count:,}", taken.count > 0),
            promises.none("failed answers", taken.failures),
            Promise("slowest answer, seconds", f"{taken.slowest:.2f}", True),
            *flat(samples),
            Promise("the worker is that of the beginning", is_same, is_same),
            promises.none("refusals", [line for line in told.splitlines() if "refused" in line]),
            Promise("a run in the end finds", late["status"], late["status"] == "unchanged"),
            promises.none("things left over", made.left_over()),
            promises.none("things a doctor finds in the end", made.findings()),
            *_as_a_full_build(made, max(sample.disk for sample in samples), queries, chance),
        ]


def _changes(
    newsroom: Newsroom, changes: int, seconds: float, service: Running, watch: int
) -> tuple[list[Sample], float]:
    """Makes the changes, and waits until the last is found."""
    began, done, samples = time.monotonic(), 0, [_sample(newsroom.site, service, watch)]
    every = max(seconds / 60, 0.25)
    while done < changes:
        for _ in range(min(newsroom.chance.choice((1, 1, 2, 5, 20, 60)), changes - done)):
            newsroom.change()
            done += 1
        while time.monotonic() - began < seconds * done / changes:
            time.sleep(0.01)
        if time.monotonic() - began > every * len(samples):
            samples.append(_sample(newsroom.site, service, watch))
    newsroom.site.write("last", title=f"Shared {LAST}")
    until(
        lambda: service.get(f"/search?q={LAST}").json()["total"] == 1, 60, "the last is not found"
    )
    samples.append(_sample(newsroom.site, service, watch))
    return samples, time.monotonic() - began


def _sample(over: Site, service: Running, watch: int) -> Sample:
    (worker,) = service.workers()
    segments = 0
    name = over.live.current()
    if name is not None:
        try:
            segments = len(read_manifest(over.live.path(name)).segments)
        except NoIndex:
            pass  # another has taken its place
    return Sample(
        own_memory(worker) / MB,
        own_memory(watch) / MB,
        handles(worker) + handles(watch),
        segments,
        disk_used(over.index) / MB,
    )


def flat(samples: list[Sample]) -> list[Promise]:
    """What the last third takes up, against the second: the first is to get warm."""
    third = max(len(samples) // 3, 1)
    before, after = samples[third : 2 * third + 1], samples[-third:]

    def most(of: list[Sample], name: str) -> float:
        return float(max(getattr(sample, name) for sample in of))

    found = []
    for name, slack in (("service", SLACK_MB), ("watch", SLACK_MB), ("handles", 16)):
        unit = "handles" if name == "handles" else f"MB of the {name}"
        limit = most(before, name) * 1.15 + slack
        found.append(promises.at_most(f"{unit}, last third", most(after, name), limit))
    found.append(promises.at_most("segments, at most ever", most(samples, "segments"), SEGMENTS))
    return found


def _as_a_full_build(
    over: Site, most_disk: float, queries: int, chance: random.Random
) -> list[Promise]:
    now = datetime.now(UTC)
    settings = replace(over.settings, now=now, time_budget_ms=60_000)
    whole = replace(settings, index=over.folder / "full")
    built = reindex(whole)
    disk, needed = disk_used(over.index) / MB, disk_used(whole.index) / MB
    engines = open_engine(settings), open_engine(whole)
    differing = [
        query
        for query in _queries(over, queries, chance)
        if not _are_alike(*(_answers(engine, query) for engine in engines))
    ]
    counts = [engine.status().articles for engine in engines]
    for engine in engines:
        engine.close()
    return [
        Promise("MB of disk for a full build", f"{needed:.1f}", True),
        promises.at_most("MB of disk for two generations, in the end", disk, 3 * needed + 1),
        promises.at_most("MB of disk, at most ever", most_disk, 4 * needed + 1),
        Promise("articles, and of a full build", f"{counts}", counts[0] == built.counts.articles),
        promises.none(f"of {queries} queries, answers unlike a full build's", differing),
    ]


def _queries(over: Site, count: int, chance: random.Random) -> Iterator[str]:
    files = sorted(over.corpus.rglob("*.md"))
    for _ in range(count):
        title = chance.choice(files).read_text("utf-8").splitlines()[1].split('"')[1].split()
        start = chance.randrange(len(title))
        part = title[start : start + chance.randint(1, 3)]
        yield chance.choice(['"{}"', "{}", "{}", "{}*"]).format(" ".join(part))


Hits = list[tuple[str, float]]


def _answers(engine: Engine, query: str) -> Hits:
    hits = engine.search(SearchRequest(query, size=100)).hits
    return [(hit.id, hit.score) for hit in hits]


def _are_alike(ours: Hits, theirs: Hits) -> bool:
    """The same articles in the same order, with the same scores but for rounding."""
    return len(ours) == len(theirs) and all(
        mine == yours and abs(a - b) < 1e-4
        for (mine, a), (yours, b) in zip(ours, theirs, strict=True)
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak.day", description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--changes", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=360.0)
    options = parser.parse_args()
    promises.finish(run(None, options.articles, options.changes, options.seconds))


if __name__ == "__main__":
    main()
