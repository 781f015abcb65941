"""What answers queries, behind one small protocol; who asks knows nothing of Whoosh."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from searchsvc.articles.article import Article
from searchsvc.search import (
    DEFAULT_SIZE,
    IndexStatus,
    RelatedResult,
    SearchRequest,
    SearchResult,
    Trouble,
)
from searchsvc.settings import Settings, load
from searchsvc.suggest.request import SuggestRequest, SuggestResult

__all__ = ["Engine", "open_engine"]


class Engine(Protocol):
    """Safe to share between threads. What asks the index raises NoIndex while there is none."""

    def search(self, request: SearchRequest) -> SearchResult:
        """What matches, the best first; it takes about the time budget at most."""

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        """What the typed text may become, the likeliest first."""

    def article(self, article_id: str) -> Article | None:
        """A live article, else None. Raises NoIndex where a lost shard may have it."""

    def related(self, article_id: str, size: int = DEFAULT_SIZE) -> RelatedResult | None:
        """At most `size` articles to read after a live one; None where that is not there.

        Raises InvalidRequest for a size that a page cannot have.
        """

    def stamp(self) -> tuple[str, ...]:
        """Equal as long as the same request gets the same answer: what an ETag is made of."""

    def status(self) -> IndexStatus: ...

    def trouble(self) -> Trouble | None:
        """Why an older generation answers than the live one; None as long as all is well."""

    def warning(self) -> str | None:
        """That the index was built with another language than the settings say, if so."""

    def close(self) -> None: ...


def open_engine(index: str | Path | Settings) -> Engine:
    """The engine over an index folder, or as the settings say.

    It follows the live generation by itself, and may be opened before there is one. A generation
    that cannot be opened is tried again, while the one before it answers. Given a folder, all
    other settings come from the file and the environment, as for a command.
    """
    if not isinstance(index, Settings):
        index = load(flags={"index": str(index)}).settings
    if index.engine == "opensearch":
        from searchsvc.engine.opensearch.cluster_engine import ClusterEngine

        return ClusterEngine(index)
    from searchsvc.engine.embedded import EmbeddedEngine

    return EmbeddedEngine(index)
