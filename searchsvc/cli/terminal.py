"""An answer on a terminal, for `searchsvc search` and `searchsvc suggest`.

What articles hold is never trusted there: no escape sequence of theirs passes.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

import click

from searchsvc.articles.article import Article
from searchsvc.search import Explanation, Hit, SearchResult
from searchsvc.suggest.request import Suggestion

__all__ = ["print_result", "print_suggestions"]

MAX_EXCERPT = 300
"""Characters of an excerpt that are shown."""

_INDENT = " " * 4
_MARK = re.compile(r"</?mark>")
_HOSTILE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, escapes, and characters that turn the direction of a line."""
_TURN = "\0"
"""Where a match starts or ends in a text: no text of an article holds one."""


def print_result(result: SearchResult, color: bool | None = None) -> None:
    """Each hit with its title, score, provider, date, URL and excerpt; then the total.

    In colours if the output is a terminal, or as `color` says.
    """
    _print(_result(result), color)


def print_suggestions(suggestions: tuple[Suggestion, ...], color: bool | None = None) -> None:
    """A line each: its kind, its text, an article's URL."""
    _print(map(_suggestion, suggestions), color)


def _print(lines: Iterable[str], color: bool | None) -> None:
    if os.environ.get("NO_COLOR"):
        color = False
    for line in lines:
        click.echo(line, file=sys.stdout, color=color)


def _result(result: SearchResult) -> Iterator[str]:
    for notice in _notices(result):
        yield click.style(_plain(notice), fg="yellow")
    first = (result.page - 1) * result.size + 1
    for number, hit in enumerate(result.hits, start=first):
        yield from _hit(number, hit)
    for name, facets in result.facets.items():
        counted = ", ".join(f"{facet.value} {facet.count:,}" for facet in facets)
        yield _plain(f"{name}: {counted}")
    if result.parsed is not None:
        yield click.style(_plain(f"read as: {result.parsed}"), dim=True)
    yield click.style(_total(result), dim=True)


def _suggestion(suggestion: Suggestion) -> str:
    line = click.style(f"{suggestion.type:<10}", dim=True)
    line += _styled(_highlighted(suggestion.highlight))
    if suggestion.url:
        line += "  " + click.style(_plain(suggestion.url), fg="blue")
    return line


def _hit(number: int, hit: Hit) -> Iterator[str]:
    article, marked = hit.article, hit.highlights
    title = _highlighted(marked.title) if marked else _plain(article.title)
    score = click.style(f"  {hit.score:.3f}{', pinned' if hit.pinned else ''}", dim=True)
    yield f"{number:>{len(_INDENT) - 1}} {_styled(title, bold=True)}{score}"
    # Links are copied and piped: they must stay in one piece.
    yield from (_INDENT + line for line in _details(article))
    excerpt = _highlighted(marked.excerpt) if marked else _plain(article.excerpt)
    if len(excerpt) > MAX_EXCERPT:
        excerpt = excerpt[: MAX_EXCERPT - 1] + "…"
    if excerpt:
        yield _styled(_indented(excerpt))
    for other in hit.also or ():
        yield f"{_INDENT}{click.style('+ ', dim=True)}{_plain(other.title)}"
    if hit.explain:
        yield click.style(_indented(_plain(_explained(hit.explain))), dim=True)
    yield ""


def _indented(text: str) -> str:
    """In lines as wide as the terminal."""
    return textwrap.fill(
        text,
        shutil.get_terminal_size().columns,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _explained(explain: Explanation) -> str:
    """text x prior, and what each is made of."""
    parts = [f"{term.field}:{term.term} {term.bm25 * term.boost:.3f}" for term in explain.fields]
    if explain.title_is_query:
        parts.append("the title is the query")
    boost = f" x editors' boost {explain.boost:g}" if explain.boost != 1 else ""
    return (
        f"text {explain.text:.3f} ({', '.join(parts)}) x prior {explain.prior:.3f} "
        f"(1 + quality {explain.quality:.3f} + heat {explain.heat:.3f} "
        f"+ freshness {explain.freshness:.3f}){boost}"
    )


def _details(article: Article) -> Iterator[str]:
    provider, moment = article.provider, article.published_at
    name = (provider.name or provider.domain) if provider else None
    date = f"{moment.day} {moment:%B %Y}" if moment else None
    if name or date:
        yield click.style(_plain(" · ".join(filter(None, (name, date)))), fg="cyan")
    if article.url:
        yield click.style(_plain(article.url), fg="blue")


def _total(result: SearchResult) -> str:
    is_collapsed = any(hit.also is not None for hit in result.hits)
    one, many = ("story", "stories") if is_collapsed else ("article", "articles")
    noun = one if result.total == 1 else many
    least = "at least " if result.partial else ""
    line = f"{least}{result.total:,} {noun}"
    if result.pages > 1:
        line += f", page {result.page:,} of {result.pages:,}"
    return f"{line}, {result.took_ms:.1f} ms"


def _notices(result: SearchResult) -> list[str]:
    lines = []
    if result.corrected:
        lines.append(f"Showing results for {result.corrected}")
    if result.relaxed:
        lines.append("Few or no articles have all the words; others have some of them")
    if result.ignored:
        lines.append(f"No article has {', '.join(result.ignored)}")
    if result.did_you_mean:
        lines.append(f"Did you mean {result.did_you_mean}?")
    return lines


def _plain(text: str) -> str:
    return _HOSTILE.sub(" ", text)


def _highlighted(markup: str) -> str:
    """The engine's HTML as text that turns where matches start and end.

    The HTML is escaped text, in which `<mark>` alone is a tag.
    """
    return _TURN.join(_plain(html.unescape(part)) for part in _MARK.split(markup))


def _styled(text: str, *, bold: bool = False) -> str:
    """The text as it is sent, with what stands between turns in the style of a match."""
    styles: tuple[dict[str, Any], ...] = ({"bold": bold or None}, {"fg": "yellow", "bold": True})
    parts = enumerate(text.split(_TURN))
    return "".join(click.style(part, **styles[place % 2]) for place, part in parts if part)
