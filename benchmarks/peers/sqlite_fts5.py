"""SQLite's FTS5 with external content: the index that comes with Python."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.peers import TOP, Answer
from benchmarks.workload import Query
from searchsvc import Article

FILE = "articles.sqlite3"
TITLE, SCORE = 3, 14
"""Columns of an answer."""
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE article (
    rowid INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, topics TEXT, excerpt TEXT, url TEXT,
    published_at INTEGER, provider TEXT, domain TEXT, category TEXT, type TEXT,
    quality INTEGER, heat INTEGER
);
CREATE TABLE article_topic (topic TEXT, article INTEGER, PRIMARY KEY (topic, article))
    WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(
    title, topics, excerpt, content = 'article', content_rowid = 'rowid',
    tokenize = 'porter unicode61', prefix = '3'
);
INSERT INTO words(words, rank) VALUES ('rank', 'bm25(3.0, 2.0, 1.0)');
"""
FINISH = """
CREATE INDEX topic_of ON article_topic (article, topic);
INSERT INTO words(words) VALUES ('rebuild');
INSERT INTO words(words) VALUES ('optimize');
ANALYZE;
"""
COUNT = "SELECT count(*) FROM words WHERE words MATCH :match"
BEST = """
SELECT words.rowid, article.*, rank, {marks} FROM words JOIN article ON article.rowid = words.rowid
WHERE words MATCH :match ORDER BY rank LIMIT :top
"""
NEWEST = """
SELECT rowid, article.* FROM article
WHERE rowid IN (SELECT rowid FROM words WHERE words MATCH :match)
ORDER BY published_at DESC LIMIT :top
"""
IN_TOPIC = "+words.rowid IN (SELECT article FROM article_topic WHERE topic = :topic)"
"""With `+`, else FTS5 searches anew for every article of the topic."""
TOPICS = """
SELECT topic, count(*) FROM article_topic
WHERE article IN (SELECT rowid FROM words WHERE words MATCH :match)
GROUP BY topic ORDER BY 2 DESC LIMIT 10
"""
MARKS = "highlight(words, 0, '<mark>', '</mark>'), highlight(words, 2, '<mark>', '</mark>')"
MARK_ONE = f"SELECT {MARKS} FROM words WHERE words MATCH :match AND rowid = :rowid"
CONNECTION = "PRAGMA mmap_size = 4000000000; PRAGMA cache_size = -65536; PRAGMA query_only = 1;"


class SqliteFts5:
    label: ClassVar[str] = "SQLite FTS5"

    @staticmethod
    def index(articles: Sequence[Article], folder: Path) -> None:
        connection = sqlite3.connect(folder / FILE)
        connection.executescript(SCHEMA)
        with connection:
            connection.executemany(
                "INSERT INTO article VALUES (" + ",".join("?" * 13) + ")", _rows(articles)
            )
            connection.executemany(
                "INSERT OR IGNORE INTO article_topic VALUES (?, ?)", _topics(articles)
            )
        connection.executescript(FINISH)
        connection.close()

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)
        self._connection.executescript(CONNECTION)

    def search(self, query: Query, *, highlight: bool = False) -> Answer:
        values = {"match": query.text, "topic": query.topic, "top": TOP}
        condition = f" AND {IN_TOPIC}" if query.topic else ""
        (total,) = self._connection.execute(COUNT + condition, values).fetchone()
        if query.newest:
            rows = self._connection.execute(NEWEST, values).fetchall()
            highlights = self._mark(rows, values) if highlight else []
        else:
            best = BEST.replace(":match", f":match{condition}")
            marks = MARKS if highlight else "1"
            rows = self._connection.execute(best.format(marks=marks), values).fetchall()
            highlights = [row[-2:] for row in rows] if highlight else []
        return Answer(
            total=total,
            hits=rows,
            titles=[row[TITLE] for row in rows],
            scores=[] if query.newest else [-row[SCORE] for row in rows],
            highlights=highlights,
            facets=dict(self._connection.execute(TOPICS, values)) if query.topic else {},
        )

    def _mark(self, rows: list[Any], values: dict[str, Any]) -> list[tuple[str, str]]:
        """Only of the ten that are shown: marking all before sorting would be slower."""
        return [
            self._connection.execute(MARK_ONE, values | {"rowid": row[0]}).fetchone()
            for row in rows
        ]


def _rows(articles: Sequence[Article]) -> Iterator[tuple[Any, ...]]:
    for number, article in enumerate(articles):
        provider, date = article.provider, article.published_at
        yield (
            number,
            article.id,
            article.title,
            "\n".join(article.topics),
            article.excerpt,
            article.url,
            int(date.timestamp()) if date else None,
            provider.name if provider else None,
            provider.domain if provider else None,
            article.category,
            article.type,
            article.quality,
            article.heat,
        )


def _topics(articles: Sequence[Article]) -> Iterator[tuple[str, int]]:
    for number, article in enumerate(articles):
        for topic in article.topics:
            yield topic.casefold(), number
