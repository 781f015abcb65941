"""The words of the cluster that a typed word may have been meant for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.index.strings import TermDictionary, encoded
from searchsvc.search.word_candidates import SimilarWord, WordCandidates

MAX_NEAR = 100
"""Words near a typed one that are looked at: those that the cluster thinks likeliest."""


class ClusterCandidates(WordCandidates):
    """Asks the cluster's term suggester, which knows words by their edits."""

    def __init__(self, view: ClusterView) -> None:
        self._view = view
        self.language = view.language

    def articles(self, terms: Sequence[str]) -> list[int]:
        return self._view.frequencies(terms)

    def rarity(self, term: str) -> float:
        return max(self._view.rarity(term), math.ulp(1.0))

    def are_words(self, terms: Sequence[str]) -> list[bool]:
        queries = [{"term": {"words": {"value": term}}} for term in terms]
        return [count > 0 for count in self._view.counts(queries)]

    def near(self, word: str, edits: int, least: int = 0) -> list[SimilarWord]:
        term = {
            "field": "words",
            "suggest_mode": "always",
            "max_edits": edits,
            "prefix_length": 0,
            "min_word_length": 1,
            "size": MAX_NEAR,
            "shard_size": 5 * MAX_NEAR,
            "max_inspections": 100,
            "accuracy": 0.0,
            "sort": "frequency",
            "string_distance": "damerau_levenshtein",
        }
        body = {"size": 0, "suggest": {"near": {"text": word, "term": term}}}
        entries = self._view.asking.search(body)["suggest"]["near"]
        options = {o["text"]: int(o["freq"]) for entry in entries for o in entry["options"]}
        stem = self._view.stem(word)
        words = [other for other in options if self._view.stem(other) != stem and other != word]
        if not words:
            return []
        words.sort(key=encoded)
        found = TermDictionary.of(map(encoded, words)).edits(
            word, np.arange(len(words), dtype=np.int32), edits
        )
        counts = self._view.frequencies(words)
        similar = [
            SimilarWord(other, self._view.stem(other), int(distance), options[other], count)
            for other, distance, count in zip(words, found, counts, strict=True)
            if distance <= edits and count >= least
        ]
        return sorted(similar, key=lambda other: (-other.articles, other.word))
