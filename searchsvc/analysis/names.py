"""Names: words that running text writes with a capital. They have no forms but a plural with s.

"Harris" shares its stem with "Harry", "Davis" with "Davies". Which words are names is learned
from the articles: a list would never be complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from searchsvc.analysis.scripts import SMALL

LANGUAGES_WITH_NAMES = frozenset("ca da en es fr it nl no pt sv".split())
"""German writes every noun with a capital, and many other languages decline names."""

OTHER, IN_SMALL, WITH_CAPITAL = 0, 1, 2
"""How a word is written: it begins with another sign, a small letter, a capital."""

LEAST_ARTICLES = 3
"""Of those that write a word with a capital: fewer tell nothing."""
MOST_SMALL = 0.05
"""Of the articles that have a name some write it small, by mistake or as another word."""
LEAST_SHARE = 0.02
"""A word that is rarer than this, against what may be its plural, is most likely a mistake."""

_SMALL_WORD = re.compile(rf"[{SMALL}]+")


class Written(NamedTuple):
    """How many articles write a word with a capital in running text, how many do not, and how many
    have it anywhere.
    """

    capital: int
    small: int
    articles: int

    @property
    def is_name(self) -> bool:
        written = self.capital + self.small
        return self.capital >= LEAST_ARTICLES and self.small <= MOST_SMALL * written


def case_of(written: str) -> int:
    first = written[:1]
    return OTHER if not first.isalpha() else WITH_CAPITAL if first.isupper() else IN_SMALL


def is_in_small_letters(written: str) -> bool:
    """Whether a word, with whatever clings to it, says that the next one begins no sentence.

    Nor is that one in a title in which Most Words Have Capitals.
    """
    return _SMALL_WORD.fullmatch(written) is not None


def names_among(forms: Mapping[str, Written], stem: str) -> Iterator[str]:
    """The forms of a stem that are names and have nothing to do with other forms of it.

    A plural goes with its singular ("Americans"), a derived word with its root ("Islamic"); they
    stay with the stem, as does a name that is its own stem, which could not be told from it.
    """
    for form, written in forms.items():
        if form == stem or not written.is_name:
            continue
        others = [other for other in forms if other not in (form, form + "s")]
        if others and not any(_are_akin(form, other, forms) for other in others):
            yield form


def _are_akin(form: str, other: str, forms: Mapping[str, Written]) -> bool:
    """Whether a name is the plural of another form, or one of the two is derived from the other."""
    share = forms[other].articles / forms[form].articles
    plural, singular = (form, other) if form.endswith("ies") else (other, form)
    if plural.removesuffix("ies") + "y" == singular:
        return share >= LEAST_SHARE
    if form.startswith(other):
        rest = form.removeprefix(other)
        return (rest == "s" or len(rest) > 1) and share >= LEAST_SHARE
    return other.startswith(form) and len(other) > len(form) + 1 and share >= LEAST_SHARE
