"""Whoosh queries for what stands for many terms of a field, chosen by looking at each.

To Whoosh they are MultiTerms like its own Wildcard; our evaluator asks them for `accepts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from whoosh.query.terms import MultiTerm

from searchsvc.analysis import words

_CHARACTER = rb"(?:[^\n\x80-\xff]|[\xc2-\xf4][\x80-\xbf]+)"
"""Of UTF-8, whatever its length."""


class TermFilter(MultiTerm):
    """Every term of a field that begins with `beginning` and that `accepts` likes."""

    beginning = ""

    def __init__(self, fieldname: str, text: str, boost: float = 1.0) -> None:
        self.fieldname = fieldname
        self.text = text
        self.boost = boost
        self.constantscore = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((type(self), self.fieldname, self.text))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.fieldname!r}, {self.text!r})"

    def accepts(self, term: str) -> bool:
        raise NotImplementedError

    def _btexts(self, reader: Any) -> Iterator[bytes]:
        field = reader.schema[self.fieldname]
        for term in reader.expand_prefix(self.fieldname, self.beginning):
            if self.accepts(field.from_bytes(term)):
                yield term


class Pattern(TermFilter):
    """`su*er` and `s?per`."""

    def __init__(self, fieldname: str, text: str, boost: float = 1.0) -> None:
        super().__init__(fieldname, text, boost)
        self.beginning = re.split("[*?]", text, maxsplit=1)[0]

    @property
    def lines(self) -> re.Pattern[bytes]:
        """Finds the terms that fit among many, one a line, in UTF-8."""
        return _compiled(self.text)

    def accepts(self, term: str) -> bool:
        return self.lines.fullmatch(term.encode("utf-8", "surrogatepass")) is not None


class Site(TermFilter):
    """A domain and those below it; `www.` is as good as none."""

    def accepts(self, term: str) -> bool:
        term = term.removeprefix("www.")
        return term == self.text or term.endswith(f".{self.text}")


class Named(TermFilter):
    """Values with these words, side by side if `is_exact`; `is_prefix` if the last is unfinished.

    So does `times` accept "New York Times".
    """

    def __init__(
        self,
        fieldname: str,
        text: str,
        boost: float = 1.0,
        is_exact: bool = False,
        is_prefix: bool = False,
    ) -> None:
        super().__init__(fieldname, text, boost)
        self.is_exact = is_exact
        self.is_prefix = is_prefix

    def accepts(self, term: str) -> bool:
        if term == self.text or self.is_prefix and term.startswith(self.text):
            return True
        asked, held = _words_of(self.text), _words_of(term)
        if not asked:
            return False
        if self.is_exact:
            runs = (held[i : i + len(asked)] for i in range(len(held) - len(asked) + 1))
            return asked in runs
        *whole, last = asked
        if not set(whole) <= set(held):
            return False
        return any(word == last or self.is_prefix and word.startswith(last) for word in held)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[bytes]:
    """Atomic groups, as no pattern may go back over what it read: `a*a*a*a*b` must end soon."""
    parts = (re.escape(part.encode("utf-8", "surrogatepass")) for part in pattern.split("*"))
    first, *others = (part.replace(rb"\?", _CHARACTER) for part in parts)
    inner = b"".join(b"(?>.*?%b)" % part for part in others[:-1])
    return re.compile(b"^%b%b%b$" % (first, inner, b".*" + others[-1] if others else b""), re.M)


@lru_cache(maxsize=1 << 14)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(part for word in words(text) for part in word.terms.parts)
