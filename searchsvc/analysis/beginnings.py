"""How words begin whatever their form: what some letters tell without stemming."""

from __future__ import annotations

from functools import cache, lru_cache

from searchsvc.analysis import english, stemmer

_KEPT = dict.fromkeys("ca cs da es eu fr hu it lt no pl pt ro sv".split(), 2) | dict.fromkeys(
    "de et fi".split(), 1
)
"""How many of a word's first letters its stem keeps, by language; others may keep none."""


@lru_cache(maxsize=1 << 12)
def beginnings(stem: str, language: str) -> tuple[str, ...]:
    """Every word of a stem begins with one of these: an empty one where nothing is known."""
    if language != "en":
        return (stem[: _KEPT.get(language, 0)],)
    return (_kept_in_english(stem), *_irregular().get(stem, ()))


def _kept_in_english(stem: str) -> str:
    """Of its end English changes one letter: happily, happi. Only tying has another, tie."""
    return stem[: max(len(stem) - (2 if stem.endswith("ie") else 1), 1)]


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    """The words that begin otherwise: mice, teeth, geese; authorise."""
    stem = stemmer("en")
    words: dict[str, tuple[str, ...]] = {}
    for word in (*english.SINGULARS, *english.APART):
        if not word.startswith(_kept_in_english(stem(word))):
            words[stem(word)] = (*words.get(stem(word), ()), word)
    return words
