"""The files of a segment: one `.npy` a flat array, and a JSON description of each half.

A segment has two halves, `documents` and `fields`, since Whoosh writes them one after the other.
The description of a half lists its arrays with their sizes in bytes, so that a missing or
truncated file is found when the half is opened, before anything is mapped. The description has a
checksum of itself; checksums of the arrays are the business of whoever publishes an index.

An array whose every item is as much above the one before it is no file: the offsets of strings of
one size, the documents of a field of which each has a term of its own. The description tells.
"""

import io
import os
import re
import zlib
from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import orjson
from numpy.typing import DTypeLike, NDArray
from whoosh.filedb.filestore import FileStorage

from searchsvc.columnar.errors import SegmentDamaged, SegmentFileMissing
from searchsvc.columnar.mapping import open_array

FORMAT_VERSION = 3

_FEW = 64
"""Items of an array that is kept whatever it holds."""


def escape(fieldname: str) -> str:
    """A field's name as part of a file name, in the characters Whoosh's cleaning recognises.

    Capitals are escaped as well: two fields may differ in case where two files can't.
    """
    return re.sub(
        rb"[^a-z0-9_]",
        lambda match: b".%02X" % ord(match[0]),
        fieldname.encode("utf-8", "surrogatepass"),
    ).decode()


class ArrayWriter:
    """Writes the arrays of one half of a segment, then the description that lists them."""

    def __init__(self, storage: Any, segment: Any, half: str) -> None:
        self._storage = storage
        self._segment = segment
        self._half = half
        self._sizes: dict[str, int] = {}
        self._steady: dict[str, list[object]] = {}

    def write(self, part: str, array: NDArray[Any]) -> None:
        """Writes one array as `<segment>.<part>.npy`, or describes it if it is steady."""
        if _is_steady(array):
            first, second = int(array[0]), int(array[1])
            self._steady[part] = [array.dtype.name, first, second - first, len(array)]
            return
        filename = self._segment.make_filename(f".{part}.npy")
        with self._storage.create_file(filename) as file:
            np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
        self._sizes[part] = self._storage.file_length(filename)

    def close(self, description: Mapping[str, object]) -> None:
        """Writes `<segment>.<half>.json`, which completes the half."""
        content = {
            "format": FORMAT_VERSION,
            "files": self._sizes,
            "steady": self._steady,
            **description,
        }
        content["checksum"] = _checksum(content)
        with self._storage.create_file(self._segment.make_filename(f".{self._half}.json")) as file:
            file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))


def _is_steady(array: NDArray[Any]) -> bool:
    if array.dtype.kind not in "iu" or len(array) <= _FEW:
        return False
    some = np.diff(array[:_FEW].astype(np.int64))
    if some[0] != some[-1]:
        return False
    steps = np.diff(array.astype(np.int64, copy=False))
    return bool((steps == steps[0]).all())


def _steady(dtype: str, first: int, step: int, count: int) -> NDArray[Any]:
    """One array for all parts that hold the same, as long as any of them is in use."""
    key = dtype, first, step, count
    array = _IN_USE.get(key)
    if array is None:
        array = (first + step * np.arange(count, dtype=np.int64)).astype(dtype)
        array.flags.writeable = False
        _IN_USE[key] = array
    return array


_IN_USE: WeakValueDictionary[tuple[str, int, int, int], NDArray[Any]] = WeakValueDictionary()


def _checksum(content: Mapping[str, object]) -> int:
    return zlib.crc32(orjson.dumps(content))


class ArrayReader:
    """Opens the arrays of one half of a segment, memory-mapped where the storage is a folder."""

    def __init__(self, storage: Any, segment: Any, half: str) -> None:
        """Reads the description and checks that every file it lists has its size."""
        self._storage = storage
        self._segment = segment
        self.filename = segment.make_filename(f".{half}.json")
        self.description = self._read_description()
        self._steady: dict[str, Any] = self.description["steady"]
        for part, size in self.description["files"].items():
            self._check_size(segment.make_filename(f".{part}.npy"), size)

    @staticmethod
    def exists(storage: Any, segment: Any, half: str) -> bool:
        """Whether this half of the segment has been written."""
        return bool(storage.file_exists(segment.make_filename(f".{half}.json")))

    def read(self, part: str, *dtypes: DTypeLike) -> NDArray[Any]:
        """One array, of one dimension and one of the given dtypes."""
        filename = self._segment.make_filename(f".{part}.npy")
        try:
            array = _steady(*self._steady[part]) if part in self._steady else self._load(filename)
        except Exception as error:  # numpy's header parser raises errors of many kinds
            raise SegmentDamaged(filename, f"not a readable array: {error}") from error
        if array.ndim != 1 or array.dtype not in [np.dtype(dtype) for dtype in dtypes]:
            raise SegmentDamaged(filename, f"unexpected {array.dtype} of {array.ndim} dimensions")
        if not self.has(part):
            raise SegmentDamaged(self.filename, f"does not list {filename}")
        return array

    def has(self, part: str) -> bool:
        """Whether an array has been written."""
        return part in self.description["files"] or part in self._steady

    def damaged(self, part: str, reason: object) -> SegmentDamaged:
        """An error that names the file of a part."""
        return SegmentDamaged(self._segment.make_filename(f".{part}.npy"), reason)

    def _load(self, filename: str) -> NDArray[Any]:
        if isinstance(self._storage, FileStorage):
            path = os.path.join(self._storage.folder, filename)
            return open_array(path, mapped=self._storage.supports_mmap)
        with self._storage.open_file(filename) as file:
            return np.load(io.BytesIO(file.read()), allow_pickle=False)  # type: ignore[no-any-return]

    def _read_description(self) -> dict[str, Any]:
        if not self._storage.file_exists(self.filename):
            raise SegmentFileMissing(self.filename, "no such file")
        with self._storage.open_file(self.filename) as file:
            content = file.read()
        try:
            description: dict[str, Any] = orjson.loads(content)
            checksum = description.pop("checksum")
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise SegmentDamaged(self.filename, f"not a description: {error}") from error
        if checksum != _checksum(description):
            raise SegmentDamaged(self.filename, "its checksum is wrong")
        if description["format"] != FORMAT_VERSION:
            version = description["format"]
            raise SegmentDamaged(self.filename, f"format {version!r}, expected {FORMAT_VERSION}")
        return description

    def _check_size(self, filename: str, size: int) -> None:
        try:
            length = self._storage.file_length(filename)
        except (OSError, NameError) as error:  # NameError is how Whoosh's RamStorage says so
            raise SegmentFileMissing(filename, "no such file") from error
        if length != size:
            raise SegmentDamaged(filename, f"{length} bytes, {size} were written")
