"""Articles by their titles: those that begin as typed, then those that hold all its words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring import kernels
from searchsvc.scoring.openindex import prefixed
from searchsvc.suggest.lookup import MOST_FOUND, NO_DOCS, Beside, Docs, Lookup
from searchsvc.suggest.typed import Typed


@dataclass(frozen=True, slots=True)
class TitleFinder:
    """`priors` and `ranks` by document; a prior is 0 where it is not live, ranks break ties."""

    lookup: Lookup
    priors: NDArray[np.float32]
    ranks: NDArray[np.int32]

    def find(self, typed: Typed, beside: Beside | None, count: int) -> list[int]:
        """The documents, best first."""
        found = self.best(self._beginning(typed.joined), count)
        if len(found) < count:
            more = self.best(self._holding(typed, beside), count + len(found))
            found += [doc for doc in more if doc not in found]
        return found[:count]

    def _beginning(self, typed: str) -> Docs:
        parts = [NO_DOCS]
        for segment, postings in self.lookup.index.fields("title_key"):
            first, last = prefixed(postings.terms, typed.encode("utf-8", "replace"))
            docs = postings.doc_ids[postings.starts[first] : postings.starts[last]]
            parts.append(docs + np.int32(segment.base))
        return np.concatenate(parts)

    def _holding(self, typed: Typed, beside: Beside | None) -> Docs:
        if not typed.last:
            return self.lookup.with_title_words(self.lookup.terms(typed))
        if beside is not None:
            return beside.docs
        parts = [NO_DOCS]
        for segment, postings, _ in self.lookup.titles():
            first, last = prefixed(postings.terms, typed.last.encode("utf-8", "replace"))
            start = int(postings.starts[first])
            stop = min(int(postings.starts[last]), start + MOST_FOUND)
            parts.append(postings.doc_ids[start:stop] + np.int32(segment.base))
        return np.unique(np.concatenate(parts))

    def best(self, docs: Docs, count: int) -> list[int]:
        """The documents of the highest priors, of those that are live."""
        even = np.ones(len(docs), np.float32)
        _, best, _, priors = kernels.best(docs, even, self.priors, self.ranks, count)
        found: list[int] = best[priors > 0].tolist()
        return found
