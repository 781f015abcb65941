"""The compiled inner loops. Asking for one imports numba and compiles its module, or loads it.

So `searchsvc --help` and `check` never pay for numba, and a service calls `compile_all` before it
says that it is ready.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchsvc.scoring.kernels.merging import (
        fingerprints,
        merge_postings,
        share_lists,
    )
    from searchsvc.scoring.kernels.strings import find_terms, find_words
    from searchsvc.scoring.kernels.vocabularies import merge_vocabularies
    from searchsvc.scoring.kernels.words import all_words, any_words

__all__ = [
    "all_words",
    "any_words",
    "compile_all",
    "find_terms",
    "find_words",
    "fingerprints",
    "merge_postings",
    "merge_vocabularies",
    "set_cache_dir",
    "share_lists",
]

_HOMES = {
    "all_words": "words",
    "any_words": "words",
    "find_terms": "strings",
    "find_words": "strings",
    "fingerprints": "merging",
    "merge_postings": "merging",
    "merge_vocabularies": "vocabularies",
    "share_lists": "merging",
}
"""The module of each kernel."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    kernel = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = kernel  # from now on an ordinary name of this module
    return kernel


def set_cache_dir(folder: Path | None) -> None:
    """Where to keep compiled kernels; None leaves it to numba. Before the first one is used."""
    if folder is not None:
        from searchsvc.scoring.kernels import compiling

        compiling.set_cache_dir(folder)


def compile_all() -> None:
    """Compile, or load, every kernel: some seconds the first time, a fraction of one later."""
    for name in _HOMES:
        __getattr__(name)
