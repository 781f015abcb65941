"""Questions that a finished generation must answer rightly before readers get it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.article import Article
from searchsvc.editorial import EditorialRules
from searchsvc.errors import NoIndex
from searchsvc.index import Generation
from searchsvc.search.budget import Budget
from searchsvc.search.context import SearchContext
from searchsvc.search.evaluator import Evaluator
from searchsvc.search.query_cache import QueryCache
from searchsvc.search.ranking import TITLE_IS_QUERY
from searchsvc.search.view import IndexView, OpenGeneration
from searchsvc.settings import Settings

SAMPLES = 5
MILLISECONDS = 60_000
"""For one question: a slow disk is no fault."""


def fault(folder: Path, settings: Settings, expected: int, now: float) -> str | None:
    """What is wrong with the generation in `folder`, which should hold `expected` live articles."""
    try:
        opened = OpenGeneration(Generation(folder), settings.weights)
        view = opened.at(now)
        if view.articles != expected:
            return f"it holds {view.articles:,} live articles, {expected:,} were indexed"
        for article, doc in _sample(view):
            if not _is_found(view, settings, article, doc):
                return f"{article.id} is not found by its own title"
    except NoIndex as error:
        return str(error)
    return None


def _sample(view: IndexView) -> Iterator[tuple[Article, int]]:
    """The newest article, and some spread over the index."""
    docs: NDArray[np.intp] = np.flatnonzero(view.live)
    if not len(docs):
        return
    spread = docs[np.linspace(0, len(docs) - 1, num=SAMPLES - 1, dtype=np.intp)]
    newest = docs[np.argmax(view.generation.columns.published_at[docs])]
    for doc in sorted({int(newest), *map(int, spread)}):
        (stored,) = view.generation.stored_of([doc])
        yield Article.from_json(stored), doc


def _is_found(view: IndexView, settings: Settings, article: Article, doc: int) -> bool:
    budget = Budget.of(time.perf_counter(), MILLISECONDS)
    evaluator = Evaluator(view, settings.boost_exact, budget)
    context = SearchContext(QueryCache(view, EditorialRules()), evaluator)
    parsed = context.parse(article.title)
    if not parsed.has_words:
        return True  # nothing but signs: it cannot be searched for
    score = context.find(parsed).matches.scores_of(np.array([doc], np.int32))[0]
    return bool(score >= TITLE_IS_QUERY)
