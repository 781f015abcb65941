"""From a keypress to painted suggestions: the box in Chromium, real queries typed letter by letter.

    python -m benchmarks.box --queries queries.tsv.gz --work FOLDER

FOLDER is the --work of a race with the peer ours, whose index is served. Needs the extra `browser`
and a Chromium. The box waits for no pause, so that the debounce is not counted.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks import tables
from benchmarks.bars import Bar
from benchmarks.options import BARS, QUERIES, SERVICE, command
from benchmarks.report import publish
from benchmarks.servers import Server, served
from benchmarks.workload import real_texts

SEED = 505
LONGEST = 24
"""Letters of a query that are typed."""
WARM = 0.2
"""The share of queries that is typed first and not measured."""
P95_MS = 50.0
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

SITE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Site</title>
<news-search endpoint="{service}" debounce="0">
<form action="/"><input name="q"></form></news-search>
<script type="module" src="{service}/static/searchbox.js"></script></html>"""

WATCH = """() => {
    const root = document.querySelector("news-search").shadowRoot;
    const field = root.querySelector(".field");
    let pressed = 0;
    let wasBusy = false;
    root.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
    performance.setResourceTimingBufferSize(100000);
    new MutationObserver(() => {
        const isBusy = field.classList.contains("busy");
        if (wasBusy && !isBusy) {
            const from = pressed;
            const shown = root.querySelectorAll("[role=option]").length;
            // What is posted in a frame runs once that frame is painted.
            const painted = new MessageChannel();
            painted.port1.onmessage = () => window.told([performance.now() - from, shown]);
            requestAnimationFrame(() => painted.port2.postMessage(null));
        }
        wasBusy = isBusy;
    }).observe(field, {attributes: true, attributeFilter: ["class"]});
}"""
NEXT = "() => { window.next = new Promise((resolve) => { window.told = resolve; }); }"
LAST_REQUEST = """() => performance.getEntriesByType("resource")
    .filter((entry) => entry.name.includes("/suggest?")).at(-1).duration"""

Keypress = tuple[float, float, int]
"""Milliseconds until painted, those of them that the request took, and how many are suggested."""


def main() -> None:
    options = _options()
    os.environ["SEARCHSVC_CORS_ORIGINS"] = "*"
    with (
        served(Server("ours", "granian", 1), options.work, options.port) as service,
        _site(service.url) as url,
        sync_playwright() as playwright,
    ):
        arguments = {"executable_path": options.chromium, "args": ARGUMENTS}
        browser = playwright.chromium.launch(**arguments)
        keypresses = measure(browser.new_page(), url, _texts(options))
        browser.close()
    total = [painted for painted, _, _ in keypresses]
    judged = [Bar("keypress to painted suggestions, p95 ms", _percentile(total, 95), P95_MS, 1)]
    publish(options, "box", _report(options, keypresses), judged)


def measure(page: Any, url: str, texts: Sequence[str]) -> list[Keypress]:
    """Of every keypress that brought suggestions, but those that warmed up."""
    page.goto(url)
    box = page.get_by_role("combobox")
    box.wait_for()
    page.evaluate(WATCH)
    keypresses: list[Keypress] = []
    for number, text in enumerate(texts):
        box.fill("")
        for letter in text[:LONGEST]:
            page.evaluate(NEXT)
            page.keyboard.press("Space" if letter == " " else letter)
            painted, shown = page.evaluate("next")
            if shown and number >= len(texts) * WARM:
                keypresses.append((painted, page.evaluate(LAST_REQUEST), shown))
    return keypresses


def _texts(options: argparse.Namespace) -> list[str]:
    plain = [text for text in real_texts(options.queries) if text.replace(" ", "").isalpha()]
    return random.Random(SEED).sample([text for text in plain if text.isascii()], options.count)


@contextmanager
def _site(service: str) -> Iterator[str]:
    """The URL of a page with the box, of an origin of its own."""
    page = SITE.format(service=service).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def _percentile(values: Sequence[float], percent: int) -> float:
    return float(np.percentile(values, percent))


def _report(options: argparse.Namespace, keypresses: Sequence[Keypress]) -> str:
    total = [painted for painted, _, _ in keypresses]
    parts = {
        "keypress to painted": total,
        "of it the request": [request for _, request, _ in keypresses],
        "of it the box and the frame": [painted - request for painted, request, _ in keypresses],
    }
    rows = [
        (name, *(tables.figure(_percentile(values, percent)) for percent in (50, 95, 99, 100)))
        for name, values in parts.items()
    ]
    return (
        f"# The box\n\n{tables.machine()}. {options.count} real queries typed letter by letter "
        f"into the box on another origin in Chromium, {len(keypresses):,} keypresses that "
        "brought suggestions, ms; no debounce, no answer cache, one worker. A frame is 16.7 ms.\n\n"
        + tables.table(("", "p50", "p95", "p99", "longest"), rows)
    )


def _options() -> argparse.Namespace:
    parser = command("box", __doc__, QUERIES, SERVICE, BARS)
    add = parser.add_argument
    add("--count", type=int, default=100, help="queries that are typed")
    add("--chromium", default=os.environ.get("CHROMIUM") or shutil.which("chromium"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
