"""In which fields documents hold any of many words, and what these fields weigh."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.kernels import mark_fields, weigh_fields

DOCUMENTS = 40
POSTINGS = st.lists(
    st.tuples(st.integers(0, DOCUMENTS - 1), st.lists(st.integers(0, 3), min_size=1, max_size=4)),
    max_size=30,
)
WEIGHTS = np.array([2.0, 0.0, 1.0, 0.25], np.float32)


@given(POSTINGS, st.integers(0, 15), st.integers(0, 5), st.data())
def test_documents_with_a_field_of_the_mask_are_found_with_the_weights_of_these(
    postings: list[tuple[int, list[int]]], mask: int, base: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(postings)))
    stop = data.draw(st.integers(start, len(postings)))
    docs = np.array([doc for doc, _ in postings], np.int32)
    counts = np.array([len(of) for _, of in postings], np.uint8)
    positions = np.array([field << 14 | 7 for _, of in postings for field in of], np.uint16)
    fields = np.zeros(base + DOCUMENTS, np.uint8)
    first_position = int(counts[:start].sum())
    mark_fields(fields, base, docs, counts, positions, slice(start, stop), first_position)
    expected: dict[int, set[int]] = {}
    for doc, of in postings[start:stop]:
        if held := {field for field in of if mask >> field & 1}:
            expected.setdefault(base + doc, set()).update(held)
    found, scores = weigh_fields(fields, mask, WEIGHTS, stop - start)
    assert found.tolist() == sorted(expected)
    assert scores.tolist() == [sum(WEIGHTS[list(expected[doc])]) for doc in found.tolist()]


def test_each_field_has_a_weight() -> None:
    with pytest.raises(ValueError, match="weight"):
        weigh_fields(np.zeros(3, np.uint8), 1, WEIGHTS[:3], 3)
