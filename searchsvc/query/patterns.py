"""Which terms a pattern stands for, and which values a name or a domain stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchsvc.analysis import stemmer, words
from searchsvc.remembering import remembered

_CHARACTER = rb"(?:[^\n\x80-\xff]|[\xc2-\xf4][\x80-\xbf]+)"
"""One character in UTF-8, whatever its length."""


def beginning(pattern: str) -> str:
    """What every term that fits a pattern begins with."""
    return re.split("[*?]", pattern, maxsplit=1)[0]


@remembered(256)
def compiled(pattern: str) -> re.Pattern[bytes]:
    """A pattern that finds the terms that fit among many, one a line, in UTF-8.

    `*` is any number of characters, `?` is one. Atomic groups keep the search from going back over
    what it has read, so that `a*a*a*a*b` ends soon.
    """
    parts = (re.escape(part.encode("utf-8", "surrogatepass")) for part in pattern.split("*"))
    first, *others = (part.replace(rb"\?", _CHARACTER) for part in parts)
    inner = b"".join(b"(?>.*?%b)" % part for part in others[:-1])
    return re.compile(b"^%b%b%b$" % (first, inner, b".*" + others[-1] if others else b""), re.M)


def fits(pattern: str, term: str) -> bool:
    """Whether a whole term fits a pattern."""
    return compiled(pattern).fullmatch(term.encode("utf-8", "surrogatepass")) is not None


@dataclass(frozen=True, slots=True)
class Site:
    """A domain and those below it; `www.` counts as nothing."""

    domain: str

    def accepts(self, value: str) -> bool:
        """Whether a provider's domain is one of them."""
        value = value.removeprefix("www.")
        return value == self.domain or value.endswith(f".{self.domain}")


@dataclass(frozen=True, slots=True)
class Named:
    """Values with these words, as `times` names "New York Times".

    is_exact    the words have to stand side by side
    is_prefix   the last word may be unfinished
    is_stemmed  words are the same in any form, if they need not stand exactly so
    """

    text: str
    is_exact: bool = False
    is_prefix: bool = False
    language: str = "en"
    is_stemmed: bool = False

    def accepts(self, value: str) -> bool:
        """Whether a value, folded as keys are, is named by these words."""
        if value == self.text or self.is_prefix and value.startswith(self.text):
            return True
        asked, held = _words_of(self.text, self.language), _words_of(value, self.language)
        if not asked:
            return False
        if self.is_exact:
            runs = (held[i : i + len(asked)] for i in range(len(held) - len(asked) + 1))
            return asked in runs
        *whole, last = asked
        if self.is_prefix and not any(word.startswith(last) for word in held):
            return False
        required = whole if self.is_prefix else asked
        return set(map(self._form, required)) <= set(map(self._form, held))

    def _form(self, word: str) -> str:
        return stemmer(self.language)(word) if self.is_stemmed else word


@remembered(1 << 12)
def _words_of(text: str, language: str) -> tuple[str, ...]:
    return tuple(part for word in words(text, language) for part in word.terms.parts)
