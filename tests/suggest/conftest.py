"""Suggesters over articles, without the engine: an index, its tables and a view of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from searchsvc.articles.article import Article
from searchsvc.index import Generation, GenerationWriter
from searchsvc.index.columns import NO_DATE
from searchsvc.search.ranking import saturation
from searchsvc.suggest.building import write_tables
from searchsvc.suggest.index_source import IndexSource
from searchsvc.suggest.suggester import Suggester
from searchsvc.suggest.tables import SuggestTables

NOW = 1_600_000_000.0
WEIGHTS = (2.0, 2.0, 1.0, 0.3)


@dataclass(frozen=True)
class View:
    """What suggestions need of an index view."""

    generation: Generation
    live: NDArray[np.bool_]
    priors: NDArray[np.float32]
    language: str


def view_of(generation: Generation, now: float = NOW, language: str = "en") -> View:
    published = generation.columns.published_at
    live = generation.are_present & ((published <= now) | (published == NO_DATE))
    priors = 1 + saturation(generation.columns.heat, generation.manifest.heat_pivot)
    return View(generation, live, priors.astype(np.float32), language)


def write(
    folder: Path,
    articles: Sequence[Article],
    carried: Path | None = None,
    language: str = "en",
    deleted: Sequence[str] = (),
    rated: Sequence[tuple[str, int]] = (),
) -> Generation:
    """A generation of what was carried and these articles."""
    folder.mkdir()
    writer = GenerationWriter(folder, language, WEIGHTS, carried)
    for article in articles:
        writer.add(article)
    for article_id in deleted:
        assert writer.delete(article_id)
    for article_id, heat in rated:
        assert writer.rate(article_id, None, heat)
    writer.finish(NOW, {"language": language}, lambda written: write_tables(folder, written))
    return Generation(folder)


SuggesterOver = Callable[..., Suggester[int]]


def suggester_of(view: View) -> Suggester[int]:
    return Suggester(IndexSource(view, SuggestTables.load(view.generation)))


@pytest.fixture(scope="session")
def suggester_over(tmp_path_factory: pytest.TempPathFactory) -> SuggesterOver:
    """A suggester over articles, or titles; at a time, of a language."""

    def over(
        articles: Sequence[Article | str], now: float = NOW, language: str = "en"
    ) -> Suggester[int]:
        made = [
            Article(f"{number:03}", of, "") if isinstance(of, str) else of
            for number, of in enumerate(articles)
        ]
        generation = write(tmp_path_factory.mktemp("index") / "it", made, language=language)
        return suggester_of(view_of(generation, now, language))

    return over
