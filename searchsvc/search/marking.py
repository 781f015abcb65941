"""Where in a text the words of a query stand: in any form, as phrases, by how they begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count

from searchsvc import analysis
from searchsvc.analysis.beginnings import beginnings
from searchsvc.query.expanding import Pattern
from searchsvc.query.nodes import Phrase, Prefix, TextLeaf, Wildcard, Word
from searchsvc.scoring import kernels

Span = tuple[int, int, str]
"""From where to where in a text, and the term that was found there."""
Mark = tuple[int, int, int]
"""The same in bytes of UTF-8, and a number that is the term's."""
PIECES_KEPT = 1 << 14
MARKED_KEPT, MARKED_LENGTH = 32, 100
"""How many pieces a finder remembers with their matches, and of how many bytes at most."""
_PIECE = re.compile(rb"[^\x00-\x20]+")
_BETWEEN = bytes(range(0x21))
_OPENING, _CLOSING = b"\"'([<", b"\"'.,:;!?)]>"
"""Signs around a word that are never a part of it."""
_POSSESSIVES = (b"'s", "\u2019s".encode())
_ALONE = frozenset(sign.encode() for sign in "- -- | / & + * – — …".split())
"""Signs that stand between words; over them a phrase reaches."""


@dataclass(frozen=True, slots=True)
class Finder:
    """What some leaves of a query match, as needed to find it again in texts.

    `keys`: what every word begins with that can match; None where that cannot be told. Threads
    share one: of pieces `known` the matches are remembered, with the `numbers` of their terms.
    """

    stem: Callable[[str], str]
    stems: frozenset[str]
    exact: frozenset[str]
    prefixes: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    phrases: tuple[tuple[str, ...], ...]
    keys: bytes | None
    known: dict[bytes, list[Mark]] = field(default_factory=dict, compare=False)
    numbers: dict[str, int] = field(default_factory=dict, compare=False)
    unused: Iterator[int] = field(default_factory=count, compare=False)

    @classmethod
    def of(cls, leaves: Iterable[TextLeaf], language: str) -> Finder:
        stem = analysis.stemmer(language)
        stems: dict[str, None] = {}
        spellings: list[Sequence[str]] = []
        prefixes, patterns, keys = [], [], []
        for leaf in leaves:
            match leaf:
                case Word(terms=terms) if len(terms.parts) == 1:
                    stems[stem(terms.parts[0])] = None  # most leaves
                case Word():
                    stems.update(dict.fromkeys(map(stem, leaf.alone)))
                    spellings += leaf.together
                case Phrase():
                    spellings += leaf.spellings
                case Prefix(text=text):
                    prefixes.append(text)
                    keys.append(text)
                case Wildcard(pattern=pattern):
                    patterns.append(Pattern("", pattern))
                    keys.append(re.split("[*?]", pattern, maxsplit=1)[0])
        keys += [key for one in stems for key in beginnings(one, language)]
        keys += [term for terms in spellings for term in terms]
        return cls(
            stem,
            frozenset(stems),
            frozenset(terms[0] for terms in spellings if len(terms) == 1),
            tuple(prefixes),
            tuple(patterns),
            tuple(tuple(terms) for terms in spellings if len(terms) > 1),
            _joined(keys),
        )

    def marks(self, text: bytes) -> list[int]:
        """The matches in order, end to end: from where to where in bytes, and the term's number.

        None overlaps another, and none reaches across a line's end. `text` is UTF-8.
        """
        marks: list[int] = []
        only_phrases = not (self.stems or self.exact or self.prefixes or self.patterns)
        if only_phrases and not self.phrases:
            return marks
        # What matches the same query holds the same words: each is read once.
        known = self.known
        others: dict[bytes, list[Mark]] = {}
        pieces = self._pieces(text)
        for start, end in _runs(text, pieces) if self.phrases else pieces:
            piece = text[start:end]
            if only_phrases and (piece.isalpha() or piece in _ALONE):
                continue  # no more than one word
            found = known.get(piece)
            if found is None:
                found = others.get(piece)
            if found is None:
                found = self._marks_in(piece)
                is_kept = len(known) < MARKED_KEPT and len(piece) <= MARKED_LENGTH
                (known if is_kept else others)[piece] = found
            for begin, stop, term in found:
                marks += (start + begin, start + stop, term)
        return marks

    def _pieces(self, text: bytes) -> list[tuple[int, int]]:
        """Those between spaces that may hold a match."""
        if self.keys is None:
            return [piece.span() for piece in _PIECE.finditer(text)]
        pieces: list[tuple[int, int]] = kernels.find_pieces(
            text, self.keys, bool(self.phrases)
        ).tolist()
        return pieces

    def _marks_in(self, piece: bytes) -> list[Mark]:
        """The matches in a piece, or in some side by side."""
        if not self.phrases and (found := _plain_word(piece)):
            start, end, word = found
            term = self.term(word)
            return [] if term is None else [(start, end, self._number(term))]
        words = _plain_words(piece) if self.phrases else None
        if words is not None:
            spans = self.read_plain(words)
        else:
            text = piece.decode("utf-8", "surrogatepass")
            spans = self.read(text)
            if not piece.isascii():
                spans = [(_size(text[:start]), _size(text[:end]), of) for start, end, of in spans]
        return [(start, end, self._number(term)) for start, end, term in spans]

    def _number(self, term: str) -> int:
        number = self.numbers.get(term)
        if number is None:  # another thread may give it one: the first holds
            number = self.numbers.setdefault(term, next(self.unused))
        return number

    def read(self, piece: str) -> list[Span]:
        """The matches in a piece, or in some side by side."""
        words = _words_of(self.stem)(piece)
        spans = [match for word in words if (match := self._match(word))]
        if self.phrases and sum(len(terms) for _, _, terms, _, _ in words) > 1:
            spans += self._phrases_in(piece)
        return _merged(spans)

    def read_plain(self, words: Sequence[Span]) -> list[Span]:
        """The same of plain words, in lower case, side by side."""
        spans = [(start, end, term) for start, end, word in words if (term := self.term(word))]
        terms = tuple([word for _, _, word in words])
        for phrase in self.phrases:
            for first in range(len(words) - len(phrase) + 1):
                if terms[first : first + len(phrase)] == phrase:
                    spans += words[first : first + len(phrase)]
        return _merged(spans)

    def term(self, word: str) -> str | None:
        """What matches a plain word in lower case."""
        stem = self.stem(word) if self.stems else ""
        if stem in self.stems:
            return stem
        if not (self.exact or self.prefixes or self.patterns):
            return None
        match = self._match((0, len(word), (word,), (self.stem(word),), False))
        return match and match[2]

    def _match(self, word: _Word) -> Span | None:
        """The part of a word that matches: all of it, but where scripts have no spaces."""
        start, end, terms, stems, is_cjk = word
        for term, stem in zip(terms, stems, strict=True):
            if stem in self.stems or term in self.exact:
                return start, end, stem
            for prefix in self.prefixes:
                if term.startswith(prefix):
                    return start, min(start + len(prefix), end) if is_cjk else end, prefix
            for pattern in self.patterns:
                if pattern.accepts(term):
                    return start, end, pattern.text
        return None

    def _phrases_in(self, text: str) -> Iterator[Span]:
        """The words that stand in a phrase."""
        places: dict[tuple[int, str], tuple[int, int]] = {}
        for word in analysis.words(text):
            for offset, start, end, term in _indexed(word):
                places[word.position + offset, term] = start, end
        for phrase in self.phrases:
            for position, term in places:
                if term != phrase[0]:
                    continue
                found = [places.get((position + i, term)) for i, term in enumerate(phrase)]
                if all(found):
                    for place, term in zip(found, phrase, strict=True):
                        if place:
                            yield *place, term


