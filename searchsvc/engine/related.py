"""What to read after an article: what its editors linked, then what shares its best words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal

import numpy as np
import orjson
from whoosh import query as whoosh_query

from searchsvc.analysis import title_key, words
from searchsvc.articles.article import stored_id, stored_title
from searchsvc.engine.generation import Generation, Moment
from searchsvc.query.tree import DefaultWord, TreeBuilder
from searchsvc.scoring.evaluator import evaluate
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.page import best_page
from searchsvc.search import RelatedArticle

MAX_WORDS = 15
"""Words of the article that are searched for: those that weigh most in it."""
MAX_READ = 200
"""Words of the article that are looked at."""
COMMON, COMMON_SHARE = 10, 0.15
"""A word in more articles than both, the share being of all, tells nothing of what one is about."""
LEAST_SHARE = 0.2
"""Of its own score for its words; who has less shares but a word or two."""
SPARE = 20
"""More similar articles than wanted that are looked at, as some bear a headline shown already."""


class RelatedFinder:
    """`limit` is how many postings one evaluation may read."""

    def __init__(self, builder: TreeBuilder, limit: int) -> None:
        self._builder = builder
        self._limit = limit

    def find(
        self, generation: Generation, moment: Moment, doc: int, size: int
    ) -> tuple[RelatedArticle, ...]:
        """Never the article itself, none twice; none is similar whose headline is there already."""
        linked = [number for number in generation.linked(doc) if moment.live[number]][:size]
        found = [_article(generation, number) for number in linked]
        shown = (generation.stored(doc), *(related.stored for related in found))
        headlines = {title_key(stored_title(stored)) for stored in shown}
        for related in self._similar(generation, moment, [doc, *linked], size + SPARE):
            if len(found) == size:
                break
            if (headline := title_key(stored_title(related.stored))) not in headlines:
                headlines.add(headline)
                found.append(related)
        return tuple(found)

    def _similar(
        self, generation: Generation, moment: Moment, taken: list[int], count: int
    ) -> Iterator[RelatedArticle]:
        """By the words of the first of `taken`, without any of these."""
        doc = taken[0]
        best = self._best_words(generation, doc)
        if not best:
            return
        matches = evaluate(generation.index, whoosh_query.Or(best), self._limit)
        bar = LEAST_SHARE * _score(matches, doc)
        kept = moment.live[matches.docs] & (matches.scores >= bar)
        kept[np.isin(matches.docs, taken)] = False
        matches = Matches(matches.docs[kept], matches.scores[kept])
        page = best_page(matches, moment.priors, generation.columns.ranks["newest"], 0, count)
        for number, score in zip(page.docs.tolist(), page.scores.tolist(), strict=True):
            yield _article(generation, number, score)

    def _best_words(self, generation: Generation, doc: int) -> list[DefaultWord]:
        """The words that add most to the article's score, of those that some others have too."""
        builder, weighed = self._builder, []
        most = max(COMMON, COMMON_SHARE * len(generation.index))
        for stem, term in _terms(generation.stored(doc), builder).items():
            word = DefaultWord(stem, term, builder.boosts, builder.boost_exact)
            matches = evaluate(generation.index, word, self._limit)
            if 1 < len(matches) <= most:
                weighed.append((_score(matches, doc), term, word))
        weighed.sort(key=lambda item: (-item[0], item[1]))
        return [word for _, _, word in weighed[:MAX_WORDS]]


def _terms(stored: bytes, builder: TreeBuilder) -> dict[str, str]:
    """The stems of an article's text, each with the first word that has it."""
    article = orjson.loads(stored)
    texts = (article["title"], *article["topics"], article["excerpt"])
    found = (term for text in texts for word in words(text) for term in word.terms.parts)
    terms: dict[str, str] = {}
    for term in islice(found, MAX_READ):
        terms.setdefault(builder.stem(term), term)
    return terms


def _score(matches: Matches, doc: int) -> float:
    """The score of one document; 0 if it does not match."""
    place = int(matches.docs.searchsorted(np.int32(doc)))
    if place == len(matches) or matches.docs[place] != doc:
        return 0.0
    return float(matches.scores[place])


def _article(generation: Generation, doc: int, score: float | None = None) -> RelatedArticle:
    stored = generation.stored(doc)
    relation: Literal["linked", "similar"] = "linked" if score is None else "similar"
    return RelatedArticle(stored_id(stored), relation, score, stored)
