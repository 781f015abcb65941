"""The language of texts, by their commonest words and by their script."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from searchsvc.analysis import LANGUAGES, fold, function_words

ENOUGH_WORDS = 20
"""Fewer say nothing."""
LEAST_SHARE = 0.12
"""Of the words of a text that are function words of its language: in news it is a third."""
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "lo": re.compile("[\u0e80-\u0eff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "km": re.compile("[\u1780-\u17ff]"),
    "my": re.compile("[\u1000-\u109f]"),
    "bn": re.compile("[\u0980-\u09ff]"),
}
"""Of languages that have no list of function words, the surest sign first: Japanese has Chinese
signs too."""


def guess_language(texts: Iterable[str]) -> str | None:
    """The code of the language that most is written in; None where that is not clear."""
    text = "\n".join(texts)
    letters = sum(map(str.isalpha, text))
    for code, script in _SCRIPTS.items():
        if letters and len(script.findall(text)) > letters / (10 if code == "ja" else 3):
            return code
    words = Counter(word for word in _WORD.findall(fold(text)))
    total = words.total()
    if total < ENOUGH_WORDS:
        return None
    shares = {code: sum(words[word] for word in function_words(code)) / total for code in LANGUAGES}
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] >= LEAST_SHARE else None
