"""Names: words that running text writes with a capital."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from searchsvc.analysis.scripts import SMALL
from searchsvc.analysis.token_forms import forms_of

_RUNNING = re.compile(rf"\b[{SMALL}]+(?= ([^\W\d_]+))")
"""A word behind a word in small letters: neither a sentence nor a title begins with it."""


def capitalised_forms(texts: Iterable[str], language: str = "en") -> dict[str, tuple[int, int]]:
    """How often each word of running text has a capital, and how often it stands there at all.

    Words are folded; those that never have a capital are left out. A title in which Most Words
    Have Capitals tells nothing of them, and is not for this.
    """
    capitals: Counter[str] = Counter()
    every: Counter[str] = Counter()
    terms_of = forms_of(language)
    for raw, count in Counter(raw for text in texts for raw in _RUNNING.findall(text)).items():
        parts = terms_of(raw).parts
        if len(parts) == 1:
            every[parts[0]] += count
            if raw[0].isupper():
                capitals[parts[0]] += count
    return {form: (count, every[form]) for form, count in capitals.items()}
