"""Finds the compiled library and says what its functions take."""

from __future__ import annotations

import ctypes
import sys
from ctypes import c_float, c_int32, c_int64, c_uint8, c_void_p
from pathlib import Path
from typing import Any

SUFFIX = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
PATH = Path(__file__).with_name(f"_kernels{SUFFIX}")

_A, _N = c_void_p, c_int64
"""An array, by its address, and a number of elements."""

SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "lower_bound": (_N, [_A, _A, _N, _A, _N]),
    "find_term": (_N, [_A, _A, _N, _A, _N]),
    "count_edits": (None, [_A, _N, _A, _A, _A, _N, c_int32, c_int32, _A]),
    "pieces_with": (_N, [_A, _N, _A, _A]),
    "all_words": (_N, [_A] * 8 + [_N, c_float, _A, _N, _A, _A]),
    "any_words": (_N, [_A] * 8 + [_N, c_float, _A, _A, _A, _A]),
    "phrase": (_N, [_A, _A, _A, _A, _A, _A, _A, _N, c_uint8, _A]),
    "mark_words": (None, [_A, _N, c_int32] + [_A] * 7 + [_N, c_uint8, c_uint8, _A]),
    "mark_fields": (None, [_A, _A, _A, _N, _N, _N, c_int32, _A]),
    "weigh_fields": (_N, [_A, _N, c_uint8, _A, _A, _A]),
    "best": (_N, [_A, _A, _N, _A, _A, _N, _A, _A, _A]),
    "lowest": (_N, [_A, _N, _A, _N, _A]),
    "count_codes": (None, [_A, _N, _A, _A, c_int32, _A]),
    "leaders": (_N, [_A, _A, _N, _A, _A, _A, _N, c_int32, _A, _A]),
    "factors_of_marks": (_N, [_A, _A, _N, c_float, c_int32, c_float, _A]),
    "measure_postings": (_N, [_A, _A, _N, _A, _A, _N, _A, _A, _A]),
    "write_postings": (_N, [_A, _A, _N, _A, _A, _A, _A, _N, _A, _A, _A, _A, _A]),
    "build_impacts": (_N, [_A] * 13 + [_N, _A, _N] + [_A] * 9),
}
"""What each function returns and takes, in the order of the C files."""


def load(path: Path) -> ctypes.CDLL:
    """The library at the path, ready to be called; calls let other threads run meanwhile."""
    try:
        library = ctypes.CDLL(str(path))
        for name, (result, arguments) in SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:  # not there, not for this machine, of other sources
        reason = str(error) if path.exists() else f"{path} is missing"
        raise ImportError(
            f"searchsvc's compiled part cannot be loaded: {reason}. "
            "Build it, in the checkout: pip install ."
        ) from error
    return library


LIBRARY = load(PATH)
