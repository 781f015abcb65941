"""Four times as many requests as the service can answer, and connections that dawdle.

    python -m benchmarks.soak.load --seconds 120

Requests come at a fixed rate, whether those before them are answered or not, as those of readers
do. First it is measured how many are answered when a few clients ask one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.soak import promises
from benchmarks.soak.live import Running, handles, own_memory, running, until
from benchmarks.soak.promises import Promise
from benchmarks.soak.site import WORDS, site

MB = 1e6
TIMES = 4
CLIENTS = 6
WAIT_SECONDS = 5.0
"""After which a request that waits is sent away; the budget of an answer comes on top."""
HEALTH = ("/healthz", "/readyz", "/metrics")
MOST_OPEN = 400
_END = b"\r\n\r\n"


@dataclass(slots=True)
class Told:
    """What was answered, by status; seconds of what was found, shed, and of health."""

    statuses: Counter[int] = field(default_factory=Counter)
    found: list[float] = field(default_factory=list)
    shed: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    without_retry: int = 0
    sick: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    not_sent: int = 0


class Pool:
    """Connections that are kept open, as many as are needed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self, path: str) -> tuple[int, bytes]:
        """The status, and the headers. Raises OSError or EOFError."""
        while self._idle:
            with suppress(OSError, EOFError):  # closed meanwhile, as it was idle
                return await self._ask(*self._idle.pop(), path)
        streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
        return await self._ask(*streams, path)

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str
    ) -> tuple[int, bytes]:
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: soak\r\n\r\n".encode())
            headers = await reader.readuntil(_END)
            length = _value(headers, b"content-length")
            await reader.readexactly(int(length))
        except BaseException:
            writer.close()
            raise
        self._idle.append((reader, writer))
        return int(headers.split(None, 2)[1]), headers

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()


def _value(headers: bytes, name: bytes) -> bytes:
    start = headers.lower().find(b"\r\n" + name + b":")
    return headers[start:].split(b":", 1)[1].split(b"\r\n", 1)[0].strip() if start >= 0 else b""


def paths(chance: random.Random) -> Iterator[str]:
    """Searches that have never been asked before, and take their time."""
    while True:
        words = "+OR+".join(chance.choice(WORDS[:400]) for _ in range(6))
        yield f"/search?q=shared+({words})&size=50&facets=topic,provider"


def capacity(service: Running, seconds: float, chance: random.Random) -> float:
    """Requests a second, by clients few enough to be all let in: so the service never waits."""
    asked = paths(chance)

    async def ask() -> int:
        pool, deadline, count = Pool(service.port), time.monotonic() + seconds, 0

        async def client() -> None:
            nonlocal count
            while time.monotonic() < deadline:
                await pool.get(next(asked))
                count += 1

        await asyncio.gather(*(client() for _ in range(CLIENTS)))
        pool.close()
        return count

    return asyncio.run(ask()) / seconds


