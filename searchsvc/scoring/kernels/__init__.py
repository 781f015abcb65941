"""The compiled inner loops. Asking for one imports numba and compiles its module, or loads it.

So `searchsvc --help` and `check` never pay for numba, and a service calls `compile_all` before it
says that it is ready.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchsvc.scoring.kernels.completing import best_of_range, weigh_beside
    from searchsvc.scoring.kernels.fields import count_live, score_postings
    from searchsvc.scoring.kernels.marking import collect, mark
    from searchsvc.scoring.kernels.merging import fingerprints, merge_postings, share_lists
    from searchsvc.scoring.kernels.nearness import near_words
    from searchsvc.scoring.kernels.pairs import add_optional, intersect, keep, unite, which_are_in
    from searchsvc.scoring.kernels.phrases import phrase
    from searchsvc.scoring.kernels.ranked import best_of_any
    from searchsvc.scoring.kernels.selecting import best, count_codes, lowest
    from searchsvc.scoring.kernels.sequences import count_keys, in_order, weigh_words
    from searchsvc.scoring.kernels.spelling import neighbours, signatures
    from searchsvc.scoring.kernels.stories import lead, tie
    from searchsvc.scoring.kernels.strings import find_terms, find_words, first_not_below
    from searchsvc.scoring.kernels.vocabularies import merge_vocabularies
    from searchsvc.scoring.kernels.windows import any_words
    from searchsvc.scoring.kernels.words import all_words

__all__ = [
    "add_optional",
    "all_words",
    "any_words",
    "best",
    "best_of_any",
    "best_of_range",
    "collect",
    "compile_all",
    "count_codes",
    "count_keys",
    "count_live",
    "find_terms",
    "find_words",
    "fingerprints",
    "first_not_below",
    "in_order",
    "intersect",
    "keep",
    "lead",
    "lowest",
    "mark",
    "merge_postings",
    "merge_vocabularies",
    "neighbours",
    "near_words",
    "phrase",
    "score_postings",
    "set_cache_dir",
    "share_lists",
    "signatures",
    "tie",
    "unite",
    "weigh_beside",
    "weigh_words",
    "which_are_in",
]

_HOMES = {
    "add_optional": "pairs",
    "all_words": "words",
    "any_words": "windows",
    "best": "selecting",
    "best_of_any": "ranked",
    "best_of_range": "completing",
    "collect": "marking",
    "count_codes": "selecting",
    "count_keys": "sequences",
    "count_live": "fields",
    "find_terms": "strings",
    "find_words": "strings",
    "fingerprints": "merging",
    "first_not_below": "strings",
    "in_order": "sequences",
    "intersect": "pairs",
    "keep": "pairs",
    "lead": "stories",
    "lowest": "selecting",
    "mark": "marking",
    "merge_postings": "merging",
    "merge_vocabularies": "vocabularies",
    "neighbours": "spelling",
    "near_words": "nearness",
    "phrase": "phrases",
    "score_postings": "fields",
    "share_lists": "merging",
    "signatures": "spelling",
    "tie": "stories",
    "unite": "pairs",
    "weigh_beside": "completing",
    "weigh_words": "sequences",
    "which_are_in": "pairs",
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
