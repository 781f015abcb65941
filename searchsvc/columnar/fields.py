"""The fields half of a segment: the postings of each indexed field."""

from collections.abc import Mapping
from typing import Any

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter
from searchsvc.columnar.postings import FieldPostings, open_field, write_field

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
        if name in self:
            raise ValueError(f"field {name!r} is written already")
        self._described[name] = write_field(self._writer, name, postings)

    def close(self) -> None:
        """Completes the half."""
        self._writer.close({"fields": self._described})


def write_fields(storage: Any, segment: Any, fields: Mapping[str, FieldPostings]) -> None:
    """Writes the fields half of a segment."""
    writer = FieldsWriter(storage, segment)
    for name, postings in fields.items():
        writer.write(name, postings)
    writer.close()


def open_fields(storage: Any, segment: Any) -> dict[str, FieldPostings]:
    """Maps the fields half of a segment: all of it, as a merge may delete its files.

    Sorted by name, since Whoosh goes through terms in that order.
    """
    reader = ArrayReader(storage, segment, HALF)
    return {name: open_field(reader, name) for name in sorted(reader.description["fields"])}


def field_names(storage: Any, segment: Any) -> list[str]:
    """The fields of a segment that have postings, sorted."""
    return sorted(ArrayReader(storage, segment, HALF).description["fields"])


def open_one_field(storage: Any, segment: Any, name: str) -> FieldPostings:
    """Maps one field only, for a merge that has one field at a time in memory."""
    return open_field(ArrayReader(storage, segment, HALF), name)
