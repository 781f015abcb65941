"""The progress of a run on a terminal: a bar with rate and time left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

T = TypeVar("T")


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


class Bar:
    """Draws on stderr and leaves nothing behind."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)

    def track(self, items: Iterable[T], total: int, label: str) -> Iterator[T]:
        columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), _Rate())
        with Progress(
            *columns, TimeRemainingColumn(), console=self._console, transient=True
        ) as progress:
            yield from progress.track(items, total=total)

    def say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False)
