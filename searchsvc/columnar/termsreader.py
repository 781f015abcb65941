"""Whoosh's interface for reading terms."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from searchsvc.columnar.documents import open_lengths
from searchsvc.columnar.fields import open_fields
from searchsvc.columnar.lengths import BYTE_LENGTHS
from searchsvc.columnar.matcher import ColumnarMatcher
from searchsvc.columnar.postings import Postings

Term = tuple[str, bytes]


class ColumnarTermsReader(base.TermsReader):
    """The terms of a segment, in the order of field names, then bytes."""

    def __init__(self, storage: Any, segment: Any, block: int) -> None:
        self.fields = open_fields(storage, segment)
        self._lengths = open_lengths(storage, segment)
        self._block = block

    def __contains__(self, term: Term) -> bool:
        return self._find(*term) >= 0

    def indexed_field_names(self) -> list[str]:
        return list(self.fields)

    def cursor(self, fieldname: str, fieldobj: Any) -> base.FieldCursor:
        if fieldname not in self.fields:
            return base.EmptyCursor()
        return ColumnarCursor(self.fields[fieldname], fieldobj, self._length_bytes(fieldname))

    def terms(self) -> Iterator[Term]:
        for name, postings in self.fields.items():
            for text in postings.terms:
                yield name, text

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """The terms not below `prefix` of the field, then those of the fields after it."""
        for name, index in self._places_from(fieldname, prefix):
            yield name, self.fields[name].terms[index]

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        return self._items(self._places_from("", b""))

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        return self._items(self._places_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        index = self._find(fieldname, text)
        if index < 0:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return term_info(self.fields[fieldname], index, self._length_bytes(fieldname))

    def frequency(self, fieldname: str, text: bytes) -> float:
        index = self._find(fieldname, text)
        if index < 0:
            raise KeyError((fieldname, text))
        postings, index = self.fields[fieldname].single(index)
        return float(postings.weights[slice(*postings.extent(index))].sum(dtype=np.float64))

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        index = self._find(fieldname, text)
        if index < 0:
            raise KeyError((fieldname, text))
        postings, index = self.fields[fieldname].single(index)
        start, stop = postings.extent(index)
        return stop - start

    def matcher(
        self, fieldname: str, text: bytes, format_: Any, scorer: Any = None
    ) -> ColumnarMatcher:
        index = self._find(fieldname, text)
        if index < 0:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return ColumnarMatcher(
            *self.fields[fieldname].single(index),
            format_,
            (fieldname, text),
            scorer,
            self._length_bytes(fieldname),
            self._block,
        )

    def _length_bytes(self, fieldname: str) -> NDArray[np.uint8] | None:
        lengths = self._lengths.get(fieldname)
        return lengths.quantised if lengths else None

    def _find(self, fieldname: str, text: bytes) -> int:
        return self.fields[fieldname].terms.find(text) if fieldname in self.fields else -1

    def _places_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, int]]:
        for name, postings in self.fields.items():
            if name >= fieldname:
                start = postings.terms.lower_bound(prefix) if name == fieldname else 0
                for index in range(start, len(postings.terms)):
                    yield name, index

    def _items(self, places: Iterator[tuple[str, int]]) -> Iterator[tuple[Term, TermInfo]]:
        for name, index in places:
            postings = self.fields[name]
            info = term_info(postings, index, self._length_bytes(name))
            yield (name, postings.terms[index]), info


def term_info(field: Postings, index: int, lengths: NDArray[np.uint8] | None) -> TermInfo:
    """Whoosh's statistics of one term; `lengths` are the field's length bytes."""
    postings, index = field.single(index)
    start, stop = postings.extent(index)
    weights, docs = postings.weights[start:stop], postings.doc_ids[start:stop]
    if postings.bounds is not None:
        found = postings.bounds[2 * index : 2 * index + 2]
    else:
        found = np.zeros(1, np.uint8) if lengths is None else lengths[docs]
    return TermInfo(
        weight=float(weights.sum(dtype=np.float64)),
        df=stop - start,
        minlength=int(BYTE_LENGTHS[found.min()]),
        maxlength=int(BYTE_LENGTHS[found.max()]),
        maxweight=float(weights.max()),
        minid=int(docs[0]),
        maxid=int(docs[-1]),
    )


class ColumnarCursor(base.FieldCursor):
    """Moves through the terms of a field; gives them as the field's own values (text)."""

    def __init__(
        self, postings: Postings, fieldobj: Any, lengths: NDArray[np.uint8] | None
    ) -> None:
        self._postings = postings
        self._fieldobj = fieldobj
        self._lengths = lengths
        self._index = 0

    def first(self) -> Any:
        self._index = 0
        return self.text()

    def find(self, term: str | bytes) -> Any:
        """Moves to the first term not below the given one."""
        encoded: bytes = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._index = self._postings.terms.lower_bound(encoded)
        return self.text()

    def next(self) -> Any:
        self._index = min(self._index + 1, len(self._postings.terms))
        return self.text()

    def text(self) -> Any:
        """The current term, None at the end."""
        if not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._postings.terms[self._index])

    def term_info(self) -> TermInfo | None:
        if not self.is_valid():
            return None
        return term_info(self._postings, self._index, self._lengths)

    def is_valid(self) -> bool:
        return self._index < len(self._postings.terms)
