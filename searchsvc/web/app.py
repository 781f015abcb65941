"""The application factory: puts an engine, the settings and the routes together."""

from __future__ import annotations

import hashlib
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from searchsvc.engine import Engine, open_engine
from searchsvc.metrics import Layout, Level, Tally
from searchsvc.remembering import remember_less
from searchsvc.settings import UI_LANGUAGES, Settings, load
from searchsvc.web import (
    compression,
    feed,
    headers,
    observing,
    opensearch,
    page,
    problems,
    reference,
    routes,
    scrape,
    site_files,
    suggestions,
    templating,
)
from searchsvc.web.admission import AT_WORK_ON_A_CLUSTER, Admission, Overloaded
from searchsvc.web.languages import wording_of
from searchsvc.web.links import Links
from searchsvc.web.response_cache import ResponseCache
from searchsvc.web.service import Service, service_of
from searchsvc.web.site import site_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask.typing import ResponseReturnValue

STATIC_MAX_AGE = 3600
"""Seconds; links to our own files carry a digest, so a change is seen at once."""
_REFUSAL = "searchsvc.refusal"
"""Where a request's environment has the reason for which it is not admitted."""


class Application(Flask):
    """Flask without redirects of its own, and with one request at work at a time."""

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Wait until the request is admitted; what tells of the process itself does not wait.

        An empty path is `/`; Werkzeug would redirect to whatever the Host header names.
        """
        path = environ["PATH_INFO"] = environ.get("PATH_INFO") or "/"
        observing.begin(environ)
        if path in routes.AT_ONCE:
            return super().wsgi_app(environ, start_response)
        try:
            with service_of(self).admission:
                return super().wsgi_app(environ, start_response)
        except Overloaded as refusal:
            service_of(self).tally.count(refusal.event)
            environ[_REFUSAL] = refusal
            return super().wsgi_app(environ, start_response)

    def make_default_options_response(self) -> Response:
        """What may be done at an address; the answer has no body and so no type."""
        response: Response = super().make_default_options_response()
        response.headers["Allow"] = ", ".join(sorted(response.allow))
        del response.headers["Content-Type"]
        return response

    def dispatch_request(self) -> ResponseReturnValue:
        if refusal := request.environ.get(_REFUSAL):
            raise refusal
        return super().dispatch_request()


def create_app(settings: Settings | None = None, engine: Engine | None = None) -> Flask:
    """The WSGI application. There need not be an index yet: /search answers 503 until there is."""
    settings = settings or load().settings
    remember_less()
    app = Application("searchsvc.web", template_folder="templates", static_folder="static")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_MAX_AGE
    # Werkzeug's redirects are built from the Host header; see also Application.
    app.url_map.merge_slashes = False
    root = Path(app.root_path)
    links = Links(settings.public_url or ".", _digests(root))
    wording = wording_of(page_language(settings))
    site = site_of(settings, links, wording.say(templating.NAME))
    templating.add_to(app, settings, wording, site, links)
    responses = ResponseCache(settings.answer_cache_mb)
    engine = engine or open_engine(settings)
    for part in (routes, suggestions, opensearch, feed, page, reference, scrape):
        part.add_to(app)
    site_files.add_to(app, site)
    tally = Tally(
        Layout(tuple(rule.rule for rule in app.url_map.iter_rules())), settings.metrics_dir
    )
    at_work = AT_WORK_ON_A_CLUSTER if settings.engine == "opensearch" else 1
    admission = Admission(settings.queue_limit, partial(tally.set, Level.WAITING), at_work)
    release = _release()
    build = _build(root, release, templating.digest_of(settings, site, wording, links.base))
    Service(
        *(settings, engine, links, responses, admission, tally, release, wording, site, build)
    ).add_to(app)
    # What changes responses does so in the opposite order.
    for part in (observing, problems, compression, headers):
        part.add_to(app)
    return app


def page_language(settings: Settings) -> str:
    """The language of the page's own words; articles may be in another."""
    if settings.ui_language:
        return settings.ui_language
    return settings.language if settings.language in UI_LANGUAGES else "en"


def _digests(root: Path) -> dict[str, str]:
    """A short digest of each static file, by its name."""
    return {
        file.name: hashlib.blake2b(file.read_bytes(), digest_size=4).hexdigest()
        for file in root.glob("static/*.*")
    }


def _release() -> str:
    try:
        return version("searchsvc")
    except PackageNotFoundError:
        return "unreleased"


def _build(root: Path, release: str, site: bytes) -> str:
    """A text that differs between versions of the service, its templates and static files, and
    between sites and the addresses that links begin with.
    """
    digest = hashlib.blake2b(release.encode() + site, digest_size=8)
    files = [*root.glob("templates/*.html"), *root.glob("static/*.*"), *root.rglob("*.mo")]
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()
