"""Settings and fields of an index in the cluster.

Texts come as terms of our own analysis with a space between, so that a term is a term in either
engine. `stems` and `words` hold each of an article's terms once, and behind a bar how often it
stands there, each time counting as much as its field's weight says: title and topics twice. So
Lucene's BM25 of them is BM25F with those weights.

    sat(t) = c / (c + K1 (1 - B + B len / avglen)),   c = sum of times[field] x count

`times` are the weights as whole numbers, all `scale` times as much, and so is K1.

What stands where is in `title_words`, `topics_words`, `excerpt_words` and `body_words`: there the
terms of one place are joined by a bar, and taken apart again at the place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from searchsvc.articles.fields import TEXT_FIELDS, VALUE_FIELDS
from searchsvc.errors import InvalidSettings
from searchsvc.index.impacts import K1, B
from searchsvc.settings import Settings

BAR = "|"
"""Part of no term."""
MAX_TERM = 4_000
"""Characters of a term: far less than what Lucene takes."""
MAX_KEY = 8_000
MAX_SCALE = 100
"""The weights of fields have two decimals at most."""


@dataclass(frozen=True, slots=True)
class FieldTimes:
    """How often a term in each of TEXT_FIELDS is counted: `scale` times the field's weight."""

    of_field: tuple[int, ...]
    scale: int

    @classmethod
    def of(cls, weights: Sequence[float]) -> FieldTimes:
        """The smallest such numbers. Raises InvalidSettings for weights of more decimals."""
        for scale in range(1, MAX_SCALE + 1):
            times = tuple(round(weight * scale) for weight in weights)
            if all(abs(w * scale - n) < 1e-6 for w, n in zip(weights, times, strict=True)):
                return cls(times, scale)
        raise InvalidSettings(
            "in a cluster the boosts of the fields have two decimals at most, got "
            + ", ".join(f"{weight:g}" for weight in weights)
        )

    @classmethod
    def at(cls, weights: Sequence[float], scale: int) -> FieldTimes:
        """Those of an index that was loaded with a scale."""
        return cls(tuple(round(weight * scale) for weight in weights), scale)

    @property
    def k1(self) -> float:
        return K1 * self.scale


def body(settings: Settings, times: FieldTimes) -> dict[str, Any]:
    """What an index is created with: built for loading, with no copies and no refresh."""
    placed = {f"{field}_words": _placed() for field in TEXT_FIELDS}
    return {
        "settings": {
            "index": {
                "number_of_shards": settings.opensearch_shards,
                "number_of_replicas": 0,
                "refresh_interval": "-1",
                "codec": "best_compression",
                "similarity": {
                    "bm25f": {"type": "BM25", "k1": times.k1, "b": B, "discount_overlaps": False}
                },
            },
            "analysis": {
                "tokenizer": {"ready": {"type": "whitespace", "max_token_length": 1_048_576}},
                "filter": {
                    "bounded": {"type": "truncate", "length": MAX_TERM},
                    "times": {"type": "delimited_term_freq", "delimiter": BAR},
                    "apart": {
                        "type": "pattern_capture",
                        "preserve_original": False,
                        "patterns": [f"([^{BAR}]+)"],
                    },
                },
                "analyzer": {
                    "terms": {"type": "custom", "tokenizer": "ready", "filter": ["bounded"]},
                    "counted": {
                        "type": "custom",
                        "tokenizer": "ready",
                        "filter": ["times", "bounded"],
                    },
                    "places": {
                        "type": "custom",
                        "tokenizer": "ready",
                        "filter": ["apart", "bounded"],
                    },
                },
            },
        },
        "mappings": {
            "dynamic": "strict",
            "properties": {
                "id": _KEYWORD,
                "stored": {"type": "keyword", "index": False, "doc_values": False},
                "body": {"type": "keyword", "index": False, "doc_values": False},
                "digest": {**_KEYWORD, "index": False},
                "live_from": {"type": "long"},
                "live_until": {"type": "long"},
                "published_at": {"type": "long"},
                "month": _KEYWORD,
                "quality": {"type": "integer"},
                "heat": {"type": "integer"},
                "length": {"type": "integer", "index": False},
                "stems": _scored(),
                "words": _scored(),
                "title_stems": {"type": "text", "analyzer": "terms", **_MATCHED},
                **placed,
                "title_key": {**_KEYWORD, "ignore_above": MAX_KEY},
                "title_written": {**_KEYWORD, "doc_values": False, "ignore_above": MAX_KEY},
                "title_hash": {"type": "long"},
                "phrases": {**_KEYWORD, "ignore_above": MAX_TERM},
                "compounds": _KEYWORD,
                "addresses": {"type": "long"},
                "related": {"type": "long"},
                "story": _KEYWORD,
                "is_tied": {"type": "boolean"},
                **{
                    name: {"properties": {"key": _KEYWORD, "label": _KEYWORD}}
                    for name in VALUE_FIELDS
                },
            },
        },
    }


_KEYWORD: dict[str, Any] = {"type": "keyword", "ignore_above": MAX_KEY}
_MATCHED = {"norms": False, "index_options": "docs"}


def _scored() -> dict[str, Any]:
    return {
        "type": "text",
        "analyzer": "counted",
        "search_analyzer": "terms",
        "similarity": "bm25f",
        "index_options": "freqs",
    }


def _placed() -> dict[str, Any]:
    return {
        "type": "text",
        "analyzer": "places",
        "search_analyzer": "terms",
        "norms": False,
        "index_options": "positions",
    }
