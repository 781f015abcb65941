"""An answer on a terminal, for `searchsvc search` and `searchsvc suggest`.

What articles hold is never trusted there: no escape sequence passes, and nothing in a text is
read as rich's own markup.
"""

from __future__ import annotations

import html
import re

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from searchsvc.articles.article import Article
from searchsvc.search import Explanation, Hit, SearchResult
from searchsvc.suggest.request import Suggestion

__all__ = ["print_result", "print_suggestions"]

MAX_EXCERPT = 300
"""Characters of an excerpt that are shown."""

_INDENT = 4
_MARK = re.compile(r"<(/?)mark>")
_HOSTILE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, escapes, and characters that turn the direction of a line."""


def print_result(result: SearchResult, console: Console | None = None) -> None:
    """Each hit with its title, score, provider, date, URL and excerpt; then the total."""
    console = console or Console()
    for notice in _notices(result):
        console.print(notice, soft_wrap=True)
    first = (result.page - 1) * result.size + 1
    for number, hit in enumerate(result.hits, start=first):
        _print_hit(console, number, hit)
    for name, facets in result.facets.items():
        counted = ", ".join(f"{facet.value} {facet.count:,}" for facet in facets)
        console.print(_plain(f"{name}: {counted}"), soft_wrap=True)
    if result.parsed is not None:
        console.print(_plain(f"read as: {result.parsed}", "dim"), soft_wrap=True)
    console.print(_total(result), soft_wrap=True)


def print_suggestions(suggestions: tuple[Suggestion, ...], console: Console | None = None) -> None:
    """A line each: its kind, its text, an article's URL."""
    console = console or Console()
    for suggestion in suggestions:
        line = Text(f"{suggestion.type:<10}", "dim").append_text(_highlighted(suggestion.highlight))
        if suggestion.url:
            line.append("  ").append_text(_plain(suggestion.url, "blue"))
        console.print(line, soft_wrap=True)


def _print_hit(console: Console, number: int, hit: Hit) -> None:
    article = hit.article
    title = _highlighted(hit.highlights.title) if hit.highlights else _plain(article.title)
    title.stylize_before("bold")
    heading = Text(f"{number:>{_INDENT - 1}} ").append_text(title)
    heading.append(f"  {hit.score:.3f}{', pinned' if hit.pinned else ''}", "dim")
    console.print(heading, soft_wrap=True)
    for line in _details(article):
        # Links are copied and piped: they must stay in one piece.
        console.print(Text(" " * _INDENT).append_text(line), soft_wrap=True)
    excerpt = _highlighted(hit.highlights.excerpt) if hit.highlights else _plain(article.excerpt)
    if excerpt:
        excerpt.truncate(MAX_EXCERPT, overflow="ellipsis")
        console.print(Padding(excerpt, (0, 0, 0, _INDENT)))
    for other in hit.also or ():
        line = Text(" " * _INDENT).append("+ ", "dim").append_text(_plain(other.title))
        console.print(line, soft_wrap=True)
    if hit.explain:
        console.print(Padding(_explained(hit.explain), (0, 0, 0, _INDENT)))
    console.print()


def _explained(explain: Explanation) -> Text:
    """text x prior, and what each is made of."""
    parts = [f"{term.field}:{term.term} {term.bm25 * term.boost:.3f}" for term in explain.fields]
    if explain.title_is_query:
        parts.append("the title is the query")
    boost = f" x editors' boost {explain.boost:g}" if explain.boost != 1 else ""
    return _plain(
        f"text {explain.text:.3f} ({', '.join(parts)}) x prior {explain.prior:.3f} "
        f"(1 + quality {explain.quality:.3f} + heat {explain.heat:.3f} "
        f"+ freshness {explain.freshness:.3f}){boost}",
        "dim",
    )


def _details(article: Article) -> list[Text]:
    provider, moment = article.provider, article.published_at
    name = (provider.name or provider.domain) if provider else None
    date = f"{moment.day} {moment:%B %Y}" if moment else None
    line = _plain(" · ".join(filter(None, (name, date))), "cyan")
    return [line for line in (line, _plain(article.url or "", "blue")) if line]


def _total(result: SearchResult) -> Text:
    is_collapsed = any(hit.also is not None for hit in result.hits)
    one, many = ("story", "stories") if is_collapsed else ("article", "articles")
    noun = one if result.total == 1 else many
    least = "at least " if result.partial else ""
    line = f"{least}{result.total:,} {noun}"
    if result.pages > 1:
        line += f", page {result.page:,} of {result.pages:,}"
    return Text(f"{line}, {result.took_ms:.1f} ms", "dim")


def _notices(result: SearchResult) -> list[Text]:
    lines = []
    if result.corrected:
        lines.append(_plain(f"Showing results for {result.corrected}", "yellow"))
    if result.relaxed:
        lines.append(_plain("No article has all the words; these have some of them", "yellow"))
    if result.ignored:
        lines.append(_plain(f"No article has {', '.join(result.ignored)}", "yellow"))
    if result.did_you_mean:
        lines.append(_plain(f"Did you mean {result.did_you_mean}?", "yellow"))
    return lines


def _plain(text: str, style: str = "") -> Text:
    return Text(_HOSTILE.sub(" ", text), style)


def _highlighted(markup: str) -> Text:
    """The engine's HTML: escaped text, in which `<mark>` alone is a tag."""
    text = Text()
    parts = _MARK.split(markup)
    text.append_text(_plain(html.unescape(parts[0])))
    for slash, part in zip(parts[1::2], parts[2::2], strict=True):
        text.append_text(_plain(html.unescape(part), "" if slash else "bold yellow"))
    return text
