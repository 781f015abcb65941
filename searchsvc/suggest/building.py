"""Making the tables of suggestions of a generation that is about to be published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from whoosh.lang.stopwords import stoplists

from searchsvc.analysis import terms_of, title_key
from searchsvc.columnar import Terms
from searchsvc.index.columns import Columns
from searchsvc.scoring import kernels
from searchsvc.scoring.impacts import Impacts
from searchsvc.scoring.segments import Segment
from searchsvc.scoring.shards import SHARD
from searchsvc.search.ranking import saturation
from searchsvc.suggest.phrases import count_phrases
from searchsvc.suggest.request import Kind
from searchsvc.suggest.tables import NAMES, Names, SuggestTables, Weighed
from searchsvc.suggest.titlewords import find_words, title_words, with_words

TEXT_SHARE = 0.1
"""What an article counts for a word that stands in its topics or its excerpt."""
STOP_SHARE = 0.05
"""What articles count for words that say nothing by themselves: `the`, a single letter."""
MAX_KEY = 64
"""Bytes of a name that can be typed; beyond that nobody does."""


def build_tables(
    segments: Sequence[Segment],
    impacts: Impacts,
    columns: Columns,
    live: NDArray[np.bool_],
    heat_pivot: float,
    language: str,
    known: SuggestTables | None = None,
) -> SuggestTables:
    """The tables of the live documents; `live` by document.

    `known` are tables of the same documents with other ratings, of which the rest is taken.
    """
    words = known.title_words if known else title_words(segments, impacts.words)
    weights = weigh_documents(columns, live, heat_pivot)
    with ThreadPoolExecutor(1) as beside:
        stops = _stops(impacts, language)
        phrases = beside.submit(count_phrases, segments, words, weights, stops, STOP_SHARE)
        return SuggestTables(
            weighed=weigh(segments, impacts, columns, words, live, weights, language),
            names=known.names if known else _names(columns),
            phrases=phrases.result(),
            title_words=words,
        )


def _names(columns: Columns) -> dict[Kind, Names]:
    return {name: names_of(columns.values[name].labels) for name in NAMES}


def weigh_documents(
    columns: Columns, live: NDArray[np.bool_], heat_pivot: float
) -> NDArray[np.float32]:
    """What each document counts: 1 if it is live, more for its heat, less than 2; float32."""
    heat = 1.0 + saturation(columns.heat, heat_pivot)
    return np.where(live, heat, 0.0).astype(np.float32)


def weigh(
    segments: Sequence[Segment],
    impacts: Impacts,
    columns: Columns,
    words_of_titles: NDArray[np.int32],
    live: NDArray[np.bool_],
    weights: NDArray[np.float32],
    language: str,
) -> Weighed:
    """The words and names of the live documents, weighed."""
    scores = np.zeros(len(impacts.words), np.float32)
    bests = np.zeros(len(impacts.words), np.float32)
    examples = np.full(len(impacts.words), -1, np.int32)
    for segment, postings, words in with_words(segments, words_of_titles):
        starts = postings.starts.astype(np.int64)
        extents = np.stack([starts[:-1], starts[1:]], axis=1)
        kernels.weigh_words(
            extents, postings.doc_ids, segment.base, words, weights, 1.0, scores, bests, examples
        )
    bests[examples >= 0] = np.inf
    every = np.arange(len(scores), dtype=np.int32)
    for shard in range(impacts.shards):
        kernels.weigh_words(
            *(impacts.extents_of_words(shard), impacts.docs, shard * SHARD, every, weights),
            *(TEXT_SHARE, scores, bests, examples),
        )
    scores[_stops(impacts, language)] *= np.float32(STOP_SHARE)
    docs = np.flatnonzero(live).astype(np.int32)
    counts = {}
    for name in NAMES:
        column = columns.values[name]
        counts[name] = kernels.count_codes(docs, column.starts, column.codes, len(column.labels))
    return Weighed(scores, examples, counts)


@lru_cache(maxsize=4)
def stop_words(language: str) -> frozenset[str]:
    """A language's commonest words, folded; none for a language that has no list."""
    return frozenset(part for stop in stoplists.get(language, ()) for part in terms_of(stop).parts)


def _stops(impacts: Impacts, language: str) -> NDArray[np.bool_]:
    """Which words say nothing by themselves; [words]."""
    stops: NDArray[np.bool_] = np.diff(impacts.words.offsets) == 1
    found = find_words(impacts.words, [word.encode() for word in stop_words(language)])
    stops[found[found >= 0]] = True
    return stops


def names_of(labels: Iterable[str]) -> Names:
    """The values of a column, label by label, by the beginnings of their words."""
    keys: list[tuple[bytes, int]] = []
    for code, label in enumerate(labels):
        parts = title_key(label).split()
        keys += ((" ".join(parts[i:]).encode()[:MAX_KEY], code) for i in range(len(parts)))
    keys.sort()
    laid_out = Terms.of(key for key, _ in keys)
    return Names(
        Terms(laid_out.blob, laid_out.offsets.astype(np.int64)),
        np.array([code for _, code in keys], np.int32),
    )
