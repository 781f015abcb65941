"""What is asked of an engine while a reader types, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypedDict

import orjson

from searchsvc.declarations import ValueType, conform, declared
from searchsvc.errors import InvalidRequest
from searchsvc.search.request import DEFAULT_SIZE, MAX_TYPED_LENGTH, SIZE
from searchsvc.search.shapes import SHARDS_LOST, ImageAnswer

Kind = Literal["query", "article", "topic", "provider"]


def _end(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value[-MAX_TYPED_LENGTH:]


_TYPED = ValueType(f"a text, of which the last {MAX_TYPED_LENGTH} characters count", _end)


@dataclass(frozen=True, slots=True)
class SuggestRequest:
    """The text in the box. Its spaces count: after one at its end, a new word begins.

    Checked when made: raises InvalidRequest naming every wrong parameter. Of a long text only the
    end is kept, where the reader types.
    """

    query: str = declared("", _TYPED, "what has been typed so far", "q")
    size: int = declared(DEFAULT_SIZE, SIZE, "suggestions at most")

    def __post_init__(self) -> None:
        if wrong := conform(self):
            raise InvalidRequest(tuple(wrong))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the box: a query to send, a topic or provider to filter by, an article.

    `highlight` is the text as HTML, escaped, with what matches the typed in `<mark>`. `url` is an
    article's own address, None if it has none; `published_at` is its date, as in results, and
    `image` its picture as the stored article has it. All three are None for all others.
    """

    type: Kind
    text: str
    highlight: str
    url: str | None = None
    published_at: str | None = None
    image: ImageAnswer | None = None


@dataclass(frozen=True, slots=True)
class SuggestResult:
    """The suggestions, the likeliest first.

    It is `partial` where shards of a cluster did not answer: others may be lacking.
    """

    suggestions: tuple[Suggestion, ...]
    partial: bool = False

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self.suggestions)


class SuggestAnswer(TypedDict):
    """What the typed text may become, the likeliest first."""

    query: str
    partial: Annotated[bool, SHARDS_LOST]
    suggestions: Sequence[Suggestion]


def suggestions_json(query: str, result: SuggestResult) -> bytes:
    """The suggestions for a typed text, as JSON."""
    body: SuggestAnswer = {
        "query": query,
        "partial": result.partial,
        "suggestions": result.suggestions,
    }
    return orjson.dumps(body)
