"""The compiled inner loops. Asking for one imports numba and compiles it, or loads it.

So `searchsvc --help` and `check` never pay for numba, and a service calls `compile_all` before it
says that it is ready.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchsvc.scoring.kernels.chunks import join_chunks, number_chunks
    from searchsvc.scoring.kernels.completing import best_of_range, weigh_beside
    from searchsvc.scoring.kernels.fields import count_live, score_postings
    from searchsvc.scoring.kernels.inverting import invert
    from searchsvc.scoring.kernels.marking import collect, mark
    from searchsvc.scoring.kernels.merging import (
        cut_in_shards,
        fingerprints,
        merge_postings,
        share_lists,
    )
    from searchsvc.scoring.kernels.nearness import near_words
    from searchsvc.scoring.kernels.pairs import add_optional, intersect, keep, unite, which_are_in
    from searchsvc.scoring.kernels.passages import show_marked
    from searchsvc.scoring.kernels.phrases import locate_in_fields, phrase_in_fields
    from searchsvc.scoring.kernels.pieces import find_pieces
    from searchsvc.scoring.kernels.ranked import best_of_all, best_of_any
    from searchsvc.scoring.kernels.selecting import best, commonest_codes, count_codes, lowest
    from searchsvc.scoring.kernels.sequences import count_keys, in_order, weigh_words
    from searchsvc.scoring.kernels.spelling import neighbours, signatures
    from searchsvc.scoring.kernels.stories import lead, tie
    from searchsvc.scoring.kernels.strings import find_terms, find_words, first_not_below
    from searchsvc.scoring.kernels.uniting import unite_lists
    from searchsvc.scoring.kernels.vocabularies import merge_vocabularies, sort_strings
    from searchsvc.scoring.kernels.windows import any_words
    from searchsvc.scoring.kernels.words import all_words

__all__ = [
    "add_optional",
    "all_words",
    "any_words",
    "best",
    "best_of_all",
    "best_of_any",
    "best_of_range",
    "collect",
    "commonest_codes",
    "compile_all",
    "count_codes",
    "count_keys",
    "count_live",
    "cut_in_shards",
    "find_pieces",
    "find_terms",
    "find_words",
    "fingerprints",
    "first_not_below",
    "in_order",
    "intersect",
    "invert",
    "join_chunks",
    "keep",
    "lead",
    "locate_in_fields",
    "lowest",
    "mark",
    "merge_postings",
    "merge_vocabularies",
    "neighbours",
    "near_words",
    "number_chunks",
    "phrase_in_fields",
    "score_postings",
    "set_cache_dir",
    "share_lists",
    "show_marked",
    "signatures",
    "sort_strings",
    "tie",
    "unite",
    "unite_lists",
    "weigh_beside",
    "weigh_words",
    "which_are_in",
]

_HOMES = {
    "count_live": "fields",
    "mark": "marking",
    "phrase_in_fields": "phrases",
    "best_of_any": "ranked",
    "best_of_all": "ranked",
    "all_words": "words",
    "find_pieces": "pieces",
    "find_terms": "strings",
    "near_words": "nearness",
    "any_words": "windows",
    "merge_postings": "merging",
    "neighbours": "spelling",
    "best": "selecting",
    "in_order": "sequences",
    "intersect": "pairs",
    "merge_vocabularies": "vocabularies",
    "number_chunks": "chunks",
    "sort_strings": "vocabularies",
    "invert": "inverting",
    "join_chunks": "chunks",
    "lead": "stories",
    "count_keys": "sequences",
    "tie": "stories",
    "weigh_beside": "completing",
    "show_marked": "passages",
    "signatures": "spelling",
    "find_words": "strings",
    "locate_in_fields": "phrases",
    "unite": "pairs",
    "lowest": "selecting",
    "which_are_in": "pairs",
    "collect": "marking",
    "commonest_codes": "selecting",
    "count_codes": "selecting",
    "share_lists": "merging",
    "cut_in_shards": "merging",
    "unite_lists": "uniting",
    "score_postings": "fields",
    "best_of_range": "completing",
    "first_not_below": "strings",
    "fingerprints": "merging",
    "add_optional": "pairs",
    "keep": "pairs",
    "weigh_words": "sequences",
}
"""The module of each kernel, in the order in which to compile them: two that are small, which tell
whether there is anything to compile, then those that take longest."""

PUBLISHING = (
    *("merge_vocabularies", "number_chunks", "join_chunks", "invert", "merge_postings"),
    *("share_lists", "cut_in_shards", "unite_lists", "fingerprints", "sort_strings"),
    *("tie", "in_order", "count_keys"),
)
"""What only a reindex needs: a service does not wait for them."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with _loading:
        if name not in globals():
            compiling = import_module(f"{__name__}.compiling")
            if _cache_dir is not None:
                compiling.set_cache_dir(_cache_dir)
            home = import_module(f"{__name__}.{_HOMES[name]}")
            # From now on an ordinary name of this module.
            globals()[name] = compiling.ready(getattr(home, name))
        return globals()[name]


_loading = RLock()
"""Two threads may ask for one kernel, which must be compiled once."""
_cache_dir: Path | None = None


def set_cache_dir(folder: Path | None) -> None:
    """Where to keep compiled kernels; None leaves it to numba. Before the first one is used."""
    global _cache_dir
    _cache_dir = folder


def compile_all() -> None:
    """Compile, or load, what queries need: some seconds the first time, a fraction of one later."""
    from searchsvc.scoring.kernels import together

    together.compile_in_turn([name for name in _HOMES if name not in PUBLISHING], __getattr__)
