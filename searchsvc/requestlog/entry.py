"""One line of the log of requests, as it is written and as it is read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import orjson

MAX_TEXT = 400
"""Characters of a query that a line keeps; with them it is never longer than a pipe takes whole."""
MAX_METHOD = 20
_TIMES = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
_MAX_COUNT = 2**53


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """What a search came to. The texts are None where a log is not to hold them."""

    query: str | None
    total: int
    corrected: bool = False
    corrected_to: str | None = None
    relaxed: bool = False
    partial: bool = False
    page: int = 1
    typing: bool = False

    @property
    def is_of_a_reader(self) -> bool:
        """Whether it counts as one search: not another page, nor a word half typed."""
        return self.page == 1 and not self.typing


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One request. It has no address, and of who asked nothing but the request's id.

    `milliseconds` count from its arrival, waiting included; `size` is the body's in bytes, as it
    was sent. `cached` is of an answer that was ready.
    """

    time: datetime
    id: str
    method: str
    route: str
    status: int
    milliseconds: float
    size: int
    outcome: SearchOutcome | None = None
    cached: bool = False

    def to_line(self, *, with_texts: bool) -> bytes:
        body: dict[str, Any] = {
            "time": self.time,
            "id": self.id,
            "method": self.method[:MAX_METHOD],
            "route": self.route,
            "status": self.status,
            "ms": round(self.milliseconds, 3),
            "bytes": self.size,
        }
        if (outcome := self.outcome) is not None:
            body["total"] = outcome.total
            body["zero"] = outcome.total == 0
            body["corrected"] = outcome.corrected
            body["relaxed"] = outcome.relaxed
            body["partial"] = outcome.partial
            body["cached"] = self.cached
            body["page"] = outcome.page
            body["typing"] = outcome.typing
            if with_texts:
                body["q"] = _clipped(outcome.query)
                body["corrected_to"] = _clipped(outcome.corrected_to)
        return orjson.dumps(body, option=_TIMES)

    @classmethod
    def from_line(cls, line: bytes) -> LogEntry:
        """Raises ValueError for what is no line of this log.

        What stands before the object is passed over: a system's log puts names and times there.
        """
        body = orjson.loads(line[max(line.find(b"{"), 0) :])
        if not isinstance(body, dict):
            raise ValueError("no object")
        return cls(
            time=_moment(_text(body, "time")),
            id=_text(body, "id"),
            method=_text(body, "method"),
            route=_text(body, "route"),
            status=_count(body, "status"),
            milliseconds=_number(body, "ms"),
            size=_count(body, "bytes"),
            outcome=_outcome(body) if "total" in body else None,
            cached=_flag(body, "cached"),
        )


def _outcome(body: dict[str, Any]) -> SearchOutcome:
    return SearchOutcome(
        query=_text(body, "q") if body.get("q") is not None else None,
        total=_count(body, "total"),
        corrected=_flag(body, "corrected"),
        corrected_to=_text(body, "corrected_to") if body.get("corrected_to") is not None else None,
        relaxed=_flag(body, "relaxed"),
        partial=_flag(body, "partial"),
        page=_count(body, "page") if "page" in body else 1,
        typing=_flag(body, "typing"),
    )


def _clipped(text: str | None) -> str | None:
    return text if text is None or len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    return value[:MAX_TEXT]


def _number(body: dict[str, Any], name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{name} is no number")
    if not 0 <= value <= _MAX_COUNT:
        raise ValueError(f"{name} is out of bounds")
    return float(value)


def _count(body: dict[str, Any], name: str) -> int:
    if not isinstance(body.get(name), int):
        raise ValueError(f"{name} is no whole number")
    return int(_number(body, name))


def _flag(body: dict[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")
    return value
