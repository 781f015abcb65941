"""What the files of a corpus call their fields, and what most of its articles lack."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from searchsvc.articles.article import Article
from searchsvc.articles.frontmatter import FrontMatter
from searchsvc.articles.keys import DEFAULTS, FieldKeys
from searchsvc.articles.rejection import printable

FILE_NAME = "the file's name"
"""Where a date may stand as well."""
MAX_TOLD = 30
"""Keys that are told of those that are not read."""
_LACKED = {
    "published_at": ("date", "they are never new; name the key that has it in `fields`"),
    "url": ("link", "their titles lead nowhere; set `url_template`"),
    "excerpt": ("excerpt", "name the key that has one in `fields`"),
}


@dataclass(slots=True)
class KeyCensus:
    """Counted as files are read.

    read     for each field, how many files have it under which key
    unread   in how many files each other key stands
    lacking  how many articles have no date, link or excerpt
    shared   the first article of each link, and how many others have the same one
    """

    keys: FieldKeys
    read: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    unread: Counter[str] = field(default_factory=Counter)
    lacking: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    _links: dict[str, str] = field(default_factory=dict)
    _twins: list[tuple[str, str]] = field(default_factory=list)

    def see(self, written: FrontMatter, front: FrontMatter, article: Article | None) -> None:
        """A file's keys as they stand there and as fields, and its article if it is live."""
        for name, value in front.values.items():
            if name in DEFAULTS and value not in (None, "", [], {}):
                self.read[name][front.name(name)] += 1
        self.unread.update(self.keys.unknown(written.values))
        if article is None:
            return
        self.articles += 1
        self.lacking.update(name for name in _LACKED if not getattr(article, name))
        if article.published_at and "publishedDateTime" not in front.values:
            self.read["publishedDateTime"][FILE_NAME] += 1
        if article.url:
            first = self._links.setdefault(article.url, article.id)
            if first != article.id:
                self._twins.append((article.id, first))

    def advice(self) -> Iterator[str]:
        """What is most likely not as it was meant, of the corpus as a whole."""
        for name, (word, then) in _LACKED.items():
            if (count := self.lacking[name]) * 2 > self.articles:
                yield f"{count:,} of {self.articles:,} articles have no {word}: {then}"
        if self._twins:
            one, other = self._twins[0]
            told = f"articles with the link of another: {len(self._twins):,}"
            yield f"{told}; {one} has that of {other}"

    def lines(self) -> Iterator[str]:
        """Which keys are read as what, in the order of the fields, and which are not."""
        rows = [(name, self.read[name].most_common()) for name in DEFAULTS if name in self.read]
        if self.unread:
            rows.append(("not read", self.unread.most_common(MAX_TOLD)))
        width = max((len(name) for name, _ in rows), default=0)
        for name, counted in rows:
            told = ", ".join(f"{key} {count:,}" for key, count in counted)
            yield printable(f"{name:<{width}}  {told}")
        yield from (printable(f"advice: {one}") for one in self.advice())

    def to_json(self) -> dict[str, Any]:
        return {
            "keys": {name: dict(self.read[name]) for name in DEFAULTS if name in self.read},
            "unread": dict(self.unread.most_common()),
            "advice": list(self.advice()),
        }
