"""Merging arrays gives what Whoosh's own merging, posting by posting, gives."""

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from whoosh.reading import SegmentReader

from searchsvc.columnar import (
    DELETED,
    ColumnarCodec,
    FieldPostings,
    field_arrays,
    merge_fields,
)
from tests.columnar.worlds import build, changes


def document_maps(leaves: list[SegmentReader]) -> list[np.ndarray[Any, Any]]:
    maps, base = [], 0
    for leaf in leaves:
        live = np.array([not leaf.is_deleted(d) for d in range(leaf.doc_count_all())], np.bool_)
        new_ids = np.where(live, base + np.cumsum(live) - 1, DELETED)
        maps.append(new_ids.astype(np.int32))
        base += int(live.sum())
    return maps


def listed(postings: FieldPostings) -> list[Any]:
    return [
        (
            term,
            [
                (
                    int(postings.doc_ids[posting]),
                    float(postings.weights[posting]),
                    postings.payload.value(posting),
                )
                for posting in range(*postings.extent(index))
            ],
        )
        for index, term in enumerate(postings.terms)
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes)
def test_a_merge_of_arrays_is_whoosh_s_merge(history: Any) -> None:
    ix = build(
        ColumnarCodec(), [(added, deleted, {"merge": False}) for added, deleted, _ in history]
    )
    leaves = [leaf for leaf, _ in ix.reader().leaf_readers() if isinstance(leaf, SegmentReader)]
    maps = document_maps(leaves)
    ix.optimize(codec=ColumnarCodec())
    merged = [leaf for leaf, _ in ix.reader().leaf_readers() if isinstance(leaf, SegmentReader)]
    names = {name for leaf in leaves for name in field_arrays(leaf)}
    for name in names:
        having = [k for k, leaf in enumerate(leaves) if name in field_arrays(leaf)]
        ours = merge_fields(
            [field_arrays(leaves[k])[name] for k in having], [maps[k] for k in having]
        )
        if merged and name in field_arrays(merged[0]):
            assert listed(ours) == listed(field_arrays(merged[0])[name])
        else:
            assert len(ours.terms) == 0
