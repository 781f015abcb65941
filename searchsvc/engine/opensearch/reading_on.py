"""What to read after an article in a cluster: what was linked, then what shares its best words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from searchsvc.analysis import Terms
from searchsvc.engine.opensearch import ordering
from searchsvc.engine.opensearch.asking import Query
from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.engine.opensearch.pages import SOURCES, Ranked
from searchsvc.engine.opensearch.term_scores import SOURCES as TERMS
from searchsvc.engine.opensearch.term_scores import ArticleTerms
from searchsvc.engine.opensearch.translation import Translator, any_of
from searchsvc.errors import ClusterAway
from searchsvc.index.stories import MAX_OWNERS
from searchsvc.query.nodes import Word
from searchsvc.search.ranking import Weights
from searchsvc.search.related import (
    COMMON,
    COMMON_SHARE,
    LEAST_SHARE,
    MAX_WORDS,
    SPARE,
    first_words,
    with_similar,
)
from searchsvc.search.result import RelatedArticle

MOST_TARGETS = 1_000
"""Articles of the addresses of one article's links that are looked at."""


def find_live(view: ClusterView, article_id: str, sources: Sequence[str]) -> Ranked | None:
    """None where it is not there. Raises ClusterAway where a shard that is lost may have it."""
    query = {"bool": {"filter": [{"term": {"id": article_id}}, view.live]}}
    body = {"size": 1, "query": query, "_source": list(sources)}
    hits = view.asking.search(body)["hits"]["hits"]
    if not hits and (trouble := view.asking.shards.failed):
        raise ClusterAway(f"{trouble.reason}; one of them may have the article {article_id}")
    return Ranked.of(hits[0]) if hits else None


def related_to(
    view: ClusterView, article_id: str, size: int, boost_exact: float, weights: Weights
) -> tuple[RelatedArticle, ...] | None:
    """As `search/related.py` has it; None where the article is not there."""
    own = find_live(view, article_id, [*SOURCES, *TERMS, "related", "addresses"])
    if own is None:
        return None
    linked = _linked(view, own)[:size]
    taken = [own.id, *(one.id for one in linked)]
    similar = _similar(view, own, taken, size + SPARE, boost_exact, weights)
    found = [RelatedArticle(one.id, "linked", None, one.stored) for one in linked]
    return with_similar(own.stored, found, similar, size, view.language)


def _linked(view: ClusterView, own: Ranked) -> list[Ranked]:
    """What the article's own links lead to, in their order, each once."""
    keys = [key for key in own.source["related"] if key not in own.source["addresses"]]
    if not keys:
        return []
    body = {
        "size": MOST_TARGETS,
        "query": {"bool": {"filter": [{"terms": {"addresses": keys}}, view.live]}},
        "sort": ordering.order("newest"),
        "_source": [*SOURCES, "addresses"],
    }
    targets = [Ranked.of(hit) for hit in view.asking.search(body)["hits"]["hits"]]
    owners = Counter(key for target in targets for key in target.source["addresses"])
    ordered: dict[str, Ranked] = {}
    for key in keys:
        if owners[key] <= MAX_OWNERS:  # more have the address of a section
            for target in targets:
                if key in target.source["addresses"] and target.id != own.id:
                    ordered.setdefault(target.id, target)
    return list(ordered.values())


def _similar(
    view: ClusterView,
    own: Ranked,
    taken: Sequence[str],
    count: int,
    boost_exact: float,
    weights: Weights,
) -> Iterator[RelatedArticle]:
    """By the words of the article, without any that are taken."""
    best = _best_words(view, own.source, boost_exact)
    if not best:
        return
    translator = Translator(view, boost_exact)
    text: Query = any_of([translator.query(word) for word in best])
    least = LEAST_SHARE * sum(best.values())
    enough = {"function_score": {"query": text, "weight": 1.0, "min_score": least}}
    query = {
        "bool": {
            "must": [ordering.scored(view, weights, enough, {})],
            "filter": [view.live],
            "must_not": [{"terms": {"id": list(taken)}}],
        }
    }
    body = {"size": count, "query": query, "sort": ordering.order("relevance"), "_source": SOURCES}
    for one in map(Ranked.of, view.asking.search(body)["hits"]["hits"]):
        yield RelatedArticle(one.id, "similar", one.score, one.stored)


def _best_words(
    view: ClusterView, source: Mapping[str, Any], boost_exact: float
) -> dict[Word, float]:
    """The words that add most to the article's score, of those that some others have too."""
    most = max(COMMON, COMMON_SHARE * view.articles)
    first = dict(first_words(source["stored"], view.language, view.stem.query_stem))
    stems = [{"term": {"stems": {"value": stem}}} for stem in first]
    kept = {
        stem: word
        for (stem, word), count in zip(first.items(), view.counts(stems), strict=True)
        if 1 < count <= most
    }
    article = ArticleTerms(view, boost_exact, source)
    weighed = []
    for stem, part in kept.items():
        word = Word(Terms((part,)))
        total = sum(score.bm25 * score.boost for score in article.scores(word, 1.0))
        weighed.append((-total, (stem, part), word))
    weighed.sort(key=lambda item: item[:2])
    return {word: -total for total, _, word in weighed[:MAX_WORDS]}
