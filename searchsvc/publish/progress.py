"""How a run tells where it is: one line that changes on a terminal, new ones anywhere else."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Protocol, TypeVar

from searchsvc.logs import json_line

T = TypeVar("T")

_CLEARED = "\r\x1b[K"


class Progress(Protocol):
    def track(self, items: Iterable[T], total: int, label: str) -> Iterator[T]:
        """Pass the items on, showing how many have gone by."""

    def say(self, text: str) -> None:
        """A step that has no count."""


class Silent:
    def track(self, items: Iterable[T], total: int, label: str) -> Iterator[T]:
        yield from items

    def say(self, text: str) -> None:
        pass


class Lines:
    """For cron and logs: plain lines on stderr."""

    every_seconds = 10.0

    def track(self, items: Iterable[T], total: int, label: str) -> Iterator[T]:
        started = said = time.monotonic()
        for done, item in enumerate(items):
            now = time.monotonic()
            if now - said >= self.every_seconds:
                said = now
                rate = done / (now - started)
                left = (total - done) / rate if rate else 0.0
                self._show(f"{label}: {done:,} of {total:,}, {rate:,.0f}/s, {left:.0f} s left")
            yield item

    def say(self, text: str) -> None:
        _print(text, "\n")

    def _show(self, text: str) -> None:
        self.say(text)


class JsonLines(Lines):
    """For programs that read logs: an object a line."""

    def say(self, text: str) -> None:
        super().say(json_line("info", text, event="progress"))


class ChangingLine(Lines):
    """For a terminal: a line of stderr that is written over, and leaves nothing behind."""

    every_seconds = 0.1

    def track(self, items: Iterable[T], total: int, label: str) -> Iterator[T]:
        try:
            yield from super().track(items, total, label)
        finally:
            self._show("")

    def _show(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        _print(_CLEARED + text[:width], "")


def _print(text: str, end: str) -> None:
    with suppress(OSError):  # a run does not end because nobody can be told
        print(text, end=end, file=sys.stderr, flush=True)


def for_stderr(*, as_json: bool = False) -> Progress:
    """A line that changes if somebody is looking; nothing where stderr is closed."""
    if sys.stderr is None:
        return Silent()
    if as_json:
        return JsonLines()
    return ChangingLine() if sys.stderr.isatty() else Lines()