def _plain_word(piece: bytes) -> Span | None:
    """The one word of a piece, in lower case, if it is of nothing but ASCII letters: most are.

    Or of these and an `'s`, which is set aside.
    """
    opened = piece.lstrip(_OPENING)
    word = opened.rstrip(_CLOSING)
    start = len(piece) - len(opened)
    letters = word
    if not word.isalpha():
        for possessive in _POSSESSIVES:
            letters = word.removesuffix(possessive)
            if letters.isalpha():
                break
        else:
            return None
    return start, start + len(word), letters.lower().decode()


def _plain_words(run: bytes) -> list[Span] | None:
    """The words of some pieces side by side, if each is a plain one."""
    words: list[Span] = []
    start = 0
    for piece in run.split(b" "):
        if word := _plain_word(piece):
            words.append((start + word[0], start + word[1], word[2]))
        elif piece not in _ALONE:
            return None
        start += len(piece) + 1
    return words


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


_Word = tuple[int, int, tuple[str, ...], tuple[str, ...], bool]
"""From where to where; its terms, their stems; whether it is a part of a run of CJK."""


@lru_cache(maxsize=4)
def _words_of(stem: Callable[[str], str]) -> Callable[[str], tuple[_Word, ...]]:
    """The words of a piece of text, remembered: the articles of a site share most of them."""

    @lru_cache(maxsize=PIECES_KEPT)
    def look_up(piece: str) -> tuple[_Word, ...]:
        return tuple(_read(piece, stem))

    return look_up


def _read(piece: str, stem: Callable[[str], str]) -> Iterator[_Word]:
    for word in analysis.words(piece):
        if analysis.is_cjk(word.terms):
            for _, start, end, term in _indexed(word):
                yield start, end, (term,), (stem(term),), True
        else:
            terms = tuple(term for _, term in word.terms.indexed)
            yield word.start, word.end, terms, tuple(map(stem, terms)), False


def _indexed(word: analysis.Word) -> Iterator[tuple[int, int, int, str]]:
    """All that a word is found by: its offset in terms, from where to where it is, the term.

    Where scripts have no spaces each is a stretch of its own, else the word.
    """
    parts = word.terms.parts
    has_own = analysis.is_cjk(word.terms) and len(parts) == max(word.end - word.start - 1, 1)
    for offset, term in word.terms.indexed:
        if not has_own:
            yield offset, word.start, word.end, term
            continue
        start = word.start + offset + len(parts[offset]) - len(term)  # the last character, alone
        yield offset, start, start + len(term), term


def _joined(keys: Iterable[str]) -> bytes | None:
    """For the kernel. None if one is empty or begins with a sign, where no word begins to it.

    A key that is not ASCII adds nothing: the words that begin so are not either.
    """
    distinct = dict.fromkeys(keys)
    if not all(key[:1].isalnum() for key in distinct):
        return None
    return "\0".join(key for key in distinct if key.isascii()).encode()


def _runs(text: bytes, pieces: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Pieces of one line with no others between them, as one."""
    first, last = -1, -1
    for start, end in pieces:
        if first >= 0:
            between = text[last:start]
            if between != b" " and (between.strip(_BETWEEN) or b"\n" in between):
                yield first, last
                first = -1
        if first < 0:
            first = start
        last = end
    if first >= 0:
        yield first, last


def _merged(spans: list[Span]) -> list[Span]:
    """In order; what overlaps is one."""
    if len(spans) < 2:
        return spans
    spans.sort()
    merged: list[Span] = []
    for span in spans:
        if merged and span[0] < merged[-1][1]:
            start, end, term = merged[-1]
            merged[-1] = start, max(end, span[1]), term
        else:
            merged.append(span)
    return merged
