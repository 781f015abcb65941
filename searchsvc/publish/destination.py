"""Where a run publishes: the index folder, or a cluster."""

from __future__ import annotations

from typing import Protocol

from searchsvc.articles.article import Article
from searchsvc.errors import SearchsvcError
from searchsvc.publish.before import Before
from searchsvc.publish.state import CorpusState


class FailedCheck(SearchsvcError):
    """What was built does not answer as it should; it is not published."""


class Builder(Protocol):
    """Takes what is new. An article that is there is deleted before it is added again."""

    def add(self, article: Article) -> None: ...

    def delete(self, article_id: str) -> bool: ...

    def rate(self, article_id: str, quality: int | None, heat: int | None) -> bool: ...


class Destination(Protocol):
    """Of one run, which holds the lock of the index folder. What raises changes nothing live."""

    def clear(self) -> None:
        """Removes what runs that were killed left behind."""

    def before(self, *, full: bool) -> Before:
        """What is live, and whether the run can begin from it."""

    def prepare(self) -> None:
        """Imports what building takes, while others read the corpus."""

    def building(self) -> Builder:
        """Made when first asked for."""

    @property
    def is_building(self) -> bool: ...

    def keep(self, after: CorpusState, now: float) -> str:
        """Notes that what is live was found to be what the corpus says; its name."""

    def publish(self, after: CorpusState, articles: int, now: float) -> str:
        """Makes what was built the live index, of so many live articles; its name.

        Raises FailedCheck.
        """

    def discard(self) -> None:
        """Gives up what is being built, if anything."""
