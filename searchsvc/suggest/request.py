"""What is asked of an engine while a reader types, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from searchsvc.errors import InvalidRequest, ParameterError
from searchsvc.search import MAX_QUERY_LENGTH, MAX_SIZE

Kind = Literal["query", "article", "topic", "provider"]

DEFAULT_SIZE = 10


@dataclass(frozen=True, slots=True)
class SuggestRequest:
    """What stands in the box, spaces included: after one at its end, a new word begins.

    Checked when made: raises InvalidRequest naming every wrong parameter.
    """

    query: str = ""
    size: int = DEFAULT_SIZE

    def __post_init__(self) -> None:
        wrong = []
        if not isinstance(self.query, str):
            wrong.append(ParameterError("q", repr(self.query), "a text"))
        elif len(self.query) > MAX_QUERY_LENGTH:
            wrong.append(
                ParameterError(
                    "q", f"{len(self.query)} characters", f"at most {MAX_QUERY_LENGTH} characters"
                )
            )
        if type(self.size) is not int or not 1 <= self.size <= MAX_SIZE:
            wrong.append(
                ParameterError("size", str(self.size), f"a whole number from 1 to {MAX_SIZE}")
            )
        if wrong:
            raise InvalidRequest(tuple(wrong))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the box: a query to send, a topic or provider to filter by, an article.

    `highlight` is the text as HTML, escaped, with what matches the typed in `<mark>`. `url` is an
    article's own address, None if it has none, and None for all others.
    """

    type: Kind
    text: str
    highlight: str
    url: str | None = None
