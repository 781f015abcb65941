"""Questions that a finished generation must answer rightly before readers get it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from searchsvc.analysis import stemmer, words
from searchsvc.articles.article import Article
from searchsvc.engine.generation import Generation
from searchsvc.errors import NoIndex
from searchsvc.query.nodes import AllOf, Word
from searchsvc.query.syntax import MAX_WORDS
from searchsvc.query.tree import TreeBuilder
from searchsvc.scoring.evaluator import evaluate
from searchsvc.search.ranking import TITLE_IS_QUERY
from searchsvc.settings import Settings

SAMPLES = 5


def fault(folder: Path, settings: Settings, expected: int, now: float) -> str | None:
    """What is wrong with the generation in `folder`, which should hold `expected` live articles."""
    try:
        generation = Generation(folder, settings.weights)
        live = generation.moment(now).live
        if int(live.sum()) != expected:
            return f"it holds {int(live.sum()):,} live articles, {expected:,} were indexed"
        for article, doc in _sample(generation, np.flatnonzero(live)):
            if not _is_found(generation, settings, article, doc):
                return f"{article.id} is not found by its own title"
    except NoIndex as error:
        return str(error)
    return None


def _sample(
    generation: Generation, docs: np.typing.NDArray[np.intp]
) -> Iterator[tuple[Article, int]]:
    """The newest article, and some spread over the index."""
    if not len(docs):
        return
    spread = docs[np.linspace(0, len(docs) - 1, num=SAMPLES - 1, dtype=np.intp)]
    newest = docs[np.argmax(generation.columns.published_at[docs])]
    for doc in sorted({int(newest), *map(int, spread)}):
        yield Article.from_json(generation.stored(doc)), doc


def _is_found(generation: Generation, settings: Settings, article: Article, doc: int) -> bool:
    terms = [Word(word.terms) for word in words(article.title)][:MAX_WORDS]
    if not terms:
        return True  # nothing but signs: it cannot be searched for
    builder = TreeBuilder(settings.boosts, settings.boost_exact, stemmer(settings.language))
    tree = builder.build(AllOf(tuple(terms)), article.title)
    matches = evaluate(generation.index, tree)
    found = np.flatnonzero(matches.docs == doc)
    return len(found) == 1 and matches.scores[found[0]] >= TITLE_IS_QUERY
