"""What every view works with, kept by the application it belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from searchsvc.engine import Engine
from searchsvc.settings import Settings
from searchsvc.web.answers import AnswerCache
from searchsvc.web.links import Links

_KEY = "searchsvc"


@dataclass(frozen=True, slots=True)
class Question:
    """What a route was asked. Equal keys get the same answer from the same index.

    `make` gives the answer's body, and whether it is whole: one that is not may be the next time,
    so that neither we nor anybody else must keep it.
    """

    key: tuple[object, ...]
    mimetype: str
    make: Callable[[], tuple[bytes, bool]]


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

    def tag(self, key: tuple[object, ...]) -> str:
        """An ETag's text for what is asked, of the live index. Raises NoIndex.

        Taken before the search: should the index change in between, the next question finds the
        tag out of date.
        """
        text = repr((self.build, self.engine.stamp(), key))
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()

    def answer(self, question: Question, tag: str) -> tuple[bytes, bool]:
        """A ready answer, or one that is made now and kept if it is whole. Raises as `make`."""
        if not self.answers.is_on:
            return question.make()
        # A body may tell when a run last looked, which changes nothing else.
        name = f"{tag} {self.engine.status().checked_at}"
        ready = self.answers.get(name)
        if ready is not None:
            return ready, True
        body, is_whole = question.make()
        if is_whole:
            self.answers.put(name, body)
        return body, is_whole


def service_of(app: Flask) -> Service:
    return cast(Service, app.extensions[_KEY])


def service() -> Service:
    """That of the request being answered."""
    return service_of(current_app)
