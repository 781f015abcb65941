"""How a run tells where it is: a bar on a terminal, a line now and then anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
LINE_EVERY_SECONDS = 10.0


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

    def track(self, items: Iterable[T], total: int, label: str) -> Iterator[T]:
        started = said = time.monotonic()
        for done, item in enumerate(items):
            now = time.monotonic()
            if now - said >= LINE_EVERY_SECONDS:
                said = now
                rate = done / (now - started)
                left = (total - done) / rate if rate else 0.0
                self.say(f"{label}: {done:,} of {total:,}, {rate:,.0f}/s, {left:.0f} s left")
            yield item

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)


class Bar(Lines):
    """For a terminal: a bar on stderr with the time left, which leaves nothing behind."""

    def track(self, items: Iterable[T], total: int, label: str) -> Iterator[T]:
        from rich import progress
        from rich.console import Console

        columns = (
            progress.TextColumn(label),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeRemainingColumn(),
        )
        with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            yield from bar.track(items, total=total)


def for_stderr() -> Progress:
    """A bar if somebody is looking."""
    return Bar() if sys.stderr.isatty() else Lines()
