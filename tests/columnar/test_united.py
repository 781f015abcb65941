"""Terms that unite others read as the postings they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage

from searchsvc.columnar import (
    DELETED,
    ColumnarSegment,
    FieldPostings,
    FieldsWriter,
    NoPayload,
    SegmentDamaged,
    Terms,
    UnitedPostings,
    merge_fields,
    merge_united,
    open_fields,
    open_one_field,
)
from searchsvc.columnar import united as united_module
from searchsvc.columnar.ragged import offsets_of
from searchsvc.scoring import kernels

FORMS = [b"ran", b"run", b"running", b"runs", b"sang", b"sing", b"sung", b"the"]
STEM = {form: b"run" if form.startswith(b"r") else form[:1] for form in FORMS}

Lists = dict[bytes, dict[int, int]]
"""The frequencies of each form by document."""

lists = st.dictionaries(
    st.sampled_from(FORMS),
    st.dictionaries(st.integers(0, 9), st.integers(1, 200), min_size=1),
    min_size=1,
)


def postings_of(lists: Lists) -> FieldPostings:
    terms = sorted(lists)
    items = [sorted(lists[term].items()) for term in terms]
    flat = [item for listed in items for item in listed]
    return FieldPostings.of(
        Terms.of(terms),
        offsets_of(np.array([len(listed) for listed in items])),
        np.array([doc for doc, _ in flat], np.int32),
        np.array([weight for _, weight in flat]),
        NoPayload(),
    )


def united_of(lists: Lists) -> UnitedPostings:
    stems = sorted({STEM[form] for form in lists})
    groups = np.array([stems.index(STEM[form]) for form in sorted(lists)])
    order = np.argsort(groups, kind="stable").astype(np.uint32)
    return UnitedPostings(
        Terms.of(stems), offsets_of(np.bincount(groups)), order, postings_of(lists)
    )


def summed(lists: Lists) -> Lists:
    stems: Lists = {}
    for form, docs in lists.items():
        stem = stems.setdefault(STEM[form], {})
        for doc, weight in docs.items():
            stem[doc] = stem.get(doc, 0) + weight
    return stems


def read(postings: Any) -> Lists:
    return {
        term: dict(
            zip(
                postings.doc_ids[slice(*postings.extent(n))].tolist(),
                postings.weights[slice(*postings.extent(n))].tolist(),
                strict=True,
            )
        )
        for n, term in enumerate(postings.terms)
    }


def read_one_by_one(postings: UnitedPostings) -> Lists:
    found: Lists = {}
    for n in range(len(postings.terms)):
        single, place = postings.single(n)
        found[single.terms[place]] = read(single)[single.terms[place]]
        assert int.from_bytes(single.payload.value(0)) == single.weights[0]
    return found


@settings(deadline=None)
@given(lists)
def test_each_term_is_the_sum_of_its_forms(given_lists: Lists) -> None:
    united = united_of(given_lists)
    assert read(united) == read_one_by_one(united) == summed(given_lists)
    for docs in read(united).values():
        assert list(docs) == sorted(docs)
    assert united.doc_frequencies().tolist() == [len(docs) for docs in read(united).values()]


@settings(deadline=None)
@given(lists)
def test_the_kernel_makes_the_same(given_lists: Lists) -> None:
    united = united_of(given_lists)
    starts, docs, weights = kernels.unite_lists(
        united.bounds_of_forms.astype(np.int64),
        united.forms,
        united.of.starts.astype(np.int64),
        united.of.doc_ids,
        united.of.weights.astype(np.float32),
    )
    assert starts.tolist() == united.starts.tolist()
    assert docs.tolist() == united.doc_ids.tolist()
    assert weights.tolist() == united.weights.tolist()


def test_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(united_module, "KEPT", 3)
    united = united_of({form: {0: 1, 5: 2} for form in FORMS})
    for _ in range(2):
        assert read_one_by_one(united) == summed({form: {0: 1, 5: 2} for form in FORMS})
    assert len(united._kept) <= 2


def write(folder: Path, lists: Lists) -> tuple[FileStorage, ColumnarSegment]:
    storage, segment = FileStorage(str(folder)), ColumnarSegment("MAIN")
    writer = FieldsWriter(storage, segment)
    writer.write("word", postings_of(lists))
    stems = sorted({STEM[form] for form in lists})
    groups = np.array([stems.index(STEM[form]) for form in sorted(lists)])
    writer.unite("stem", Terms.of(stems), groups, "word")
    with pytest.raises(ValueError, match="written already"):
        writer.unite("stem", Terms.of(stems), groups, "word")
    writer.close()
    return storage, segment


@settings(max_examples=30, deadline=None)
@given(st.lists(lists, min_size=1, max_size=3), st.sets(st.integers(0, 29)))
def test_merged_terms_unite_the_merged_forms(parts: list[Lists], deleted: set[int]) -> None:
    """Part k has the documents 10 k to 10 k + 9."""
    fields = [united_of(part) for part in parts]
    kept = np.array([doc not in deleted for doc in range(10 * len(parts))])
    maps = np.where(kept, np.cumsum(kept) - 1, DELETED).astype(np.int32).reshape(-1, 10)
    forms = merge_fields([field.of for field in fields], list(maps))
    terms, groups = merge_united(fields, forms.terms)
    merged = UnitedPostings(
        terms, offsets_of(np.bincount(groups)), np.argsort(groups, kind="stable"), forms
    )
    expected = read(merge_fields(fields, list(maps)))
    assert (read_one_by_one(merged) if len(terms) else {}) == expected


def test_what_is_written_is_read(tmp_path: Path) -> None:
    lists = {form: {n: n + 1, 300: 2} for n, form in enumerate(FORMS)}
    storage, segment = write(tmp_path, lists)
    opened = open_fields(storage, segment)
    assert list(opened) == ["stem", "word"]
    assert read(opened["stem"]) == read(open_one_field(storage, segment, "stem")) == summed(lists)


@pytest.mark.parametrize("part", ["forms", "forms.lengths"])
@pytest.mark.parametrize("change", [1, 200])
def test_forms_that_are_not_those_of_the_other_field_are_found(
    tmp_path: Path, part: str, change: int
) -> None:
    storage, segment = write(tmp_path, {form: {1: 1} for form in FORMS})
    (path,) = tmp_path.glob(f"*.stem.{part}.npy")
    array = np.load(path)
    array[-1] += change
    np.save(path, array)
    with pytest.raises(SegmentDamaged, match=path.name):
        open_fields(storage, segment)
