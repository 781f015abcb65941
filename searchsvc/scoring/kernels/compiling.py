"""How a kernel becomes machine code: the types of its arguments, one decorator, one cache.

Every kernel is compiled for fixed types when it is first asked for by name, never while a query
waits, and runs without the interpreter's lock. Arrays come in as read-only, which both mapped and
ordinary arrays satisfy; never pass an `np.memmap`, since looking at its type costs more than many
a query: `array.view(np.ndarray)` is the same memory.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba import types

Function = TypeVar("Function", bound=Callable[..., Any])

INT = types.int64
FLOAT = types.float64
TEXT = types.Bytes(types.uint8, 1, "C")


def column(dtype: Any, dimensions: int = 1, *, writable: bool = False) -> Any:
    """The type of a contiguous array that a kernel reads, or writes if it says so."""
    return types.Array(dtype, dimensions, "C", readonly=not writable)


BYTES = column(types.uint8)
INTS = column(types.int64)
DOCS = column(types.int32)
SHARD_DOCS = column(types.uint16)
IMPACTS = column(types.float32)
FLOATS = column(types.float64)
MASK = column(types.boolean)

_numba: Any = numba  # its types cover only a part of it
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}


def cache_dir() -> str:
    """The folder that was set; empty if it is left to numba."""
    return str(_numba.config.CACHE_DIR)


@cache
def set_cache_dir(folder: Path) -> None:
    """Keep machine code in a folder; to be called before the first kernel is compiled.

    Each state of the sources has a folder of its own: numba notices a change of the file a kernel
    stands in, but not of those that it calls. Without a call, or where the folder cannot be
    written, numba chooses: beside the sources, else in the user's cache folder.
    """
    digest = blake2b(digest_size=8)
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    _numba.config.CACHE_DIR = str(folder / digest.hexdigest())


_SIGNATURES: dict[str, tuple[tuple[Any, ...], ...]] = {}


def kernel(*signatures: tuple[Any, ...]) -> Callable[[Function], Function]:
    """A function to be compiled for each tuple of argument types: see `ready`."""

    def compiled(function: Function) -> Function:
        _SIGNATURES[function.__name__] = signatures
        try:
            result: Function = _numba.njit(cache=True, **_OPTIONS)(function)
        except RuntimeError as error:
            if "cannot cache" not in str(error):
                raise
            warnings.warn(
                "no folder to keep compiled kernels in can be written: every process compiles"
                " them anew, some seconds at each start; set cache_dir to a writable folder",
                RuntimeWarning,
                stacklevel=2,
            )
            result = _numba.njit(**_OPTIONS)(function)
        return result

    return compiled


def ready(kernel: Any) -> Any:
    """The kernel, compiled for its types and no others, or loaded if it was compiled before."""
    if not kernel.signatures:
        for signature in _SIGNATURES[kernel.__name__]:
            kernel.compile(signature)
        kernel.disable_compile()
    return kernel


def part(function: Function) -> Function:
    """A function for kernels to call, compiled into each of them."""
    result: Function = _numba.njit(**_OPTIONS)(function)
    return result
