"""A field whose terms unite terms of another: stems, each of the words as typed that have it.

What a stem's postings hold follows from those of its forms, and most stems have only one: a
segment keeps which forms each stem has, and no postings of stems.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter, escape
from searchsvc.columnar.payload import FrequencyPayload, Payload
from searchsvc.columnar.postings import FieldPostings
from searchsvc.columnar.ragged import offsets_of, open_offsets, take_ragged, write_offsets
from searchsvc.columnar.terms import Terms
from searchsvc.columnar.weights import Weights, narrow_weights

KEPT = 1 << 20
"""Postings that a field keeps of the terms it was asked for, at about 5 bytes each."""


class UnitedPostings:
    """Reads as the `FieldPostings` that it stands for.

    `single` makes one term's postings when they are asked for. Whoever reads the arrays of all
    terms has all of them made and kept, which takes about 100 ns a posting.

    terms   sorted, T of them
    bounds_of_forms  uint32 or int64, T + 1
    forms   uint32: term t unites the terms `forms[bounds_of_forms[t]:bounds_of_forms[t + 1]]` of
            the field `of`; each of these stands here once
    """

    def __init__(
        self, terms: Terms, bounds_of_forms: NDArray[Any], forms: NDArray[Any], of: FieldPostings
    ) -> None:
        self.terms = terms
        self.bounds_of_forms = bounds_of_forms
        self.forms = forms
        self.of = of
        self._kept: dict[int, FieldPostings] = {}
        self._postings_kept = 0

    def single(self, term: int) -> tuple[FieldPostings, int]:
        """Postings that a term is in, and its number there."""
        made = self._kept.get(term)
        if made is None:
            if self._postings_kept > KEPT:
                self._kept, self._postings_kept = {}, 0
            made = self._kept[term] = self._united(term)
            self._postings_kept += len(made.doc_ids)
        return made, 0

    def extent(self, term: int) -> tuple[int, int]:
        return self._whole.extent(term)

    def doc_frequencies(self) -> NDArray[np.int64]:
        return self._whole.doc_frequencies()

    @property
    def starts(self) -> NDArray[Any]:
        return self._whole.starts

    @property
    def doc_ids(self) -> NDArray[np.int32]:
        return self._whole.doc_ids

    @property
    def weights(self) -> Weights:
        return self._whole.weights

    @property
    def payload(self) -> Payload:
        return self._whole.payload

    @property
    def bounds(self) -> None:
        """Looked up among the documents."""
        return None

    def _united(self, term: int) -> FieldPostings:
        """The postings of one term."""
        of, bounds = self.of, self.bounds_of_forms
        extents = [of.extent(form) for form in self.forms[bounds[term] : bounds[term + 1]].tolist()]
        docs = np.concatenate([of.doc_ids[start:stop] for start, stop in extents])
        weights = np.concatenate([of.weights[start:stop] for start, stop in extents])
        if len(extents) > 1:
            docs, weights = _summed(docs, weights)
        starts = np.array([0, len(docs)], np.uint32)
        return FieldPostings(
            Terms.of((self.terms[term],)), starts, docs, weights, FrequencyPayload(weights)
        )

    @cached_property
    def _whole(self) -> FieldPostings:
        """The postings of all terms: in the order of forms, then of terms and documents."""
        bounds, docs = take_ragged(self.of.starts, self.of.doc_ids, self.forms)
        _, weights = take_ragged(self.of.starts, np.asarray(self.of.weights), self.forms)
        counts = np.diff(bounds[self.bounds_of_forms].astype(np.int64))
        keys = np.repeat(np.arange(len(counts)), counts) << 32 | docs
        keys, weights = _summed(keys, weights)
        starts = offsets_of(np.bincount(keys >> 32, minlength=len(counts)))
        docs = (keys & 0xFFFFFFFF).astype(np.int32)
        return FieldPostings.of(self.terms, starts, docs, weights, FrequencyPayload(weights))


def _summed(keys: NDArray[Any], weights: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Distinct keys, ascending, and the sums of their weights.

    The keys of each form are ascending: a stable sort takes them as runs.
    """
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    firsts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    sums = np.add.reduceat(weights[order], firsts, dtype=np.int64)
    return keys[firsts], narrow_weights(sums)


def write_united(
    writer: ArrayWriter, name: str, terms: Terms, groups: NDArray[Any], of: str
) -> dict[str, object]:
    """Writes a field whose terms unite those of the field `of`.

    `groups` is for each term of that field the number of the one which unites it with others.
    Returns what the segment's description must say.
    """
    part = f"field.{escape(name)}"
    terms.write(writer, f"{part}.terms")
    writer.write(f"{part}.forms", np.argsort(groups, kind="stable").astype(np.uint32))
    write_offsets(writer, f"{part}.forms", offsets_of(np.bincount(groups, minlength=len(terms))))
    return {"terms": len(terms), "of": of}


def open_united(reader: ArrayReader, name: str, of: FieldPostings) -> UnitedPostings:
    """Maps what `write_united` wrote."""
    part = f"field.{escape(name)}"
    terms = Terms.open(reader, f"{part}.terms", reader.description["fields"][name]["terms"])
    forms = reader.read(f"{part}.forms", np.uint32)
    bounds = open_offsets(reader, f"{part}.forms", len(terms), len(of.terms))
    if len(forms) != len(of.terms) or forms.max(initial=0) >= max(len(of.terms), 1):
        raise reader.damaged(f"{part}.forms", f"not the {len(of.terms)} terms of another field")
    return UnitedPostings(terms, bounds, forms, of)


def merge_united(fields: Sequence[UnitedPostings], of: Terms) -> tuple[Terms, NDArray[np.int64]]:
    """The terms that unite the merged terms `of`, and the number of the one that each has."""
    united: dict[bytes, bytes] = {}
    for field in fields:
        owners = np.empty(len(field.forms), np.int64)
        counts = np.diff(field.bounds_of_forms)
        owners[field.forms] = np.repeat(np.arange(len(counts)), counts)
        terms = list(field.terms)
        united.update(zip(field.of.terms, map(terms.__getitem__, owners.tolist()), strict=True))
    owned = [united[term] for term in of]
    terms = sorted(set(owned))
    numbers = {term: number for number, term in enumerate(terms)}
    return Terms.of(terms), np.fromiter(map(numbers.__getitem__, owned), np.int64, len(owned))
