"""The addresses that pages and answers refer to.

They begin with the setting `public_url`, or are relative to `/`; the Host header is whatever a
client sends, so that nothing is ever built from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from searchsvc.search import SearchRequest, parameters
from searchsvc.web import grouping

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Link:
    """A link on the page: a page of results, a topic, or a filter to set or to remove.

    `label` says what kind of thing the text is, `count` how many results it leads to.
    """

    text: str
    url: str
    count: int | None = None
    is_current: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """`base` has no slash at its end; `digests` tell one version of a static file from another."""

    base: str
    digests: Mapping[str, str]

    def at(self, path: str) -> Links:
        """The links as a response at this path writes them; it may lie deeper than `/`."""
        depth = path.count("/") - 1
        if self.base != "." or depth < 1:
            return self
        return replace(self, base="/".join([".."] * depth))

    def page(self, asked: SearchRequest | None = None) -> str:
        """The search page, with a request's results."""
        return self._with_pairs("/", grouping.to_page(asked) if asked else ())

    def page_of(self, pairs: Pairs) -> str:
        """The search page with these parameters as they are."""
        return self._with_pairs("/", pairs)

    def json(self, asked: SearchRequest) -> str:
        """The same request's results as JSON."""
        return self._with_pairs("/search", parameters.write(asked))

    def feed(self, asked: SearchRequest) -> str:
        """The same request's results as an Atom feed, whose own order is newest first."""
        pairs = [pair for pair in parameters.write(asked) if pair != ("sort", "newest")]
        if asked.sort == "relevance":
            pairs.append(("sort", "relevance"))
        return self._with_pairs("/feed", pairs)

    def article(self, article_id: str) -> str:
        """One article as JSON."""
        return f"{self.base}/articles/{quote(article_id)}"

    def opensearch(self) -> str:
        """What a browser reads to search from its own box."""
        return self._with_pairs("/opensearch.xml", ())

    def static(self, name: str) -> str:
        return self._with_pairs(f"/static/{name}", [("v", self.digests[name])])

    def _with_pairs(self, path: str, pairs: Pairs) -> str:
        query = urlencode(list(pairs))
        return f"{self.base}{path}?{query}" if query else f"{self.base}{path}"
