"""Whoever types an article's whole title gets that article first, whatever signs are in it."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from searchsvc.engine import Engine
from searchsvc.errors import InvalidRequest
from searchsvc.search import SearchRequest
from tests.conftest import SHARED

Write = Callable[..., Path]
Indexed = Callable[..., Engine]

TITLES = [
    "Apple -Google merger",
    "Sink OR swim",
    "To be OR not to be",
    "The Who",
    "to be or not to be",
    'The "best" of 2020',
    '"Quoted"-led coalition',
    "An unclosed “quote",
    "topic:AI site:example.com when:7d",
    "Topic: AI",
    "title:",
    "Who? What? When?",
    "M*A*S*H reunion",
    "Sh*t happens",
    "C++ (20) -- what's new?",
    "AC/DC & friends: 10:30 show",
    "f(x) = -x",
    "-40 degrees in -Yakutsk-",
    "((()))) tangled",
    "A",
    "日本",
    "語",
    "東京-大阪 (新幹線)",
    "🚀",
    "before:2021 after:2020",
    "R&D at AT&T",
    "Itâ€™s here",
    "Ⅷ ﬁne — Ｆull",
]


def first(engine: Engine, query: str) -> str | None:
    hits = engine.search(SearchRequest(query, highlight=False)).hits
    return hits[0].title if hits else None


def test_titles_of_any_signs_are_first(write: Write, indexed: Indexed) -> None:
    for number, title in enumerate(TITLES):
        write(f"exact-{number}", title=title, heat=0, quality=0)
        write(
            f"more-{number}",
            title=f"{title} and more {title}",
            excerpt=f"{title} {title}",
            topics=[title],
            heat=900,
            quality=180,
        )
    engine = indexed()
    shown = {title: title.replace("â€™", "’") for title in TITLES}
    asked = {title: first(engine, title) for title in TITLES}
    same_words = {"to be or not to be": "To be OR not to be"}
    wrong = {
        title: found
        for title, found in asked.items()
        if found not in (shown[title], same_words.get(title))
    }
    assert wrong == {}


def headlines(count: int) -> Iterator[tuple[str, str]]:
    path = SHARED / "data" / "headlines" / "headlines-en-100k.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, 0, count * 20, 20):
            row = json.loads(line)
            yield row["title"], row.get("excerpt") or ""


@pytest.mark.shared
def test_real_headlines_find_themselves(write: Write, indexed: Indexed) -> None:
    for number, (title, excerpt) in enumerate(headlines(1_500)):
        write(str(number), title=title, excerpt=excerpt, heat=number % 300, quality=number % 100)
    engine = indexed()
    every = [engine.article(str(number)) for number in range(1_500)]
    titles = [article.title for article in every if article]
    asked = random.Random(5).sample(titles, 400)
    wrong = []
    for title in asked:
        try:
            found = first(engine, title)
        except InvalidRequest:  # longer than a query may be
            continue
        if found is None or found.casefold() != title.casefold():
            wrong.append((title, found))
    assert len(wrong) <= len(asked) * 0.005, wrong
