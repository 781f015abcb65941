"""Characters by what they are to a tokeniser: parts of regular expressions."""

from __future__ import annotations

import unicodedata

KATAKANA = "\u30a1-\u30fa\u30fc-\u30fe\u31f0-\u31ff\uff66-\uff9f"
UNSPACED = (
    "\u3005\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
    "\U00020000-\U0003ffff\uff66-\uff9f"  # Chinese, Japanese, Korean
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf"  # Thai, Lao
    "\u1000-\u103f\u1050-\u108f\u109a-\u109f\u1780-\u17d3\u17dc-\u17dd"  # Burmese, Khmer
)
"""Letters of scripts without spaces (or with spaces that say little, as in Korean)."""
_UNSPACED_MARKS = frozenset(
    map(chr, [*range(0xE01, 0xE4F), *range(0xE81, 0xECF), *range(0x1000, 0x10A0)])
)
MARKS = "".join(
    mark
    for mark in map(chr, range(0x300, 0x1100))
    if unicodedata.category(mark)[0] == "M" and mark not in _UNSPACED_MARKS
)
"""Accents, points and vowel signs, which are part of the letter before: हिन्दी is one word."""
LETTER = rf"[^\W\d_{UNSPACED}]"
LETTERS = rf"[^\W_{UNSPACED}]+(?:[{MARKS}\u200c\u200d\u00ad]+[^\W_{UNSPACED}]*)*"
CAPITAL = "A-Z\u00c0-\u00de\u0400-\u042f"
SMALL = "a-z\u00df-\u00ff\u0430-\u045f"
APOSTROPHES = "'\u2019\u02bc\u2018\u00b4`\uff07"
HYPHENS = r"\-\u05be\u2010\u2011\uff0d"
INTERPUNCTS = "\u00b7\u2022\u2027\u2219"
"""Between two l in Catalan: col·legi."""
POINTS = r".\uff0e"
SPACES = " \u00a0\u2009\u202f"

EMOJI = (
    "\U0001f1e6-\U0001f1ff\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a"
    "\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2764\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
"""Pictures by nature; other signs are made one by the selector behind them."""
VARIANTS = "\ufe0f\U0001f3fb-\U0001f3ff"
PICTURE = rf"(?:[{EMOJI}]|[\u2190-\u2bff]\ufe0f)[{VARIANTS}]*"
