"""The open segments of an index, in Whoosh's order, and where the terms of a field stand in them.

A global document number is a segment's `base` plus the number within the segment: as Whoosh's
reader of several segments numbers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import Postings, field_arrays


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment's postings; `leaf` is Whoosh's own reader of it.

    documents  how many there are, deleted ones included
    deleted    int32, the deleted ones' numbers in this segment
    """

    base: int
    documents: int
    deleted: NDArray[np.int32]
    fields: Mapping[str, Postings]
    leaf: Any


def open_segments(reader: Any) -> tuple[Segment, ...]:
    """The segments under an index's reader. Raises TypeError if another codec wrote them."""
    if reader.doc_count_all() == 0:
        return ()
    return tuple(
        Segment(
            base=base,
            documents=leaf.doc_count_all(),
            deleted=np.array(sorted(leaf.segment().deleted_docs()), np.int32),
            fields=field_arrays(leaf),
            leaf=leaf,
        )
        for leaf, base in reader.leaf_readers()
    )
