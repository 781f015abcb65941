"""Packed terms read as those that they were made of."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage

from searchsvc.columnar import (
    ColumnarSegment,
    FieldPostings,
    NoPayload,
    PackedTerms,
    SegmentDamaged,
    Terms,
    open_fields,
    write_fields,
)
from searchsvc.columnar.packedterms import BLOCK, KEPT
from searchsvc.scoring.openindex import find_term, place_of, prefixed

MANY = sorted(f"2020/{n % 97}/an-article-of-{n}".encode() for n in range(20_000))

texts = st.binary(max_size=3) | st.text("aé\U0010ffff", max_size=4).map(str.encode)
sorted_terms = st.sets(texts, min_size=1, max_size=5 * BLOCK).map(sorted)


@settings(deadline=None)
@given(sorted_terms, texts | st.just(b"\xff"))
def test_terms_are_found_as_in_plain_arrays(terms: list[bytes], wanted: bytes) -> None:
    packed, plain = PackedTerms.of(Terms.of(terms)), Terms.of(terms)
    assert list(packed) == list(packed.unpacked()) == terms
    assert packed.lower_bound(wanted) == place_of(packed, wanted) == bisect_left(terms, wanted)
    assert packed.find(wanted) == plain.find(wanted)
    assert find_term(packed, wanted) == find_term(plain, wanted) == plain.find(wanted)
    assert prefixed(packed, wanted) == prefixed(plain, wanted)
    assert [packed[-i - 1] for i in range(len(terms))] == terms[::-1]
    assert packed[1:40] == terms[1:40]
    for index in (len(terms), -len(terms) - 1):
        with pytest.raises(IndexError):
            packed[index]


@settings(deadline=None)
@given(sorted_terms)
def test_every_term_finds_itself(terms: list[bytes]) -> None:
    packed = PackedTerms.of(Terms.of(terms))
    assert [packed.find(term) for term in terms] == list(range(len(terms)))
    assert [find_term(packed, term) for term in terms] == list(range(len(terms)))


def keys(terms: list[bytes], documents: int) -> FieldPostings:
    docs = np.sort(np.arange(documents) % len(terms))
    return FieldPostings.of(
        Terms.of(terms),
        np.searchsorted(docs, np.arange(len(terms) + 1)),
        np.arange(documents, dtype=np.int32),
        np.ones(documents, np.uint8),
        NoPayload(),
    )


def written(folder: Path, field: FieldPostings) -> tuple[FileStorage, ColumnarSegment]:
    storage, segment = FileStorage(str(folder)), ColumnarSegment("MAIN")
    write_fields(storage, segment, {"id": field})
    return storage, segment


def size_of(folder: Path, part: str) -> int:
    return sum(path.stat().st_size for path in folder.glob(f"*.field.id.{part}*"))


def test_many_keys_are_packed_and_few_stay_in_memory(tmp_path: Path) -> None:
    opened = open_fields(*written(tmp_path, keys(MANY, 20_000)))["id"].terms
    assert isinstance(opened, PackedTerms)
    assert list(opened) == MANY
    assert len(opened._read) <= KEPT
    assert size_of(tmp_path, "terms") < sum(map(len, MANY)) / 2


@pytest.mark.parametrize(
    ("terms", "documents"),
    [
        (MANY[:15_000], 15_000),
        (MANY, 50_000),
        (sorted(b"%08d" % n for n in range(20_000)), 20_000),
    ],
    ids=["few", "common", "short"],
)
def test_others_stay_plain(tmp_path: Path, terms: list[bytes], documents: int) -> None:
    opened = open_fields(*written(tmp_path, keys(terms, documents)))["id"].terms
    assert isinstance(opened, Terms)
    assert list(opened) == terms


def test_lengths_of_other_terms_are_found(tmp_path: Path) -> None:
    storage, segment = written(tmp_path, keys(MANY, 20_000))
    (path,) = tmp_path.glob("*.terms.lengths.npy")
    content: Any = bytearray(path.read_bytes())
    content[content.index(b"20000")] = ord("1")
    path.write_bytes(content)
    with pytest.raises(SegmentDamaged, match=path.name):
        open_fields(storage, segment)
