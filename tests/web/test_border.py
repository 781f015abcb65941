"""What is answered at the WSGI border is what Flask alone answers, to the byte."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from flask import Flask, Response, g, request
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import create_environ

from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.web.conftest import ARTICLES
from tests.web.fake_engine import FakeEngine

Answer = tuple[str, list[tuple[str, str]], bytes]


def ask(app: Flask, environ: dict[str, Any]) -> Answer:
    started: list[Any] = []
    body = app(copy(environ), lambda status, headers, _=None: started.extend((status, headers)))
    try:
        return started[0], started[1], b"".join(body)
    finally:
        getattr(body, "close", lambda: None)()


def without_border(app: Flask) -> Flask:
    del app.wsgi_app  # its class's own is Flask's
    return app


def environ(path: str, query: str = "", method: str = "GET", **headers: str) -> dict[str, Any]:
    found = create_environ(path, "http://news.example", method=method)
    return {**found, "QUERY_STRING": query, **headers}


@pytest.fixture
def unanswered(app: Flask) -> list[str]:
    """The paths that the border leaves to Flask."""
    paths: list[str] = []

    def note(*_: object, **__: object) -> None:
        paths.append(request.path)

    app.view_functions = {
        name: lambda view=view, **values: note() or view(**values)
        for name, view in app.view_functions.items()
    }
    return paths


TEXTS = st.sampled_from(["ai", "supercomputer", "caf%C3%A9", "%FF", "too many words", "", "a b"])
TEXTS |= st.text(st.characters(max_codepoint=255), max_size=8)
NAMES = ["q", "q", "q", "size", "page", "sort", "topic", "facets", "from", "collapse", "explain"]
NAMES += ["typing", "highlight", "utm_source", "nonsense", "", "%00"]
VALUES = st.sampled_from(["2", "newest", "topic", "story", "true", "2020", "AI", "-1"]) | TEXTS
QUERIES = st.lists(st.builds("{}={}".format, st.sampled_from(NAMES), VALUES), max_size=4).map(
    "&".join
)
HEADERS = {
    "HTTP_HOST": ["a.example:80", "[::1]:8000", "a..b", "x" * 64 + ".example", "a b", "", "A_b"],
    "HTTP_ORIGIN": ["https://a.example", "https://b.example", "null"],
    "HTTP_ACCESS_CONTROL_REQUEST_METHOD": ["GET"],
    "HTTP_IF_NONE_MATCH": ["*", '"x"'],
    "HTTP_UPGRADE": ["websocket"],
    "HTTP_CONNECTION": ["upgrade", "close"],
    "HTTP_ACCEPT": ["text/html", "*/*"],
    "HTTP_RANGE": ["bytes=0-9"],
    "HTTP_COOKIE": ["session=x"],
    "SCRIPT_NAME": ["/under"],
}
REQUESTS = st.builds(
    lambda path, query, method, headers: environ(path, query, method, **headers),
    st.sampled_from(["/search", "/search", "/suggest", "/suggest/opensearch", "/search/", "/"]),
    QUERIES,
    st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "OPTIONS"]),
    st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(values) for name, values in HEADERS.items()}
    ),
)
ENGINES = st.sampled_from(
    [
        {},
        {},
        {"extra": {"partial": True}},
        {"generation": None},
        {"failure": ValueError("a fault of ours")},
    ]
)
SETTINGS = st.builds(
    Settings,
    answer_cache_mb=st.sampled_from([0, 1]),
    cors_origins=st.sampled_from([(), ("*",), ("https://a.example",)]),
)


@settings(deadline=None)
@given(REQUESTS, ENGINES, SETTINGS)
def test_every_answer_is_flasks(asked: dict[str, Any], engine: Any, chosen: Settings) -> None:
    app = create_app(chosen, FakeEngine(ARTICLES, **engine))
    flask = without_border(create_app(chosen, FakeEngine(ARTICLES, **engine)))
    assert ask(app, asked) == ask(flask, asked)


@pytest.mark.parametrize(
    "headers",
    [
        *({name: value} for name, values in HEADERS.items() for value in values),
        {"HTTP_CONNECTION": "upgrade", "HTTP_UPGRADE": "websocket"},
    ],
)
@pytest.mark.parametrize("origin", ["*", "https://a.example"])
def test_every_header_has_the_bearing_it_has_in_flask(
    engine: FakeEngine, headers: dict[str, str], origin: str
) -> None:
    chosen = Settings(cors_origins=(origin,))
    flask = without_border(create_app(chosen, engine))
    asked = environ("/search", "q=ai", **headers)
    assert ask(create_app(chosen, engine), asked) == ask(flask, asked)


def test_a_ready_answer_is_flasks_too(app: Flask, engine: FakeEngine) -> None:
    flask = without_border(create_app(Settings(), engine))
    for _ in range(2):
        assert ask(app, environ("/search", "q=ai")) == ask(flask, environ("/search", "q=ai"))
    assert engine.searches == 2


def test_an_answer_held_is_not_sent_again(app: Flask) -> None:
    tag = dict(ask(app, environ("/search", "q=ai"))[1])["ETag"]
    assert ask(app, environ("/search", "q=ai", HTTP_IF_NONE_MATCH=tag))[0] == "304 NOT MODIFIED"


@pytest.mark.parametrize("path", ["/search", "/suggest"])
@pytest.mark.parametrize("headers", [{}, {"HTTP_ORIGIN": "https://a.example"}])
def test_plain_questions_need_no_flask(
    app: Flask, unanswered: list[str], path: str, headers: dict[str, str]
) -> None:
    status, _, body = ask(app, environ(path, "q=ai", **headers))
    assert status == "200 OK" and b'"query":"ai"' in body
    assert not unanswered


@pytest.mark.parametrize(
    "asked",
    [
        environ("/search", method="HEAD"),
        environ("/search", "size=x"),
        environ("/search", HTTP_IF_NONE_MATCH='"x"'),
        environ("/readyz"),
    ],
)
def test_all_others_are_flasks(app: Flask, unanswered: list[str], asked: dict[str, Any]) -> None:
    ask(app, asked)
    assert unanswered == [asked["PATH_INFO"]]


@pytest.mark.parametrize(
    "register",
    [
        lambda app: app.before_request(lambda: Response("who are you?", 401)),
        lambda app: app.after_request(lambda _: Response("who are you?", 401)),
        lambda app: app.url_value_preprocessor(lambda *_: setattr(g, "seen", True)),
        lambda app: app.teardown_request(lambda _: None),
        lambda app: app.teardown_appcontext(lambda _: None),
    ],
)
def test_an_app_with_hooks_of_its_own_is_flasks_alone(
    app: Flask, unanswered: list[str], register: Any
) -> None:
    register(app)
    status, _, _ = ask(app, environ("/search", "q=ai"))
    assert unanswered == ["/search"] or status.startswith("401")
