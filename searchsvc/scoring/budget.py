"""How many postings one query may read."""

from __future__ import annotations

from dataclasses import dataclass, field

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

    `expanded` keeps the words that each pattern stands for, as all fields ask for them; `is_cut` is
    true when one stands for more.
    """

    limit: int
    horizon: int
    spent: int = 0
    is_cut: bool = False
    expanded: dict[str, tuple[bytes, ...]] = field(default_factory=dict)

    def spend(self, postings: int) -> None:
        """Raises OverBudget if it is more than is left."""
        self.spent += postings
        if self.spent > self.limit:
            raise OverBudget
