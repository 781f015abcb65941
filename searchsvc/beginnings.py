"""How words begin whatever their form: what a letter or two tell without stemming."""

from __future__ import annotations

from functools import cache

from searchsvc import english
from searchsvc.analysis import stemmer

_KEPT = dict.fromkeys("ca cs da en es eu fr hu it lt no pl pt ro sv".split(), 2) | dict.fromkeys(
    "de et fi".split(), 1
)
"""How many of a word's first letters its stem keeps, by language; others may keep none."""


def beginnings(stem: str, language: str) -> tuple[str, ...]:
    """Every word of a stem begins with one of these: an empty one where nothing is known."""
    kept = _KEPT.get(language, 0)
    if language != "en":
        return (stem[:kept],)
    # There are dying, lying, tying, vying: die, lie, tie, vie.
    return (stem[: 1 if stem.endswith("ie") else kept], *_irregular().get(stem, ()))


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    """How English plurals begin that do not begin as their singular: mice, teeth, geese."""
    stem = stemmer("en")
    return {stem(plural): (plural[:2],) for plural in english.SINGULARS}
