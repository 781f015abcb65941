"""Token forms: what one word of a text is found by, folded and unstemmed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

from searchsvc.analysis.folding import JOINERS, fold, lower
from searchsvc.analysis.languages import AND, COMMA_DECIMALS, ELISIONS, LEXICAL, SUFFIXES
from searchsvc.analysis.scripts import (
    APOSTROPHES,
    EMOJI,
    HYPHENS,
    INTERPUNCTS,
    LETTER,
    MARKS,
    UNSPACED,
    VARIANTS,
)
from searchsvc.remembering import Memo

WORD_JOINER = "\u2060"

_IS_UNSPACED = re.compile(rf"[{UNSPACED}]")
_NOT_UNSPACED = re.compile(rf"[^{UNSPACED}]+")
_IS_PICTURE = re.compile(rf"[{EMOJI}\u2190-\u2bff]")
_VARIANT = re.compile(f"[{VARIANTS}]")
_IS_SPACED = re.compile(rf"[\s{WORD_JOINER}]")
_NOTHING = re.compile(f'["\u05f3\u05f4{INTERPUNCTS}{JOINERS}]')
_APOSTROPHE = re.compile(rf"[{APOSTROPHES}]")
_HYPHEN = re.compile(rf"[{HYPHENS}\s]+")
_POSSESSIVE = re.compile(r"'s$|(?<=\d)s$")
_ACRONYM = re.compile(r"[^\W\d](?:\.[^\W\d])+")
_PUNCTUATED = re.compile(r"\.net|\w\+\+|\w#")
_SHORT_AND = re.compile(r"(?<=[^\W\d_])'n'(?=[^\W\d_])|(?<=[^\W\d_]{2})-'?n'?-(?=[^\W\d_]{2})")
"""The n of rock'n'roll, R'n'B, Salt-N-Pepa."""
_AMPERSAND = re.compile(rf"{LETTER}+(?:&{LETTER}+)+")
_SEPARATORS = re.compile(r"[.,+]+")
_LETTERS = rf"(?:{LETTER}|[{MARKS}])+"
_NUMBER = r"\d+(?:[.,]\d+)*"
_NUMBER_AND_UNIT = re.compile(rf"({_NUMBER})({_LETTERS})")
_LETTERS_AND_NUMBER = re.compile(rf"({_LETTERS})({_NUMBER})")
_POWER_OR_TIME = re.compile(rf"({_NUMBER})([cdkm]?m)([23])|(\d{{1,2}})(h)(\d{{2}})")
"""50m2 for 50 m², 20h30."""
_INITIALS_AND_NAME = re.compile(r"([^\W\d_](?:\.[^\W\d_])+)\.([^\W\d_]{2,})")
_LAST_ZEROS = re.compile(r"(?<![\d.])(\d+)(?:\.0{1,2}|(\.[1-9])0)(?![\d.])")
"""What a number has behind its point that says nothing: 3.0, 1234.50."""
_IS_NUMBER = re.compile(_NUMBER)
_ORDINAL = re.compile(r"\d*(?:1st|2nd|3rd|\dth)")
_POINT_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+")
"""A number as languages with a decimal comma write it."""
_COMMA_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
_UNFINISHED = re.compile(r"(?<![\w.,])\d{1,3}(?=([.,]))(?:\1\d{2,3})*\1\d{1,2}$")
_LONGEST_NUMBER = 40
_MOST_SHORTER = 3
"""Versions that a longer one is found by."""
_HAS_NUMBER = re.compile(r"\d")
_MIRRORED = str.maketrans(".,", ",.")


@dataclass(frozen=True, slots=True)
class Terms:
    """What one word stands for, folded and unstemmed.

    parts    take consecutive positions (`covid-19` has two)
    solid    the joined form (`covid19`), where that is another term
    written  the word with its accents, if it has any
    also     further terms that only texts are found by, as `l` and `leconomie` in `l'économie`
    within   others, each beside a part by its number, as `n` in `rock'n'roll` and `3` in `USB3.0`
    """

    parts: tuple[str, ...]
    solid: str | None = None
    written: str | None = None
    also: tuple[str, ...] = ()
    within: tuple[tuple[int, str], ...] = ()

    @property
    def indexed(self) -> Iterator[tuple[int, str]]:
        """All that a text with this word is found by, each with its distance from the first part.

        The last character of a run of an unspaced script is a term of its own: with it, every
        character begins some term.
        """
        if self.solid:
            yield 0, self.solid
        if self.written:
            yield 0, self.written
        for term in self.also:
            yield 0, term
        yield from self.within
        yield from enumerate(self.parts)
        last = self.parts[-1] if self.parts else ""
        if len(last) == 2 and _IS_UNSPACED.match(last):
            yield len(self.parts) - 1, last[1]


def terms_of(raw: str, language: str = "en") -> Terms:
    """The terms of one word as the tokeniser found it."""
    return forms_of(language)(raw)


@cache
def forms_of(language: str) -> Callable[[str], Terms]:
    """The memo of `terms_of` for one language."""
    return Memo(partial(_analysed, language)).__getitem__


def _analysed(language: str, raw: str) -> Terms:
    if raw.isascii() and (raw.isalpha() or raw.isdigit()) and raw not in ("n", "N"):
        return Terms((raw.lower(),))  # most words, at a tenth of the cost
    if raw in ("&", "＆"):
        return Terms((AND.get(language, "and"),))
    if raw.strip(APOSTROPHES) in ("n", "N"):
        return _short_and(language, raw)
    if _IS_SPACED.search(raw):
        return _spaced(language, raw)
    if raw[:1] in ("#", "＃"):
        raw = _hyphenated(raw[1:])
    if language == "fa":
        raw = raw.replace("\u200c", "-")
    word = _APOSTROPHE.sub("'", lower(raw))
    if not word.isascii():
        if _IS_UNSPACED.match(word):
            run = _NOT_UNSPACED.sub("", fold(word))
            return Terms(tuple(run[i : i + 2] for i in range(max(len(run) - 1, 1))))
        if _IS_PICTURE.match(word):
            return Terms((_VARIANT.sub("", fold(word)),))
        word = _NOTHING.sub("", word)
    return _compound(language, word)


def _spaced(language: str, raw: str) -> Terms:
    """A word with spaces in it, which is found by what stands between them, too."""
    pieces = [piece for piece in _IS_SPACED.split(lower(raw)) if piece]
    if len(pieces) < 2:
        return _analysed(language, "".join(pieces)) if pieces else Terms(())
    if pieces[-1][:3].isdigit():
        terms = _analysed(language, "".join(pieces))
    else:
        terms = Terms((fold("".join(pieces)).replace(".", ""),))
    also = (part for piece in pieces for part in _analysed(language, piece).parts)
    return Terms(terms.parts, terms.solid, terms.written, _others(also, terms.parts, terms.solid))


def _short_and(language: str, raw: str) -> Terms:
    """An n, which is short for `and` where it has an apostrophe, as in rock 'n' roll."""
    if raw[0] in "nN" and "n" in ELISIONS.get(language, ()):
        return Terms(("n",))
    names = dict.fromkeys((AND.get(language, "and"), "and"))
    first, *others = ("n", *names) if raw in ("n", "N") else (*names, "n")
    return Terms((first,), also=tuple(others))


def _hyphenated(tag: str) -> str:
    """A hashtag with hyphens between its words: MeToo is Me-Too, BBCNews BBC-News."""
    humps = [tag[0]]
    for place in range(1, len(tag)):
        begins = tag[place].isupper() and (
            not tag[place - 1].isupper() or tag[place + 1 : place + 3].islower()
        )
        if begins and not (place == 1 and tag[0].islower()):  # an iPhone is one word
            humps.append("-")
        humps.append(tag[place])
    return "".join(humps)


def _compound(language: str, word: str) -> Terms:
    """What is between hyphens, each with its numbers and units; `word` is in small letters."""
    if ("&" in word or "n" in word) and (found := _with_and(language, word)):
        return found
    parts: list[str] = []
    also: list[str] = []
    for piece in _HYPHEN.split(word):
        bare, elided = _without_apostrophes(language, piece)
        parts += _parts(language, bare)
        also += elided
    folded = tuple(part for part in map(fold, parts) if part)
    solid = _joined(folded) if len(folded) > 1 else None
    has_accents = len(parts) == len(folded) and (*parts,) != folded
    written = parts[0] if len(parts) == 1 and has_accents else None
    within = [(n, part) for n, part in enumerate(parts) if has_accents and part != folded[n]]
    if solid is None:
        within = []
    if "." in word or "," in word:
        within += [(n, less) for n, part in enumerate(folded) for less in _less_exact(part)]
        if solid:
            also.append(_rounded(solid))
    others = _others(map(fold, also), folded, solid) if also else ()
    return Terms(folded, solid, written, others, tuple(within))


def _with_and(language: str, word: str) -> Terms | None:
    """Names that a sign or an n joins, if that is all the word is: AT&T, rock'n'roll."""
    joined, count = _SHORT_AND.subn("&", _POSSESSIVE.sub("", word))
    if count:
        word = joined
    if not _AMPERSAND.fullmatch(word) or not all(map(fold, word.split("&"))):
        return None
    names = fold(word).split("&")
    sign = AND.get(language, "and")
    together = [part for name in names for part in (sign, name)][1:]
    if not count:
        initials = "".join(names) if max(map(len, names)) <= 3 else ""
        return Terms(tuple(together), fold(word), also=(initials,) if initials else ())
    also = ("n".join(names),)
    short = dict.fromkeys(("n", "and"))
    within = [(n, term) for n in range(1, len(together), 2) for term in short if term != sign]
    return Terms(tuple(together), fold(word), also=also, within=tuple(within))


def _less_exact(part: str) -> list[str]:
    """What else a number is found by: 3 for 3.0, 17 and 17.1 for 17.1.2, 2020 for 20.5.2020."""
    numbers = part.split(".")
    if len(numbers) < 3 or not all(map(str.isdigit, numbers)):
        return [bare] if (bare := _rounded(part)) != part else []
    year = [numbers[-1]] if len(numbers[-1]) == 4 else []
    shorter = range(1, min(len(numbers), _MOST_SHORTER + 1))
    return [".".join(numbers[:n]) for n in shorter] + year


def _rounded(text: str) -> str:
    """Without zeros behind the point that say nothing."""
    return _LAST_ZEROS.sub(r"\1\2", text)


def _others(also: Iterable[str], parts: Sequence[str], solid: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for t in also if t and t not in parts and t != solid))


def _without_apostrophes(language: str, piece: str) -> tuple[str, list[str]]:
    """The word without what its language puts before or behind an apostrophe, and other forms."""
    piece = _POSSESSIVE.sub("", piece)
    if "'" not in piece:
        return piece, []
    whole = piece.replace("'", "")
    also: list[str] = []
    elided = ELISIONS.get(language)
    if elided:
        left, _, right = piece.partition("'")
        while right and left in elided:
            also.append(left)
            piece = right
            left, _, right = piece.partition("'")
    if language in SUFFIXES and "'" in piece:
        name, _, ending = piece.rpartition("'")
        endings = SUFFIXES[language]
        if (len(name) > 1 or name.isdigit()) and (endings is None or ending in endings):
            if name not in LEXICAL.get(language, ()):
                also.append(ending)
                piece = name
    if elided and "'" in piece:
        also += piece.split("'")
    piece = piece.replace("'", "")
    return piece, [*also, whole] if also else []


def _parts(language: str, piece: str) -> Sequence[str]:
    """The parts of what stands between hyphens."""
    if piece.isalpha() or piece.isdigit() or _PUNCTUATED.fullmatch(piece):
        return (piece,)
    piece = piece.rstrip(".")
    if _ACRONYM.fullmatch(piece):
        return (piece.replace(".", ""),)
    if found := _INITIALS_AND_NAME.fullmatch(piece):
        return (found[1].replace(".", ""), found[2])
    if _ORDINAL.fullmatch(piece):
        return (piece,)
    if _IS_NUMBER.fullmatch(piece):
        return _numbers(language, piece)
    if found := _NUMBER_AND_UNIT.fullmatch(piece):
        return (*_numbers(language, found[1]), found[2])
    if found := _LETTERS_AND_NUMBER.fullmatch(piece):
        return (found[1], *_numbers(language, found[2]))
    if found := _POWER_OR_TIME.fullmatch(piece):
        number, unit, power = filter(None, found.groups())
        return (*_numbers(language, number), unit, power)
    if "&" in piece:
        names = [name for name in piece.split("&") if name]
        sides = [(AND.get(language, "and"), *_parts(language, name)) for name in names]
        return [part for side in sides for part in side][1:]
    pieces = [part for part in _SEPARATORS.split(piece) if part]
    if pieces == [piece]:
        return pieces
    return [part for inner in pieces for part in _parts(language, inner)]


def _numbers(language: str, text: str) -> Sequence[str]:
    """A number without separators of thousands, and with a point before its decimals."""
    if language in COMMA_DECIMALS and _POINT_NUMBER.fullmatch(text):
        text = text.translate(_MIRRORED)
    if _COMMA_THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    return text.split(",")


def unfinished_number(text: str, language: str = "en") -> str | None:
    """A number at the end of a text that has yet to get all its digits: 10,00 of 10,000.

    It is given without its separators; None if there is none, or it may be whole.
    """
    found = _UNFINISHED.search(lower(text)[-_LONGEST_NUMBER:])
    sign = "." if language in COMMA_DECIMALS else ","
    return found[0].replace(sign, "") if found and found[1] == sign else None


def _joined(parts: Sequence[str]) -> str:
    """The parts as one word, but 3-5 is not 35, nor a date one long number."""
    joined = [parts[0]]
    for before, part in zip(parts, parts[1:], strict=False):
        if before[-1].isdigit() and part[0].isdigit():
            joined.append("-")
        joined.append(part)
    return "".join(joined)


def compound_key(solid: str, parts: Sequence[str]) -> str:
    """A compound as an index holds it: those of one joined form stand together."""
    return " ".join((solid, *parts))


def compound_keys(terms: Terms) -> tuple[str, ...]:
    """What a word with a hyphen between two parts tells of how it may be spelled.

    A number in a compound is told apart without having been seen.
    """
    if terms.solid and len(terms.parts) == 2 and not _HAS_NUMBER.search(terms.solid):
        return (compound_key(terms.solid, terms.parts),)
    return ()


def is_cjk(terms: Terms) -> bool:
    """Whether a word is of a script without spaces: its parts overlap by a character."""
    return _IS_UNSPACED.match(terms.parts[0]) is not None
