"""What a reader types, read into a tree.

    a b        both          a OR b    either; OR ties its neighbours closer than a space does
    "a b"      in this order, exactly so written
    -a, NOT a  without a     (a b)     one thing, to OR or to exclude
    super*     any word that begins so; su*er and s?per, any word of this pattern
    title:a    in the title  topic:a provider:a site:a type:a category:a when:7d before:a after:a

Nothing here is ever an error: what cannot be read as syntax is read as plain words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from searchsvc.analysis import Terms, bind, fold, is_bare, is_cjk, terms_in, unfinished_number
from searchsvc.analysis.scripts import UNSPACED
from searchsvc.query.nodes import (
    AllOf,
    AnyOf,
    Excluded,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Value,
    Variants,
    Wildcard,
    Word,
    all_of,
    grouped,
)
from searchsvc.query.periods import published

MAX_PHRASE = 64
"""Terms side by side that are looked for; what a phrase has beyond them is not."""
MAX_DEPTH = 32
"""Parentheses within each other; those further inside change nothing."""
OPERATORS = ("AND", "OR", "NOT")

IsHyphenated: TypeAlias = Callable[[str, str], bool]
"""Whether articles write two words as one with a hyphen."""

_VALUES = ("topic", "provider", "site", "type", "category")
_PERIODS = ("when", "before", "after")
_SIGNS = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"')
    | {"\uff08": "(", "\uff09": ")", "\uff1a": ":", "\uff0a": "*"}
)
_HEBREW = "\u05d0-\u05ea"
_INNER_QUOTE = rf'(?<=[{_HEBREW}])"(?=[{_HEBREW}])'
_NO_QUOTE = rf'(?<=[^\W_{UNSPACED}])"'
"""Inches, gershayim: no quotation begins right behind a letter or a digit."""
_TOKEN = re.compile(
    rf"""(?P<minus>(?<![^\s(])-(?=[^\s-]))?
    (?:(?<![^\s(-])(?P<name>title|{"|".join(_VALUES + _PERIODS)}):(?=[^\s)]))?
    (?:(?<![^\W_{UNSPACED}])"(?P<phrase>(?:[^"]|{_INNER_QUOTE})*)"
      | (?P<open>\() | (?P<chunk>(?:[^\s"()]|{_NO_QUOTE})+))
    | (?P<close>\)) | (?P<stray>")""",
    re.VERBOSE | re.IGNORECASE,
)
_SYNTAX = re.compile(r"""["()*?:]|(?<!\S)(?:-|(?:AND|OR|NOT)(?!\S))""")
_OPERATOR = re.compile(r"(?<!\S)(?:AND|OR|NOT)(?!\S)")
_PUNCTUATION = ".,;:!?'\u2019"
_WILDCARD = re.compile(r"[^\W_]+(?:[*?]+[^\W_]+)+\**")
_SITE = re.compile(r"(?:https?://)?(?:www\.)?([^/?#]+).*", re.DOTALL)


def parse(
    text: str,
    now: datetime | None = None,
    typing: bool = False,
    language: str = "en",
    is_hyphenated: IsHyphenated | None = None,
) -> Node:
    """The tree of a query.

    Times such as `when:7d` count back from `now`: whoever keeps a tree keeps it with that. With
    `typing` the last word may be unfinished, and stands for all words that begin so as well. Given
    `is_hyphenated`, `covid -19` excludes nothing where articles write covid-19.
    """
    if not typing and not _has_syntax(text):
        # The short way of most queries.
        found = [_word(terms, None) for terms in terms_in(text, language)]
        return all_of(found) or Nothing()
    tokens = list(scanned(text, language))
    parser = _Parser(now or datetime.now(UTC), language, is_hyphenated, is_in_capitals(text))
    for number, token in enumerate(tokens):
        parser.read(token, typing and number == len(tokens) - 1)
    return parser.finish()


def scanned(text: str, language: str) -> Iterator[re.Match[str]]:
    """The tokens of a query, each where it stands in the text.

    Their groups: `minus`, `name` of a field, then one of `phrase`, `open`, `chunk`; or `close` or
    `stray`, a quotation mark that quotes nothing.
    """
    return _TOKEN.finditer(bind(text.translate(_SIGNS), language))


def is_in_capitals(text: str) -> bool:
    """Whether a query is written in capitals throughout, so that its AND, OR and NOT are words."""
    return (
        text == text.upper() and _OPERATOR.sub("", text).upper() != _OPERATOR.sub("", text).lower()
    )


def _has_syntax(text: str) -> bool:
    if is_bare(text) and "AND" not in text and "OR" not in text and "NOT" not in text:
        return False
    return _SYNTAX.search(text.translate(_SIGNS)) is not None


@dataclass(slots=True)
class _Group:
    """What stands between two parentheses, or the whole query; `name` is for all within.

    Each of `alternatives` is joined by AND to the others, and what is within it by OR.
    """

    name: str | None = None
    is_excluded: bool = False
    alternatives: list[list[Node]] = field(default_factory=list)
    is_or_open: bool = False
    is_not_open: bool = False
    """Whether an operator still needs what comes behind it."""

    def add(self, node: Node | None) -> None:
        """The next operand; None is one that holds nothing."""
        if node is None:
            self.end_operators()
            return
        if self.is_not_open:
            self.is_not_open = False
            node = _excluded(node)
        if self.is_or_open:
            self.is_or_open = False
            self.alternatives[-1].append(node)
        else:
            self.alternatives.append([node])

    def operator(self, name: str) -> None:
        """An operator; where another one is still open, that one was a word."""
        if name == "NOT":
            if self.is_not_open:
                self.end_operators()
            self.is_not_open = True
            return
        self.end_operators()
        self.is_or_open = name == "OR"

    def end_operators(self) -> None:
        """An operator without an operand was a word."""
        if self.is_not_open:
            self.is_not_open = False
            self.add(Word(Terms(("not",)), _field(self.name)))
        elif self.is_or_open:
            self.is_or_open = False
            self.add(Word(Terms(("or",)), _field(self.name)))

    def node(self) -> Node | None:
        self.end_operators()
        if not self.alternatives:
            return None
        node = grouped(AllOf, [grouped(AnyOf, nodes) for nodes in self.alternatives])
        return _excluded(node) if self.is_excluded else node


class _Parser:
    """Keeps the open groups itself: a query may nest deeper than Python recurses."""

    def __init__(
        self,
        now: datetime,
        language: str,
        is_hyphenated: IsHyphenated | None,
        is_in_capitals: bool,
    ) -> None:
        self._now = now
        self._language = language
        self._is_hyphenated = is_hyphenated
        self._operators = () if is_in_capitals else OPERATORS
        self._groups = [_Group()]
        self._too_deep = 0
        self._last: Terms | None = None
        """The word right before, if there is one."""

    def read(self, token: re.Match[str], is_unfinished: bool) -> None:
        group = self._groups[-1]
        name = token["name"].lower() if token["name"] else group.name
        is_excluded = token["minus"] is not None
        last, self._last = self._last, None
        if token["open"]:
            self._open(_Group(name, is_excluded))
        elif token["close"]:
            self._close()
        elif token[0] in self._operators and (token[0] == "NOT" or group.alternatives):
            group.operator(token[0])
        elif not token["stray"]:
            leaves = self._leaves(token, name, is_unfinished and not is_excluded)
            node = all_of(leaves)
            is_excluded = is_excluded and not self._are_one(last, leaves)
            group.add(_excluded(node) if node and is_excluded else node)
            if leaves and isinstance(leaves[-1], Word) and not is_excluded:
                self._last = leaves[-1].terms

    def finish(self) -> Node:
        self._too_deep = 0
        while len(self._groups) > 1:
            self._close()
        (whole,) = self._groups
        return whole.node() or Nothing()

    def _open(self, group: _Group) -> None:
        if len(self._groups) > MAX_DEPTH:
            self._too_deep += 1
        else:
            self._groups.append(group)

    def _close(self) -> None:
        if self._too_deep:
            self._too_deep -= 1
        elif len(self._groups) > 1:
            closed = self._groups.pop()
            self._groups[-1].add(closed.node())

    def _are_one(self, last: Terms | None, leaves: list[Node]) -> bool:
        """Whether a `-` before some words is no exclusion but a hyphen behind the last word."""
        match leaves:
            case [Word(terms=terms), *_] if last and self._is_hyphenated:
                return self._is_hyphenated(last.parts[-1], terms.parts[0])
        return False

    def _leaves(self, token: re.Match[str], name: str | None, is_unfinished: bool) -> list[Node]:
        is_phrase = token["phrase"] is not None
        text = token["phrase"] if is_phrase else token["chunk"]
        if name in _PERIODS:
            period = published(name, text.strip(), self._now)
            if period:
                return [period]
            text = f"{token['name'] or ''} {text}"
        elif name in _VALUES:
            return _value(name, text, is_phrase, is_unfinished)
        if not is_phrase:
            return self._chunk(text, _field(name), is_unfinished)
        terms = terms_in(text, self._language)
        return [_phrase(terms, _field(name))] if terms else []

    def _chunk(self, text: str, within: str | None, is_unfinished: bool) -> list[Node]:
        """What stands between two spaces, without quotes: mostly one word."""
        found = terms_in(text, self._language)
        bare = text.strip(_PUNCTUATION)
        if _WILDCARD.fullmatch(bare) and not any(map(is_cjk, found)):
            # Some texts have such a word, to be read as another: it is found as it stands, too.
            return [Variants((Wildcard(fold(bare), within), _phrase(found, within)))]
        nodes: list[Node] = [_word(terms, within) for terms in found]
        if found and not is_cjk(found[-1]):
            last = found[-1]
            prefix = Prefix(last.solid or last.parts[-1], within)
            if text.endswith("*"):
                nodes[-1] = prefix
            elif is_unfinished:
                number = unfinished_number(text, self._language)
                longer: list[Node] = [Prefix(number, within)] if number else []
                if last.solid and "&" in last.solid:  # of names, which stand apart elsewhere
                    lead = Phrase(tuple(Terms((part,)) for part in last.parts[:-1]), within)
                    longer.append(AllOf((lead, Prefix(last.parts[-1], within))))
                nodes[-1] = Variants((nodes[-1], prefix, *longer))
        return nodes


def _field(name: str | None) -> str | None:
    """The text field that a name restricts words to."""
    return "title" if name == "title" else None


def _value(name: str, text: str, is_exact: bool, is_unfinished: bool) -> list[Node]:
    """A value as keys are written: folded, with single spaces."""
    key = " ".join(text.casefold().split())
    if not is_exact:
        key = key.rstrip(",;!?")
    bare = key.rstrip("*")
    if name == "site":
        found = _SITE.fullmatch(bare)
        bare = found[1] if found else ""
    is_prefix = not is_exact and (is_unfinished or key.endswith("*"))
    return [Value(name, bare, is_exact, is_prefix)] if bare else []


def _word(terms: Terms, within: str | None) -> Node:
    """Texts hold two characters of a CJK script as a term: one is the beginning of some."""
    if len(terms.parts[0]) == 1 and is_cjk(terms):
        return Prefix(terms.parts[0], within)
    if len(terms.parts) > MAX_PHRASE:
        terms = Terms(terms.parts[:MAX_PHRASE])
    return Word(terms, within)


def _phrase(words: list[Terms], within: str | None) -> Phrase:
    """The first words, of no more than MAX_PHRASE terms together."""
    kept: list[Terms] = []
    room = MAX_PHRASE
    for terms in words:
        if len(terms.parts) >= room:
            kept.append(terms if len(terms.parts) == room else Terms(terms.parts[:room]))
            break
        kept.append(terms)
        room -= len(terms.parts)
    return Phrase(tuple(kept), within)


def _excluded(node: Node) -> Node:
    return node.node if isinstance(node, Excluded) else Excluded(node)
