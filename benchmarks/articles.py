"""The articles of a race: real headlines, or as many as wanted by recombining their halves."""

from __future__ import annotations

import gzip
import html
import json
import math
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from searchsvc import Article
from searchsvc.articles.article import Provider

SEED = 20200520
MISSING_NUMBERS = 1 / 40
"""The share of articles without quality and heat, as in real collections."""
FOLDER_SIZE = 1000
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|^[^<>]*/>")


def load(headlines: Path, count: int, body_words: int = 0) -> list[Article]:
    """The first `count` headlines of a `.jsonl.gz`; beyond its end, recombined ones.

    Quality and heat are made up, from a seed: the same for every run. So are bodies: the texts of
    articles drawn at random, up to so many words.
    """
    chance = random.Random(SEED)
    articles: list[Article] = []
    with gzip.open(headlines, "rt", encoding="utf-8") as lines:
        for line in lines:
            if len(articles) == count:
                break
            articles.append(_article(json.loads(line), len(articles), chance))
    articles += _recombined(articles, count - len(articles), chance)
    if body_words:
        texts = [f"{article.title}. {article.excerpt}".split() for article in articles]
        articles = [replace(of, body=_body(texts, body_words, chance)) for of in articles]
    return articles


def _body(texts: Sequence[list[str]], size: int, chance: random.Random) -> str:
    words: list[str] = []
    while len(words) < size:
        words += chance.choice(texts)
    return " ".join(words[:size])


def _article(row: dict[str, Any], number: int, chance: random.Random) -> Article:
    quality, heat = numbers(chance)
    name, domain = row.get("provider") or None, row.get("domain") or None
    topics = {topic.casefold(): topic for topic in row.get("topics") or () if topic}
    date = row.get("publishedDateTime")
    return Article(
        id=_id(number),
        title=_plain(row["title"]),
        excerpt=_plain(row.get("excerpt") or ""),
        url=row.get("webUrl") or f"https://example.com/{number}",
        published_at=datetime.fromisoformat(date) if date else None,
        provider=Provider(name, domain) if name or domain else None,
        category="news",
        type="article",
        topics=tuple(topics.values()),
        quality=quality,
        heat=heat,
    )


def _recombined(articles: Sequence[Article], count: int, chance: random.Random) -> list[Article]:
    """The first half of one title (and excerpt) and the second half of another's.

    Neighbouring words stay neighbours, so that phrases and several words still have matches.
    """
    made = []
    for number in range(len(articles), len(articles) + max(count, 0)):
        first, second = chance.choice(articles), chance.choice(articles)
        quality, heat = numbers(chance)
        made.append(
            replace(
                first,
                id=_id(number),
                title=_halves(first.title, second.title),
                excerpt=_halves(first.excerpt, second.excerpt),
                url=f"https://example.com/{number}",
                published_at=second.published_at,
                quality=quality,
                heat=heat,
            )
        )
    return made


def _halves(first: str, second: str) -> str:
    head, tail = first.split(), second.split()
    return " ".join(head[: (len(head) + 1) // 2] + tail[len(tail) // 2 :])


def _id(number: int) -> str:
    return f"{number // FOLDER_SIZE:04d}/{number:07d}"


def _plain(text: str) -> str:
    """Without mark-up, so that every engine is given the same words."""
    return " ".join(_TAG.sub(" ", html.unescape(html.unescape(text))).split())


def numbers(chance: random.Random) -> tuple[int | None, int | None]:
    """Quality about normal around 65, heat with a heavy tail."""
    quality = min(max(round(chance.gauss(65, 18)), 11), 189)
    heat = min(round(-28 * math.log(1 - chance.random())), 400)
    return (None, None) if chance.random() < MISSING_NUMBERS else (quality, heat)


_UNPRINTABLE = re.compile("[\x7f-\x84\x86-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write_corpus(articles: Iterable[Article], folder: Path) -> None:
    """One file with front matter for each article, at its id."""
    made = set()
    for article in articles:
        path = folder / f"{article.id}.md"
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_text(front_matter(article), encoding="utf-8")


def front_matter(article: Article) -> str:
    """An article as a news site's own files write it."""
    values: list[tuple[str, object]] = [
        ("category", article.category),
        ("title", article.title),
        ("excerpt", article.excerpt),
        ("webUrl", article.url),
        ("type", article.type),
    ]
    lines = ["---", *(f"{key}: {_quoted(str(value))}" for key, value in values)]
    if article.published_at:
        lines.append(f"publishedDateTime: {article.published_at:%Y-%m-%dT%H:%M:%SZ}")
    if article.quality is not None:
        lines += [f"quality: {article.quality}", f"heat: {article.heat}"]
    lines += ["published: true", ""]
    if article.provider:
        parts = {"name": article.provider.name, "domain": article.provider.domain}
        lines += ["provider:", *(f"  {k}: {_quoted(v)}" for k, v in parts.items() if v), ""]
    if article.topics:
        lines += ["topics:", *(f"  - {_quoted(topic)}" for topic in article.topics), ""]
    return "\n".join([*lines, "---", ""])


def _quoted(text: str) -> str:
    """A YAML double-quoted scalar: a JSON string, with what YAML calls unprintable escaped."""
    plain = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", plain)
