"""How many postings one query may read, and how many terms it may look at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

NO_LIMIT = 1 << 62


class OverBudget(Exception):
    """The query would read more than it may."""


@dataclass(slots=True)
class Budget:
    """Counts the postings that a query is about to read.

    A kernel cannot be interrupted, so that a limit in postings stands for one in time. Only
    documents below the `horizon` have to be found: whatever the query, a document's score depends
    on its own postings alone, so that the answer up to there is exact. With a horizon of 0
    nothing is read and `spent` becomes what the whole query would cost.

    No horizon makes it cheaper to find the terms that a pattern stands for. Where `looks` are used
    up, it stands for none; `is_cut` is true when one stands for more than was looked at.
    `expanded` keeps the terms, as all fields ask for them.
    """

    limit: int
    horizon: int
    looks: int = NO_LIMIT
    spent: int = 0
    is_cut: bool = False
    expanded: dict[Any, tuple[bytes, ...]] = field(default_factory=dict)

    def spend(self, postings: int) -> None:
        """Raises OverBudget if it is more than is left."""
        self.spent += postings
        if self.spent > self.limit:
            raise OverBudget

    def look(self, terms: int, postings_a_term: int) -> bool:
        """Whether so many terms may be looked at, each at the cost of so many postings."""
        cost = terms * postings_a_term
        if cost > self.looks:
            self.is_cut = True
            return False
        self.looks -= cost
        return True

    def again(self, horizon: int) -> Budget:
        """For the same query up to another horizon, without a limit of postings."""
        return replace(self, limit=NO_LIMIT, horizon=horizon, spent=0)
