"""The articles that are titled exactly as the query is written."""

from __future__ import annotations

from searchsvc.query.tree import WrittenTitle
from searchsvc.scoring.budget import Budget
from searchsvc.scoring.expansions import constant_term
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.openindex import OpenIndex


def written_title(index: OpenIndex, budget: Budget, query: WrittenTitle) -> Matches:
    """Of those whose title has the same words, few as they are, the ones with the same signs."""
    found = constant_term(index, budget, query, query.boost)
    kept = [query.is_title(_title(index, doc)) for doc in found.docs.tolist()]
    if all(kept):
        return found
    return Matches(found.docs[kept], found.scores[kept])


def _title(index: OpenIndex, doc: int) -> str:
    return str(index.reader.stored_fields(doc).get("title", ""))
