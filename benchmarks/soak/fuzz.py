"""Requests that no client would send: every route, parameter, method and header, and mere noise.

    python -m benchmarks.soak.fuzz --requests 200000

None may be an error of the service, take longer than its budget and half of it, or leave a worker
larger than what it is documented to remember.
"""

from __future__ import annotations

import argparse
import random
import re
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from benchmarks.soak import promises
from benchmarks.soak.live import Running, handles, own_memory, running
from benchmarks.soak.promises import Promise
from benchmarks.soak.site import WORDS, site
from searchsvc.search.request import PARAMETERS
from tests.web.test_any_query import PIECES

MB = 1e6
CLIENTS = 4
BUDGET_MS = 500
CACHE_MB = 16
REMEMBERED_MB = 8 + 10 + 15 + 16 + 2 + 2
"""What a worker remembers beside ready answers, as docs/operations.md has it."""
SPARE_MB = 24
"""Of what comes and goes with the requests at work, and of an allocator that keeps it."""
ROUTES = (
    *(
        "/search",
        "/search",
        "/search",
        "/suggest",
        "/suggest",
        "/feed",
        "/",
        "/articles/",
        "/related/",
    ),
    *("/opensearch.xml", "/openapi.json", "/docs", "/metrics", "/healthz", "/readyz", "/static/"),
)
METHODS = (
    *["GET"] * 30,
    "HEAD",
    "OPTIONS",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "TRACE",
    "NONE",
    "get",
)
HEADERS = (
    *("Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Type", "Cookie"),
    *("Host", "If-Modified-Since", "If-None-Match", "Origin", "Range", "Referer", "User-Agent"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Request-Id", "Forwarded"),
)
VALUES = (
    *("", "0", "1", "-1", "9", "100", "101", "99999999999999999999", "1e9", "nan", "true", "false"),
    *(
        "relevance",
        "newest",
        "heat",
        "topic",
        "topic:3",
        "month:100",
        "provider:x",
        "story",
        "None",
    ),
    *("2020-01-01", "2020-13-40", "9999-12-31", "0000", "2020-01-01T00:00:00Z", "١٢", "NULL", "[]"),
    *(
        "../../etc/passwd",
        "%2e%2e/",
        "a/b/c",
        "{{7*7}}",
        "' OR 1=1 --",
        "<script>",
        "\\",
        "\r\nX: y",
    ),
)
_TOOK = re.compile(rb'"took_ms": ?([0-9.]+)')
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Fuzz:
    """Requests by a seed: the same every time."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def request(self) -> bytes:
        if self._chance.random() < 0.03:
            return self._noise()
        lines = [f"{self._chance.choice(METHODS)} {self._target()} HTTP/1.1".encode()]
        if self._chance.random() < 0.97:
            lines.append(b"Host: a.example")
        for _ in range(self._chance.choice((0, 0, 0, 1, 2, 5))):
            name = self._chance.choice(HEADERS).encode()
            lines.append(name + b": " + _in_a_line(self._text().encode("utf-8", "surrogatepass")))
        return b"\r\n".join([*lines, b"", b""])

    def _target(self) -> str:
        chance, route = self._chance, self._chance.choice(ROUTES)
        if route.endswith("s/") or route in ("/related/", "/static/"):
            route += self._quoted(self._text())
        if chance.random() < 0.02:
            route += self._quoted(self._text())
        names = [*PARAMETERS, "q", "q", "q", "size", "utm_source", "_", "nonsense", "", "q[]"]
        count = chance.choice((0, 1, 1, 1, 2, 3, 6)) if chance.random() < 0.99 else 500
        pairs = [
            f"{chance.choice(names)}{chance.choice(('=', '=', '=', '=', ''))}"
            f"{self._quoted(self._text() if chance.random() < 0.6 else chance.choice(VALUES))}"
            for _ in range(count)
        ]
        return route + ("?" + "&".join(pairs) if pairs else "")

    def _text(self) -> str:
        chance = self._chance
        turn = chance.random()
        if turn < 0.3:
            return " ".join(chance.choice(WORDS) for _ in range(chance.choice((1, 2, 3, 8))))
        if turn < 0.8:
            return "".join(chance.choice(PIECES) for _ in range(chance.choice((1, 2, 4, 12, 40))))
        if turn < 0.82:
            return chance.choice(PIECES) * chance.choice((100, 1_000))
        return "".join(
            chr(chance.choice((0, 0x80, 0x2000, 0x4E00)) + chance.randrange(256)) for _ in range(5)
        )

    def _quoted(self, text: str) -> str:
        """Percent-encoded, now and then wrongly."""
        encoded = quote(text.encode("utf-8", "surrogatepass"), safe="/:")[:60_000]
        return encoded if self._chance.random() < 0.97 else encoded.replace("%", "%%")[:1_000]

    def _noise(self) -> bytes:
        chance = self._chance
        return chance.choice(
            (
                lambda: chance.randbytes(chance.randrange(1, 300)) + b"\r\n\r\n",
                lambda: b"GET /search?q=" + chance.randbytes(40) + b" HTTP/1.1\r\nHost: a\r\n\r\n",
                lambda: b"GET / HTTP/9.9\r\n\r\n",
                lambda: b"GET  HTTP/1.1\r\n\r\n",
                lambda: b"GET /search?q=" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
                lambda: b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 300 + b"\r\n",
                lambda: b"POST /search HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nq=abc",
                lambda: b"GET /search HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                lambda: (
                    b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"
                ),
            )
        )()


def _in_a_line(value: bytes) -> bytes:
    return value.replace(b"\r", b" ").replace(b"\n", b" ").replace(b"\x00", b" ")[:3_000]


@dataclass(slots=True)
class Told:
    statuses: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    hung: list[str] = field(default_factory=list)
    slowest_ms: float = 0.0
    slowest_wall: float = 0.0


class Client:
    """Sends what it is given, whatever that is; a connection that was closed is made anew."""

    def __init__(self, port: int, told: Told, lock: threading.Lock) -> None:
        self._port, self._told, self._lock = port, told, lock
        self._socket: socket.socket | None = None

    def send(self, request: bytes) -> None:
        began = time.monotonic()
        try:
            answer = self._exchange(request)
        except TimeoutError:
            with self._lock:
                self._told.hung.append(repr(request[:200]))
            self.close()
            return
        except OSError:
            answer = b""
            self.close()
        seconds = time.monotonic() - began
        found = _STATUS.match(answer)
        status = int(found[1]) if found else 0
        took = _TOOK.search(answer)
        with self._lock:
            told = self._told
            told.statuses[status] += 1
            told.slowest_wall = max(told.slowest_wall, seconds)
            if status >= 500:
                told.errors.append(f"{status} for {request[:300]!r}")
            if took:
                told.slowest_ms = max(told.slowest_ms, float(took[1]))
                if float(took[1]) > BUDGET_MS * 1.5:
                    told.late.append(f"{float(took[1]):.0f} ms for {request[:300]!r}")

    def _exchange(self, request: bytes) -> bytes:
        """The answer; nothing where the service has closed the connection."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), 15)
        self._socket.sendall(request)
        answer = b""
        while True:
            more = self._socket.recv(1 << 16)
            answer += more
            head, end, body = answer.partition(b"\r\n\r\n")
            if not more:
                self.close()
                return answer
            if end:
                length = _LENGTH.search(head)
                is_whole = length is None or request[:4] == b"HEAD" or len(body) >= int(length[1])
                if is_whole:
                    # What was no request, or had more than one in it, leaves nothing to go on with.
                    if length is None or _STATUS.match(answer) and answer[9:12] in (b"400", b"431"):
                        self.close()
                    return answer

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None


def run(folder: Path | None, requests: int, articles: int = 2_000, seed: int = 1) -> list[Promise]:
    with site(folder) as made:
        made.write_news(articles, random.Random(seed))
        assert made.reindex() == 0, made.said()
        with running(made.index, answer_cache_mb=CACHE_MB, time_budget_ms=BUDGET_MS) as service:
            (worker,) = service.workers()
            told = Told()
            _send(service, told, requests // 10, seed)
            sizes = [own_memory(worker) / MB]
            began, opened = time.monotonic(), handles(worker)
            for part in range(1, 4):
                _send(service, told, requests * 3 // 10, seed + part * CLIENTS)
                sizes.append(own_memory(worker) / MB)
            seconds = time.monotonic() - began
            is_well = service.get("/search?q=shared").status == 200
            is_same = service.workers() == [worker]
            log = service.log()
            now_open = handles(worker)
    sent = sum(told.statuses.values())
    return [
        Promise("requests", f"{sent:,}, {requests * 0.9 / seconds:.0f} a second", sent > 0),
        Promise(
            "statuses (0: closed)", dict(sorted(told.statuses.items())), told.statuses[200] > 0
        ),
        promises.none("errors of the service", told.errors),
        promises.none("tracebacks in its log", re.findall("Traceback.*", log)),
        promises.none("requests that hang", told.hung),
        promises.none(f"searches over {BUDGET_MS} ms by half", told.late),
        Promise("slowest search, ms as it tells", f"{told.slowest_ms:.0f}", True),
        Promise("slowest answer, seconds by the wall", f"{told.slowest_wall:.2f}", True),
        Promise("MB of the worker", " ".join(f"{size:.0f}" for size in sizes), True),
        promises.at_most("MB it grew", sizes[-1] - sizes[0], CACHE_MB + REMEMBERED_MB + SPARE_MB),
        promises.at_most("handles more than at first", now_open - opened, 16),
        Promise("it answers afterwards", is_well, is_well),
        Promise("the worker is that of the beginning", is_same, is_same),
    ]


def _send(service: Running, told: Told, requests: int, seed: int) -> None:
    lock = threading.Lock()

    def work(number: int) -> None:
        fuzz, client = Fuzz(seed + number), Client(service.port, told, lock)
        for _ in range(requests // CLIENTS):
            client.send(fuzz.request())
        client.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    promises.finish(run(None, options.requests, seed=options.seed))


if __name__ == "__main__":
    main()
