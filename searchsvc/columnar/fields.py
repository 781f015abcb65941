"""The fields half of a segment: the postings of each indexed field."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter
from searchsvc.columnar.postings import FieldPostings, Postings, open_field, write_field
from searchsvc.columnar.terms import Terms
from searchsvc.columnar.united import open_united, write_united

HALF = "fields"


class FieldsWriter:
    """Writes fields one after the other, so that only one need be in memory."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._writer = ArrayWriter(storage, segment, HALF)
        self._described: dict[str, object] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._described

    def write(self, name: str, postings: FieldPostings) -> None:
        """Writes one field."""
        self._check(name)
        self._described[name] = write_field(self._writer, name, postings)

    def unite(self, name: str, terms: Terms, groups: NDArray[Any], of: str) -> None:
        """Writes one field whose terms unite those of another, as in `write_united`."""
        self._check(name)
        self._described[name] = write_united(self._writer, name, terms, groups, of)

    def _check(self, name: str) -> None:
        if name in self:
            raise ValueError(f"field {name!r} is written already")

    def close(self) -> None:
        """Completes the half."""
        self._writer.close({"fields": self._described})


def write_fields(storage: Any, segment: Any, fields: Mapping[str, FieldPostings]) -> None:
    """Writes the fields half of a segment."""
    writer = FieldsWriter(storage, segment)
    for name, postings in fields.items():
        writer.write(name, postings)
    writer.close()


def open_fields(storage: Any, segment: Any) -> dict[str, Postings]:
    """Maps the fields half of a segment: all of it, as a merge may delete its files.

    Sorted by name, since Whoosh goes through terms in that order.
    """
    reader = ArrayReader(storage, segment, HALF)
    described = reader.description["fields"]
    kept = {name: open_field(reader, name) for name, of in described.items() if "of" not in of}
    opened: dict[str, Postings] = {}
    for name in sorted(described):
        of = described[name].get("of")
        opened[name] = kept[name] if of is None else open_united(reader, name, kept[of])
    return opened


def field_names(storage: Any, segment: Any) -> list[str]:
    """The fields of a segment that have postings, sorted."""
    return sorted(ArrayReader(storage, segment, HALF).description["fields"])


def open_one_field(storage: Any, segment: Any, name: str) -> Postings:
    """Maps one field only, for a merge that has one field at a time in memory."""
    reader = ArrayReader(storage, segment, HALF)
    of = reader.description["fields"][name].get("of")
    if of is None:
        return open_field(reader, name)
    return open_united(reader, name, open_field(reader, of))
