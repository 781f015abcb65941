"""What every view works with, kept by the application it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from searchsvc.engine import Engine
from searchsvc.settings import Settings
from searchsvc.web.answers import AnswerCache
from searchsvc.web.links import Links

_KEY = "searchsvc"


@dataclass(frozen=True, slots=True)
class Service:
    """`build` differs whenever the same answer may be written differently."""

    settings: Settings
    engine: Engine
    links: Links
    answers: AnswerCache
    build: str

    def add_to(self, app: Flask) -> None:
        app.extensions[_KEY] = self


def service() -> Service:
    """That of the request being answered."""
    return cast(Service, current_app.extensions[_KEY])
