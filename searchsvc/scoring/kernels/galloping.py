"""Finding documents in ascending lists, by steps that double."""

from __future__ import annotations

from typing import Any

from searchsvc.scoring.kernels.compiling import part

DENSE = 12
"""Where one list is less than so many times as long as another, reading all of it is faster than
searching it: a step of a search costs a mispredicted branch."""

WINDOW = 8192
"""Documents in one window: its scores, float32, fit into a core's first cache."""


@part
def advance(docs: Any, position: int, stop: int, doc: Any) -> int:
    """The first position of docs[position:stop] that is not below `doc`; `stop` if all are."""
    if position >= stop or docs[position] >= doc:
        return position
    step = 1
    while position + step < stop and docs[position + step] < doc:
        position += step
        step += step
    low, high = position + 1, min(position + step, stop)
    while low < high:
        middle = (low + high) >> 1
        if docs[middle] < doc:
            low = middle + 1
        else:
            high = middle
    return low
