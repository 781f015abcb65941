"""The engines that race: what each must be able to do, and where each is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Protocol, cast

from benchmarks.workload import Query
from searchsvc import Article

TOP = 10
"""Stored articles fetched for every query."""


@dataclass(slots=True)
class Answer:
    """One page. `hits` are the fetched articles as the engine gives them, `titles` read from them.

    `highlights` are title and excerpt of each hit, where asked for.
    """

    total: int
    hits: Sequence[Any]
    titles: list[str]
    exact: bool = True
    highlights: list[tuple[str, str]] = field(default_factory=list)
    facets: dict[str, int] = field(default_factory=dict)
    scores: Sequence[float] = ()


class Peer(Protocol):
    """One engine. Opening it is making it; it may be used by one thread."""

    label: ClassVar[str]

    @staticmethod
    def index(articles: Sequence[Article], folder: Path) -> None:
        """Build a whole index in an empty folder; done when it can be searched."""

    def __init__(self, folder: Path) -> None: ...

    def search(self, query: Query, *, highlight: bool = False) -> Answer: ...


_HOMES = {
    "ours": "benchmarks.peers.ours:Ours",
    "whoosh": "benchmarks.peers.stock_whoosh:StockWhoosh",
    "plain-whoosh": "benchmarks.peers.plain_whoosh:PlainWhoosh",
    "tantivy": "benchmarks.peers.tantivy_peer:Tantivy",
    "fts5": "benchmarks.peers.sqlite_fts5:SqliteFts5",
}
NAMES = tuple(_HOMES)
SHARED_INDEX = {"plain-whoosh": "whoosh"}
"""Peers that ask the index of another one in another way."""


def peer(name: str) -> type[Peer]:
    """The class of a peer; imports only that engine."""
    module, _, attribute = _HOMES[name].partition(":")
    return cast(type[Peer], getattr(import_module(module), attribute))
