"""Whether the page shows one article of each story, or every article.

/search lists every article unless asked to collapse; the page groups stories unless asked not to.
So the same choice is written differently in the two kinds of address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from searchsvc.declarations import Declared, choice
from searchsvc.search import SearchRequest, parameters
from searchsvc.web.querystring import Pairs

NAME, STORY, NONE = "collapse", "story", "none"
DECLARED = Declared(
    NAME,
    NAME,
    STORY,
    choice(STORY, NONE),
    "whether one article of each story is shown, or every article",
)
"""The page's own parameter of this name."""


def of_page(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """A page's parameters as those of /search."""
    pairs = list(pairs)
    given = [text.strip() for name, text in pairs if name == NAME and text.strip()]
    if given and set(given) != {NONE}:
        return pairs  # `parse` reports a wrong one
    kept = [(name, text) for name, text in pairs if name != NAME]
    return kept if given else [*kept, (NAME, STORY)]


def to_page(asked: SearchRequest) -> Pairs:
    """A request as parameters of the page."""
    pairs = [pair for pair in parameters.write(asked) if pair != (NAME, STORY)]
    return pairs if asked.collapse else [*pairs, (NAME, NONE)]


def default(asked: SearchRequest) -> SearchRequest:
    return replace(asked, collapse=STORY)


def switched(asked: SearchRequest) -> SearchRequest:
    """The first page, grouped if it was not, else not grouped."""
    return replace(asked, page=1, collapse=None if asked.collapse else STORY)
