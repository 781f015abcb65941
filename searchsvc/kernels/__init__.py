"""The compiled loops, in C: arrays of numbers in, arrays of numbers out; nothing is kept.

In for queries: term dictionaries, lists of impacts, postings with positions, matches, priors, ranks
and codes by document, texts as numbers. Out: indices of terms, matches (documents ascending,
scores), the best of them, counts of codes, places in texts. In for publishing: texts as numbers,
postings of segments. Out: postings, impacts. `bindings`, `texts` and `publishing` have the
functions, `library` loads what the build has compiled, `arrays` has the one thing worth keeping
between calls: where a lasting array lies.
"""

from searchsvc.kernels.arrays import Array, LastingArray
from searchsvc.kernels.bindings import (
    ALL_FIELDS,
    IN_ORDER,
    MOST_WORDS,
    NO_FORM,
    SEVERAL,
    ImpactArrays,
    all_words,
    any_words,
    best,
    count_codes,
    factors_of_marks,
    leaders,
    lowest,
    mark_fields,
    mark_words,
    phrase,
    weigh_fields,
)
from searchsvc.kernels.publishing import (
    BuiltImpacts,
    Forms,
    Inverted,
    SegmentPostings,
    build_impacts,
    invert,
)
from searchsvc.kernels.texts import SortedStrings, pairs_table, pieces_with

__all__ = [
    "ALL_FIELDS",
    "Array",
    "BuiltImpacts",
    "Forms",
    "IN_ORDER",
    "ImpactArrays",
    "Inverted",
    "LastingArray",
    "MOST_WORDS",
    "NO_FORM",
    "SEVERAL",
    "SegmentPostings",
    "SortedStrings",
    "all_words",
    "any_words",
    "best",
    "build_impacts",
    "count_codes",
    "factors_of_marks",
    "invert",
    "leaders",
    "lowest",
    "mark_fields",
    "mark_words",
    "pairs_table",
    "phrase",
    "pieces_with",
    "weigh_fields",
]
