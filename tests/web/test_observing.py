"""The access log: one line a request, with nothing about who asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient

from searchsvc.requestlog import LogEntry
from searchsvc.settings import Settings
from searchsvc.web import create_app, observing
from searchsvc.web.service import service_of
from tests.web.fake_engine import FakeEngine

Lines = list[dict[str, Any]]
Logged = Callable[..., tuple[FlaskClient, Lines]]


@pytest.fixture
def logged(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Logged:
    """A client, and the lines that it makes; keyword arguments are settings."""

    def open_with(**changes: Any) -> tuple[FlaskClient, Lines]:
        lines: Lines = []

        class Writer:
            def put(self, line: bytes) -> bool:
                LogEntry.from_line(line)
                lines.append(json.loads(line))
                return True

            def take_lost(self) -> int:
                return 0

        monkeypatch.setattr(observing, "stdout_writer", Writer)
        return create_app(replace(Settings(), **changes), engine).test_client(), lines

    return open_with


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/search?q=ai", "/search", 200),
        ("/search?size=x", "/search", 400),
        ("/?q=ai", "/", 200),
        ("/suggest?q=a", "/suggest", 200),
        ("/articles/2021/fugaku", "/articles/<path:article_id>", 200),
        ("/articles/none", "/articles/<path:article_id>", 404),
        ("/healthz", "/healthz", 200),
        ("/static/theme.css", "/static/<path:filename>", 200),
        ("/no/such/route", "unmatched", 404),
    ],
)
def test_each_request_is_one_line(logged: Logged, path: str, route: str, status: int) -> None:
    client, lines = logged()
    with client.get(path, headers={"X-Request-ID": "from-the-proxy"}) as response:
        size = len(response.data)
    (line,) = lines
    assert (line["method"], line["route"], line["status"]) == ("GET", route, status)
    assert line["id"] == "from-the-proxy"
    assert line["bytes"] == size and line["ms"] > 0


def test_a_search_tells_what_it_came_to(logged: Logged, engine: FakeEngine) -> None:
    client, lines = logged()
    client.get("/search?q=nothing+has+this")
    engine.extra = {"corrected": "ai", "relaxed": True, "partial": True}
    client.get("/search?q=ia&page=2&typing=true")
    names = ("total", "zero", "corrected", "relaxed", "partial", "page", "typing", "cached")
    assert [lines[0][name] for name in names] == [0, True, False, False, False, 1, False, False]
    assert [lines[1][name] for name in names] == [0, True, True, True, True, 2, True, False]


def test_a_ready_answer_says_so_and_tells_the_same(logged: Logged) -> None:
    client, lines = logged(log_queries=True)
    client.get("/search?q=supercomputer")
    client.get("/search?q=supercomputer")
    assert [line["cached"] for line in lines] == [False, True]
    assert lines[0]["total"] == lines[1]["total"] == 2
    assert lines[1]["q"] == "supercomputer"


SECRETS = {
    "User-Agent": "secret-agent",
    "Referer": "https://secret.example/",
    "Cookie": "secret=cookie",
    "X-Forwarded-For": "203.0.113.9",
    "Authorization": "Basic secret",
}
PATHS = ["/search?q=secret", "/?q=secret", "/suggest?q=secret", "/feed?q=secret", "/secret"]
PATHS += ["/search?topic=secret&q=", "/articles/secret", "/search?secret=1"]


@pytest.mark.parametrize("path", PATHS)
def test_neither_texts_nor_addresses_nor_paths_are_in_it(logged: Logged, path: str) -> None:
    client, lines = logged()
    client.get(path, headers=SECRETS, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    text = json.dumps(lines)
    assert len(lines) == 1 and "secret" not in text and "203.0.113" not in text


@pytest.mark.parametrize("path", PATHS)
def test_with_log_queries_the_text_of_a_search_is_and_nothing_else(
    logged: Logged, path: str
) -> None:
    client, lines = logged(log_queries=True)
    client.get(path, headers=SECRETS, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    (line,) = lines
    is_search = path in ("/search?q=secret", "/?q=secret")
    assert line.pop("q", "") == ("secret" if is_search else "")
    assert "secret" not in json.dumps(line) and "203.0.113" not in json.dumps(line)


def test_the_correction_is_in_it_with_the_text(logged: Logged, engine: FakeEngine) -> None:
    client, lines = logged(log_queries=True)
    engine.extra = {"corrected": "supercomputer"}
    client.get("/search?q=suprcomputer")
    assert (lines[0]["q"], lines[0]["corrected_to"]) == ("suprcomputer", "supercomputer")


def test_who_is_sent_away_and_what_fails_is_in_it(logged: Logged, engine: FakeEngine) -> None:
    client, lines = logged()
    engine.failure = RuntimeError("broken")
    client.get("/search?q=ai")
    service_of(client.application).admission.close()
    client.get("/search?q=ai")
    assert [line["status"] for line in lines] == [500, 503]
    assert "total" not in lines[0]


def test_what_is_not_sent_has_no_bytes(logged: Logged) -> None:
    client, lines = logged()
    tag = client.get("/search?q=ai").headers["ETag"]
    client.get("/search?q=ai", headers={"If-None-Match": tag})
    client.head("/search?q=ai")
    assert [line["bytes"] > 0 for line in lines] == [True, False, False]
    assert [line["method"] for line in lines] == ["GET", "GET", "HEAD"]


@pytest.mark.parametrize("method", ["X" * 5000, "G\u00cbT"])
def test_an_odd_method_is_a_line_all_the_same(logged: Logged, method: str) -> None:
    client, lines = logged()
    client.open("/search", method=method)
    assert len(lines) == 1 and len(lines[0]["method"]) <= 20


def test_without_access_log_there_is_none(logged: Logged) -> None:
    client, lines = logged(access_log=False)
    client.get("/search?q=ai")
    assert lines == []


def test_lines_that_nobody_takes_are_counted_and_fail_no_request(
    client: FlaskClient,
) -> None:
    with patch("searchsvc.requestlog.line_writer.LineWriter.put", return_value=False):
        assert client.get("/search?q=ai").status_code == 200
    assert "searchsvc_log_lines_dropped_total 1.0" in client.get("/metrics").text