async def _overload(port: int, rate: float, seconds: float, chance: random.Random) -> Told:
    told, pool, asked = Told(), Pool(port), paths(chance)
    tasks: set[asyncio.Task[None]] = set()

    async def ask(path: str) -> None:
        began = time.monotonic()
        try:
            status, headers = await pool.get(path)
        except (OSError, EOFError, ValueError) as error:
            told.lost.append(repr(error))
            return
        told.statuses[status] += 1
        took = time.monotonic() - began
        if status == 503:
            told.shed.append(took)
            told.without_retry += not _value(headers, b"retry-after").isdigit()
        else:
            told.found.append(took)

    async def look() -> None:
        health = Pool(port)
        while not is_over:
            for path in HEALTH:
                began = time.monotonic()
                try:
                    status, _ = await health.get(path)
                except (OSError, EOFError) as error:
                    told.sick.append(repr(error))
                    continue
                told.health.append(time.monotonic() - began)
                if status != 200:
                    told.sick.append(f"{path}: {status}")
            await asyncio.sleep(0.1)
        health.close()

    is_over = False
    looking = asyncio.create_task(look())
    began, sent = time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds:
        # Others use the machine, too: it may answer more by now than when that was measured.
        while sent < max(passed * rate, TIMES * len(told.found)):
            sent += 1
            if len(tasks) >= MOST_OPEN:
                told.not_sent += 1
                continue
            task = asyncio.create_task(ask(next(asked)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.sleep(0.002)
    is_over = True
    await looking
    for task in list(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    pool.close()
    return told


@contextmanager
def dawdling(service: Running, count: int) -> Iterator[None]:
    """So many connections, each of which sends its request a byte at a time."""
    with ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", service.port), 10))
            for _ in range(count)
        ]
        is_over = threading.Event()

        def dawdle() -> None:
            for letter in itertools.chain(b"GET /search?q=", itertools.repeat(ord("x"))):
                for client in clients:
                    with suppress(OSError):  # it has been closed
                        client.send(bytes([letter]))
                if is_over.wait(0.2):
                    return

        thread = threading.Thread(target=dawdle)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()


def run(
    folder: Path | None,
    articles: int,
    seconds: float,
    queue_limit: int,
    slow: int,
    silent_seconds: float,
    program: tuple[str, ...] = ("-m", "searchsvc"),
    share: float = 0.4,
) -> list[Promise]:
    """`silent_seconds`: after how long the service closes a connection that dawdles. `share`: how
    much of what it can answer it has to answer under load, whoever else uses the machine."""
    chance = random.Random(5)
    with site(folder) as made:
        made.write_news(articles, chance)
        assert made.reindex() == 0, made.said()
        with running(
            made.index, program=program, answer_cache_mb=0, queue_limit=queue_limit
        ) as service:
            (worker,) = service.workers()
            speed = capacity(service, min(seconds / 4, 5.0), chance)
            before = own_memory(worker) / MB
            told = asyncio.run(_overload(service.port, TIMES * speed, seconds, chance))
            recovered = until(lambda: service.get(next(paths(chance))).status == 200, 30)
            after_load = own_memory(worker) / MB
            found = [
                Promise("answers a second, without a crowd", f"{speed:.0f}", speed > 0),
                *_of_overload(told, seconds, speed, share),
                promises.at_most(
                    "seconds until it answers again", recovered, queue_limit / speed + 1.5
                ),
                promises.at_most(
                    "MB of memory after the load", after_load, before + 64 + queue_limit * 0.25
                ),
                *_of_dawdlers(service, slow, silent_seconds),
            ]
            is_same = service.workers() == [worker]
        return [*found, Promise("the worker is that of the beginning", is_same, is_same)]


def _of_overload(told: Told, seconds: float, speed: float, share: float) -> list[Promise]:
    found, shed = told.statuses[200], told.statuses[503]
    others = {status: n for status, n in told.statuses.items() if status not in (200, 503)}
    sent = sum(told.statuses.values()) + len(told.lost) + told.not_sent
    return [
        promises.at_least("requests, times what was answered", sent / max(found, 1), TIMES * 0.9),
        Promise("answered", f"{found:,} ({found / seconds:.0f} a second)", found > 0),
        promises.at_least("of them, as a share of capacity", found / seconds / speed, share),
        Promise("told to come back", f"{shed:,}", shed > 0),
        Promise("not sent, too many being open", told.not_sent, True),
        promises.none("other statuses", list(others.items())),
        promises.none("connections lost", told.lost),
        promises.at_most("without a word when to come back", told.without_retry, 0),
        promises.at_most(
            "seconds, the slowest that was answered", max(told.found), WAIT_SECONDS + 2
        ),
        promises.at_most("seconds, the median to be sent away", _middle(told.shed), 1.0),
        Promise("looks at health", len(told.health), len(told.health) > 0),
        promises.none("of them bad", told.sick),
        promises.at_most("seconds, the slowest of them", max(told.health), 2.0),
    ]


def _middle(of: list[float]) -> float:
    return sorted(of)[len(of) // 2] if of else 0.0


def _of_dawdlers(service: Running, count: int, silent_seconds: float) -> list[Promise]:
    """While they dawdle, others are answered; then they are closed."""
    (worker,) = service.workers()
    before = handles(worker)
    with dawdling(service, count):
        until(lambda: handles(worker) >= before + count * 0.95, 10, "they are not let in")
        held = handles(worker)
        began = time.monotonic()
        statuses = Counter(service.get("/search?q=shared").status for _ in range(20))
        took = (time.monotonic() - began) / 20
        closed = until(lambda: handles(worker) <= before + 8, silent_seconds * 2 + 10)
    return [
        Promise("connections that dawdle", held - before, held - before >= count * 0.9),
        Promise("answers to others meanwhile", dict(statuses), set(statuses) == {200}),
        promises.at_most("seconds that one of them takes", took, 1.0),
        promises.at_most("seconds until they are closed", closed, silent_seconds * 2 + 5),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak.load", description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--slow", type=int, default=500)
    parser.add_argument("--queue-limit", type=int, default=64)
    options = parser.parse_args()
    promises.finish(
        run(None, options.articles, options.seconds, options.queue_limit, options.slow, 10.0)
    )


if __name__ == "__main__":
    main()
