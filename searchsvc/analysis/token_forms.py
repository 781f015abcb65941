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
_NOTHING = re.compile(f'["\u05f3\u05f4{JOINERS}]')
_APOSTROPHE = re.compile(rf"[{APOSTROPHES}]")
_HYPHEN = re.compile(rf"[{HYPHENS}\s]+")
_POSSESSIVE = re.compile(r"'s$|(?<=\d)s$")
_ACRONYM = re.compile(r"[^\W\d](?:\.[^\W\d])+")
_PUNCTUATED = re.compile(r"\.net|\w\+\+|\w#")
_AMPERSAND = re.compile(rf"{LETTER}+(?:&{LETTER}+)+")
_SEPARATORS = re.compile(r"[.,+]+")
_LETTERS = rf"(?:{LETTER}|[{MARKS}])+"
_NUMBER = r"\d+(?:[.,]\d+)*"
_NUMBER_AND_UNIT = re.compile(rf"({_NUMBER})({_LETTERS})")
_LETTERS_AND_NUMBER = re.compile(rf"({_LETTERS})({_NUMBER})")
_IS_NUMBER = re.compile(_NUMBER)
_ORDINAL = re.compile(r"\d*(?:1st|2nd|3rd|\dth)")
_POINT_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+")
"""A number as languages with a decimal comma write it."""
_COMMA_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
_HAS_NUMBER = re.compile(r"\d")
_MIRRORED = str.maketrans(".,", ",.")


@dataclass(frozen=True, slots=True)
class Terms:
    """What one word stands for, folded and unstemmed.

    parts    take consecutive positions (`covid-19` has two)
    solid    the joined form (`covid19`), where that is another term
    written  the word with its accents, if it has any
    also     further terms that only texts are found by, as `l` and `leconomie` in `l'économie`
    """

    parts: tuple[str, ...]
    solid: str | None = None
    written: str | None = None
    also: tuple[str, ...] = ()

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
    if raw.isascii() and (raw.isalpha() or raw.isdigit()):
        return Terms((raw.lower(),))  # most words, at a tenth of the cost
    if raw in ("&", "＆"):
        return Terms((AND.get(language, "and"),))
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
    if pieces[0][0].isdigit():
        terms = _analysed(language, "".join(pieces))
    else:
        terms = Terms((fold("".join(pieces)).replace(".", ""),))
    also = (part for piece in pieces for part in _analysed(language, piece).parts)
    return Terms(terms.parts, terms.solid, terms.written, _others(also, terms.parts, terms.solid))


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
    if "&" in word and _AMPERSAND.fullmatch(word) and all(map(fold, word.split("&"))):
        names = fold(word).split("&")
        together = [part for name in names for part in (AND.get(language, "and"), name)][1:]
        initials = "".join(names) if max(map(len, names)) <= 3 else ""
        return Terms(tuple(together), fold(word), also=(initials,) if initials else ())
    parts: list[str] = []
    also: list[str] = []
    for piece in _HYPHEN.split(word):
        bare, elided = _without_apostrophes(language, piece)
        parts += _parts(language, bare)
        also += elided
    folded = tuple(part for part in map(fold, parts) if part)
    solid = _joined(folded) if len(folded) > 1 else None
    written = parts[0] if len(parts) == len(folded) == 1 and folded[0] != parts[0] else None
    return Terms(folded, solid, written, _others(map(fold, also), folded, solid) if also else ())


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
    if _ORDINAL.fullmatch(piece):
        return (piece,)
    if _IS_NUMBER.fullmatch(piece):
        return _numbers(language, piece)
    if found := _NUMBER_AND_UNIT.fullmatch(piece):
        return (*_numbers(language, found[1]), found[2])
    if found := _LETTERS_AND_NUMBER.fullmatch(piece):
        return (found[1], *_numbers(language, found[2]))
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
