"""A search service over one engine: `/search?q=` answers with JSON like searchsvc's."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request

from benchmarks.peers import TOP, Answer, peer
from benchmarks.workload import Query

INDEX = "BENCHMARK_INDEX"
"""The environment variable that names the index folder."""
WORD = re.compile(r"\w+")


def create_app(
    name: str, result: Callable[[Any], dict[str, Any]], marked: Callable[[str], str] = str
) -> Flask:
    """`result` makes one JSON object of what the engine fetched, `marked` HTML of a highlight."""
    app = Flask(__name__)
    local = threading.local()  # a Whoosh searcher or an SQLite connection serves one thread

    def engine() -> Any:
        if not hasattr(local, "engine"):
            local.engine = peer(name)(Path(os.environ[INDEX]))
        return local.engine

    @app.get("/search")
    def search() -> Response:
        started = time.perf_counter()
        text = request.args.get("q", "")
        words = tuple(WORD.findall(text.lower()))
        answer = engine().search(Query("all", words), highlight=True) if words else _nothing()
        return jsonify(
            query=text,
            total=answer.total,
            page=1,
            pages=-(-answer.total // TOP),
            size=TOP,
            results=[
                result(hit)
                | {
                    "score": score,
                    "highlights": {"title": marked(title), "excerpt": marked(excerpt)},
                }
                for hit, score, (title, excerpt) in zip(
                    answer.hits, answer.scores, answer.highlights, strict=True
                )
            ],
            took_ms=round((time.perf_counter() - started) * 1e3, 3),
        )

    return app


def iso(timestamp: int | None) -> str | None:
    if timestamp is None:
        return None
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _nothing() -> Answer:
    return Answer(0, [], [])
