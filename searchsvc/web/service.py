"""What every view works with, kept by the application it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from searchsvc.engine import Engine
from searchsvc.metrics import Tally
from searchsvc.settings import Settings
from searchsvc.web.admission import Admission
from searchsvc.web.languages import Wording
from searchsvc.web.links import Links
from searchsvc.web.response_cache import ResponseCache
from searchsvc.web.site import SiteProfile

_KEY = "searchsvc"


@dataclass(frozen=True, slots=True)
class Service:
    """`build` differs whenever the same answer may be written differently."""

    settings: Settings
    engine: Engine
    links: Links
    responses: ResponseCache
    admission: Admission
    tally: Tally
    release: str
    wording: Wording
    site: SiteProfile
    build: str

    def add_to(self, app: Flask) -> None:
        app.extensions[_KEY] = self


def service_of(app: Flask) -> Service:
    return cast(Service, app.extensions[_KEY])


def service() -> Service:
    """The service of the application that answers the current request."""
    return service_of(current_app)
