"""Text to terms."""

from searchsvc.analysis.english import beginnings_of
from searchsvc.analysis.folding import fold
from searchsvc.analysis.foreign import MARK, ForeignStemming, foreign_stemmer, marked
from searchsvc.analysis.function_words import function_words
from searchsvc.analysis.languages import LANGUAGES
from searchsvc.analysis.names import (
    IN_SMALL,
    LANGUAGES_WITH_NAMES,
    OTHER,
    WITH_CAPITAL,
    Written,
    case_of,
    is_in_small_letters,
    names_among,
)
from searchsvc.analysis.stemming import MemoisedStemming, Stemming, index_stems, stemmer, stems
from searchsvc.analysis.token_forms import (
    Terms,
    compound_key,
    compound_keys,
    is_cjk,
    terms_of,
    unfinished_number,
)
from searchsvc.analysis.tokenizer import (
    BREAK,
    BREAK_POSITIONS,
    Token,
    bind,
    is_bare,
    plain_word,
    raw_words,
    terms_in,
    title_as_written,
    title_key,
    words,
)

ANALYSIS_VERSION = 6
"""Part of every generation's manifest: raise it when terms change, and the next reindex is full."""

__all__ = [
    "ANALYSIS_VERSION",
    "BREAK",
    "BREAK_POSITIONS",
    "ForeignStemming",
    "IN_SMALL",
    "LANGUAGES",
    "LANGUAGES_WITH_NAMES",
    "MARK",
    "MemoisedStemming",
    "OTHER",
    "Stemming",
    "Terms",
    "WITH_CAPITAL",
    "Token",
    "Written",
    "beginnings_of",
    "bind",
    "case_of",
    "compound_key",
    "compound_keys",
    "fold",
    "foreign_stemmer",
    "function_words",
    "index_stems",
    "is_bare",
    "is_cjk",
    "is_in_small_letters",
    "marked",
    "names_among",
    "plain_word",
    "raw_words",
    "stemmer",
    "stems",
    "terms_in",
    "terms_of",
    "title_as_written",
    "title_key",
    "unfinished_number",
    "words",
]
