"""What to read after an article: what its editors linked, then what shares its best words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal

import numpy as np
import orjson

from searchsvc.analysis import Terms, title_key, words
from searchsvc.articles.article import stored_id, stored_title
from searchsvc.search import word_lists
from searchsvc.search.collectors import page_of
from searchsvc.search.matches import Matches
from searchsvc.search.result import RelatedArticle
from searchsvc.search.view import IndexView
from searchsvc.search.word_lists import WordLists

MAX_WORDS = 15
"""Words of the article that are searched for: those that weigh most in it."""
MAX_READ = 200
"""Words of the article that are looked at."""
COMMON, COMMON_SHARE = 10, 0.2
"""A word in more articles than both, the share being of all, tells nothing of what one is about."""
LEAST_SHARE = 0.1
"""Of its own score for its words; who has less shares but a word or two."""
SPARE = 20
"""More similar articles than wanted that are looked at, as some bear a headline shown already."""


def related_to(
    view: IndexView, doc: int, size: int, boost_exact: float
) -> tuple[RelatedArticle, ...]:
    """Never the article itself, none twice."""
    linked = [other for other in view.generation.linked(doc) if view.live[other]][:size]
    (own,) = view.generation.stored_of([doc])
    similar = _similar(view, own, [doc, *linked], size + SPARE, boost_exact)
    found = [_article(view, other) for other in linked]
    return with_similar(own, found, similar, size, view.language)


def with_similar(
    own: bytes,
    linked: Sequence[RelatedArticle],
    similar: Iterable[RelatedArticle],
    size: int,
    language: str,
) -> tuple[RelatedArticle, ...]:
    """Behind the linked ones similar ones, but for those whose headline is there already."""
    found = list(linked)
    headlines = {_headline(stored, language) for stored in (own, *(of.stored for of in found))}
    if len(found) < size:
        for one in similar:
            headline = _headline(one.stored, language)
            if headline not in headlines and len(found) < size:
                headlines.add(headline)
                found.append(one)
    return tuple(found)


def _headline(stored: bytes, language: str) -> str:
    return title_key(stored_title(stored), language)


def _similar(
    view: IndexView, stored: bytes, taken: list[int], count: int, boost_exact: float
) -> Iterator[RelatedArticle]:
    """By the words of the first of `taken`, without any of these."""
    best = _best_words(view, stored, taken[0], boost_exact)
    if best is None:
        return
    matches = word_lists.any_of(view, best, boost_exact)
    own = float(matches.scores_of(np.array(taken[:1], np.int32))[0])
    kept = view.live[matches.docs] & (matches.scores >= LEAST_SHARE * own)
    kept &= ~np.isin(matches.docs, taken)
    page = page_of(view, matches.only(kept), view.lasting_priors, "relevance", 0, count)
    for doc, score in zip(page.docs, page.scores, strict=True):
        yield _article(view, doc, score)


def _best_words(view: IndexView, stored: bytes, doc: int, boost_exact: float) -> WordLists | None:
    """The words that add most to the article's score, of those that some others have too."""
    most = max(COMMON, COMMON_SHARE * view.articles)
    weighed: list[tuple[float, tuple[str, str]]] = []
    for pair in first_words(stored, view.language, view.stem.query_stem):
        lists = WordLists.of(view, [pair])
        if 1 < lists.frequencies[0] <= most:
            matches: Matches = word_lists.all_of(view, lists, boost_exact)
            weighed.append((float(matches.scores_of(np.array([doc], np.int32))[0]), pair))
    weighed.sort(key=lambda item: (-item[0], item[1]))
    best = [pair for _, pair in weighed[:MAX_WORDS]]
    return WordLists.of(view, best) if best else None


def first_words(
    stored: bytes, language: str, stem: Callable[[Terms], str]
) -> Iterator[tuple[str, str]]:
    """The stems of an article's text, each with the first word that has it."""
    article = orjson.loads(stored)
    texts = (article["title"], *article["topics"], article["excerpt"])
    parts = (part for text in texts for word in words(text, language) for part in word.terms.parts)
    found: dict[str, str] = {}
    for part in islice(parts, MAX_READ):
        found.setdefault(stem(Terms((part,))), part)
    yield from found.items()


def _article(view: IndexView, doc: int, score: float | None = None) -> RelatedArticle:
    (stored,) = view.generation.stored_of([doc])
    relation: Literal["linked", "similar"] = "linked" if score is None else "similar"
    return RelatedArticle(stored_id(stored), relation, score, stored)
