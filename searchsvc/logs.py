"""What a process says as lines: one for each thing that is said, whatever it is about."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson

_TIMES = orjson.OPT_UTC_Z


def json_line(level: str, message: str, moment: datetime | None = None, /, **more: Any) -> str:
    """One thing as an object on one line; what stands in files may be of any kind."""
    body = {"time": moment or datetime.now(UTC), "level": level, "message": _text(message)}
    body |= {
        name: _text(value) if isinstance(value, str) else value for name, value in more.items()
    }
    line = orjson.dumps(body, option=_TIMES).decode()
    return line if line.isprintable() else "".join(map(_escaped, line))


def one_line(text: str) -> str:
    """The text without what a terminal obeys or would take for another line."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class JsonFormatter(logging.Formatter):
    """Records as `json_line` has them; where something failed, with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        more = {"traceback": self.formatException(record.exc_info)} if record.exc_info else {}
        return json_line(
            record.levelname.lower(),
            record.getMessage(),
            datetime.fromtimestamp(record.created, UTC),
            logger=record.name,
            **more,
        )


class LineFormatter(logging.Formatter):
    """The message alone, as a command says things."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.exc_info:
            message = f"{message}: {record.exc_info[1]!r}"
        return one_line(f"searchsvc: {message}")


class StderrHandler(logging.Handler):
    """Writes to what is standard error at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:  # a fault of the call that logs
            self.handleError(record)
            return
        with suppress(OSError):  # nobody can be told that nobody can be told
            print(line, file=sys.stderr, flush=True)


def log_as(formatter: logging.Formatter) -> None:
    """Warnings of this process go to stderr in this form from now on."""
    root = logging.getLogger()
    for known in root.handlers[:]:
        if isinstance(known, StderrHandler):
            root.removeHandler(known)
    handler = StderrHandler(logging.WARNING)
    handler.setFormatter(formatter)
    root.addHandler(handler)


def of_a_service() -> logging.Formatter:
    """JSON; lines where a person looks on."""
    return LineFormatter() if sys.stderr and sys.stderr.isatty() else JsonFormatter()


def _escaped(char: str) -> str:
    """As JSON writes what terminals obey, or take for the end of a line."""
    return char if char.isprintable() else json.dumps(char)[1:-1]


def _text(text: str) -> str:
    """What UTF-8 cannot hold, as in names of files, is written out."""
    return text.encode("utf-8", "backslashreplace").decode()
