"""One address of the service, declared once: routing, /openapi.json and /docs are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

from flask import Flask, Response

from searchsvc.declarations import Declared

JSON = "application/json"
_KEY = "searchsvc.routes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The first line of the view's docstring is the summary; the view's name is the route's.

    `takes` are the parameters of the query string, None where it is not looked at. `shape` is the
    type that the answer is JSON of, str for text. `fails` are the statuses of its problems besides
    500. An answer that `is_tagged` has an ETag. `example` has values of its parameters, and of what
    stands in `<>` in the path, with which the demonstration articles give an answer.
    """

    path: str
    view: Callable[..., Response]
    media_type: str = JSON
    shape: Any = str
    takes: Mapping[str, Declared] | None = None
    fails: tuple[HTTPStatus, ...] = ()
    is_tagged: bool = False
    may_end_with_slash: bool = False
    example: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.view.__name__


def add(app: Flask, routes: Iterable[Route]) -> None:
    """The application answers at these addresses, and tells of them."""
    for route in routes:
        app.add_url_rule(
            route.path, route.name, route.view, strict_slashes=not route.may_end_with_slash
        )
        app.extensions.setdefault(_KEY, []).append(route)


def routes_of(app: Flask) -> list[Route]:
    """In the order in which they were added."""
    return cast(list[Route], app.extensions[_KEY])
