"""A news site with the box on it: an origin of its own, and a policy that lets little run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from flask import Flask, Response, send_file

from searchsvc.engine import Engine
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.browser.packages import npm_file
from tests.conftest import ROOT
from tests.serving import serving

FORM = """<form action="/results"><label for="q">Search the paper</label>
<input id="q" name="q" type="search"></form>"""
STYLE = """body { margin: 0; font: 16px/1.5 sans-serif; color-scheme: light dark; }
header { padding: 1rem; } main { padding: 1rem; } news-search { display: block; max-width: 36rem; }
form { display: flex; } input { flex: 1; min-width: 0; height: 44px; font: inherit; }
label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }"""

DOCUMENT = (ROOT / "docs" / "search-box.md").read_text("utf-8")
SERVICE = "https://search.example.com"
"""What the document calls it."""
INSTANTSEARCH = "instantsearch.js/dist/instantsearch.production.min.js"

SUGGESTIONS = [
    ("query", "supply chain", "<mark>sup</mark>ply chain", None),
    ("query", "supercomputer", "<mark>sup</mark>ercomputer", None),
    ("topic", "Supercomputers", "<mark>Sup</mark>ercomputers", None),
    ("article", "A supercomputer in Azure", "A <mark>sup</mark>ercomputer in Azure", "/2020/azure"),
]

ALL = "See all results"
"""Stands below all suggestions."""


def suggested(query: str, suggestions: Sequence[tuple[Any, ...]] = SUGGESTIONS) -> str:
    """An answer of /suggest."""
    names = ("type", "text", "highlight", "url")
    listed = [dict(zip(names, suggestion, strict=True)) for suggestion in suggestions]
    return json.dumps({"query": query, "suggestions": listed})


@dataclass
class Newsroom:
    """`pages` are what the site has, by path; every other path is an empty page.

    `vendored` are files of npm packages by the path that the site serves them under.
    """

    url: str = ""
    service: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    vendored: dict[str, str] = field(default_factory=dict)
    policy: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def embed(
        self, box: str, *, head: str = "", language: str = "en", is_styled: bool = True
    ) -> str:
        """The URL of a page with this in its header."""
        if is_styled:
            head += '<link rel="stylesheet" href="/style.css">'
        self.pages["/embedding"] = f"""<!doctype html><html lang="{language}"><head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>The Paper</title>{head}</head>
<body><header>{box}</header><main><h1>News of the day</h1><p>Nothing happened.</p></main>
</body></html>"""
        return f"{self.url}/embedding"

    def box(self, attributes: str = "", form: str = FORM) -> str:
        return (
            f'<news-search endpoint="{self.service}" {attributes}>{form}</news-search>'
            f'<script type="module" src="{self.service}/static/searchbox.js"></script>'
        )

    @property
    def strict(self) -> str:
        """As strict a policy as a site can have that lets the box in."""
        return (
            f"default-src 'none'; script-src {self.service}; connect-src {self.service}; "
            f"style-src 'self'; form-action 'self' {self.service}; base-uri 'none'; "
            "frame-ancestors 'none'; require-trusted-types-for 'script'"
        )

    def app(self) -> Flask:
        app = Flask("newsroom", static_folder=None)

        @app.get("/")
        @app.get("/<path:path>")
        def page(path: str = "") -> Response:
            if path in self.vendored:
                return send_file(npm_file(self.vendored[path]))
            if path == "style.css":
                return Response(self.pages.get("/style.css", STYLE), mimetype="text/css")
            blank = "<!doctype html><html lang=en><title>Blank</title><h1>Blank</h1></html>"
            kinds = {"css": "text/css", "js": "text/javascript"}
            kind = kinds.get(path.rpartition(".")[2], "text/html")
            response = Response(self.pages.get(f"/{path}", blank), mimetype=kind)
            response.headers.update(self.headers)
            if self.policy:
                response.headers["Content-Security-Policy"] = self.policy
            return response

        return app


def example(site: Newsroom, heading: str) -> str:
    """The URL of a page with the one example under a heading, under the policy that stands there.

    Blocks of CSS and JavaScript begin with the name of the file that the page loads.
    """
    section = re.split(rf"^#+ {heading}$", DOCUMENT, flags=re.MULTILINE)[1]
    section = re.split(r"^#+ ", section, maxsplit=1, flags=re.MULTILINE)[0]
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    told = [(kind, text.replace(SERVICE, site.service)) for kind, text in blocks]
    (code,) = (text for kind, text in told if kind == "html")
    (policy,) = (text for kind, text in told if kind == "http")
    for kind, text in told:
        if kind in ("css", "js"):
            site.pages[f"/search.{kind}"] = text
            assert f"search.{kind}" in text.splitlines()[0] and f'"/search.{kind}"' in code
    site.policy = policy.removeprefix("Content-Security-Policy: ").strip()
    return site.embed(code, is_styled=False)


@contextmanager
def newsroom(engine: Engine | None = None, settings: Settings | None = None) -> Iterator[Newsroom]:
    """The site and a search service on two origins, the site's being allowed to ask."""
    site = Newsroom()
    with serving(site.app()) as site.url:
        allowing = replace(settings or Settings(), cors_origins=(site.url,))
        with serving(create_app(allowing, engine)) as site.service:
            site.policy = site.strict
            with urlopen(f"{site.service}/search?q=any&typing=true&facets=topic") as response:
                response.read()  # the first answer may have to compile: no page waits for that
            yield site


def answer_suggest(page: Any, answer: Callable[[str, Any], None]) -> list[str]:
    """Let `answer(query, route)` answer /suggest; returns the queries as they come in."""
    asked: list[str] = []

    def handle(route: Any) -> None:
        query = parse_qs(urlsplit(route.request.url).query)["q"][0]
        asked.append(query)
        answer(query, route)

    page.route("**/suggest?*", handle)
    return asked


def fulfil(route: Any, body: str, status: int = 200) -> None:
    route.fulfill(
        status=status,
        body=body,
        content_type="application/json",
        headers={"Access-Control-Allow-Origin": "*"},
    )


def as_ever(query: str, route: Any) -> None:
    fulfil(route, suggested(query))


@contextmanager
def watched(page: Any) -> Iterator[Any]:
    """The page, to be used again: nothing may be said on its console, nothing stays behind."""
    complaints: list[str] = []

    def note(message: Any) -> None:
        # Werkzeug's server resets a connection now and then; that is no fault of the page.
        if "ERR_CONNECTION_RESET" not in message.text:
            complaints.append(message.text)

    watchers = {
        "console": note,
        "pageerror": lambda error: complaints.append(str(error)),
        "request": lambda sent: None if "127.0.0.1" in sent.url else complaints.append(sent.url),
    }
    for event, watch in watchers.items():
        page.on(event, watch)
    yield page
    for event, watch in watchers.items():
        page.remove_listener(event, watch)
    page.unroute_all()
    if page.url != "about:blank":
        page.evaluate("localStorage.clear()")
    assert complaints == [], complaints
