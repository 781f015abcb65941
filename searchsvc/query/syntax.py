"""What a reader types, read into a tree.

    a b        both          a OR b    either; OR ties its neighbours closer than a space does
    "a b"      in this order, exactly so written
    -a         without a     (a b)     one thing, to OR or to exclude
    super*     any word that begins so; su*er and s?per, any word of this pattern
    title:a    in the title  topic:a provider:a site:a type:a category:a when:7d before:a after:a

Nothing here is ever an error: what cannot be read as syntax is read as plain words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from searchsvc.analysis import Terms, fold, is_bare, is_cjk, terms_in
from searchsvc.errors import InvalidRequest, ParameterError
from searchsvc.query.nodes import (
    AllOf,
    AnyOf,
    Excluded,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Value,
    Wildcard,
    Word,
    all_of,
)
from searchsvc.query.periods import published

MAX_WORDS = 32

_VALUES = ("topic", "provider", "site", "type", "category")
_PERIODS = ("when", "before", "after")
_SIGNS = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"')
    | {"\uff08": "(", "\uff09": ")", "\uff1a": ":", "\uff0a": "*"}
)
_TOKEN = re.compile(
    rf"""(?P<minus>(?<![^\s(])-(?=[^\s-]))?
    (?:(?<![^\s(-])(?P<name>title|{"|".join(_VALUES + _PERIODS)}):(?=[^\s)]))?
    (?:"(?P<phrase>[^"]*)" | (?P<open>\() | (?P<chunk>[^\s"()]+))
    | (?P<close>\)) | (?P<stray>")""",
    re.VERBOSE | re.IGNORECASE,
)
_SYNTAX = re.compile(r"""["()*?:]|(?<!\S)(?:-|(?:AND|OR)(?!\S))""")
_PUNCTUATION = ".,;:!?'\u2019"
_WILDCARD = re.compile(r"[^\W_]+(?:[*?]+[^\W_]+)+\**")
_SITE = re.compile(r"(?:https?://)?(?:www\.)?([^/?#]+).*", re.DOTALL)


def parse(text: str, now: datetime | None = None, typing: bool = False) -> Node:
    """The tree of a query that is not empty. Raises InvalidRequest past MAX_WORDS words.

    Times such as `when:7d` count back from `now`: whoever keeps a tree keeps it with that. With
    `typing` the last word may be unfinished, and stands for all words that begin so as well.
    """
    text = text.translate(_SIGNS)
    if not typing and not _has_syntax(text):
        return _plain(text)  # most queries, at a third of the cost
    parser = _Parser(now or datetime.now(UTC))
    tokens = list(_TOKEN.finditer(text))
    for number, token in enumerate(tokens):
        parser.read(token, typing and number == len(tokens) - 1)
    return parser.finish()


def _has_syntax(text: str) -> bool:
    if is_bare(text) and "AND" not in text and "OR" not in text:
        return False
    return _SYNTAX.search(text) is not None


@dataclass(slots=True)
class _Group:
    """What stands between two parentheses, or the whole query; `name` is for all within."""

    name: str | None = None
    is_excluded: bool = False
    nodes: list[Node] = field(default_factory=list)
    words: int = 0
    is_or_open: bool = False
    """Whether an OR still needs its second operand."""

    def add(self, node: Node | None, size: int) -> None:
        """The next operand, of so many words; None is one that holds nothing."""
        self.words += size
        if node is None:
            self.end_or()
        elif self.is_or_open:
            self.is_or_open = False
            self.nodes.append(AnyOf((*_parts(AnyOf, self.nodes.pop()), *_parts(AnyOf, node))))
        else:
            self.nodes.append(node)

    def end_or(self) -> None:
        """An OR that joins nothing was a word."""
        if self.is_or_open:
            self.is_or_open = False
            self.words += 1
            self.nodes.append(Word(Terms(("or",)), _field(self.name)))

    def node(self) -> Node | None:
        self.end_or()
        node = all_of([part for node in self.nodes for part in _parts(AllOf, node)])
        return _excluded(node) if self.is_excluded else node


class _Parser:
    """Keeps the open groups itself: a query may nest deeper than Python recurses."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._groups = [_Group()]

    def read(self, token: re.Match[str], is_unfinished: bool) -> None:
        group = self._groups[-1]
        name = token["name"].lower() if token["name"] else group.name
        is_excluded = token["minus"] is not None
        if token["open"]:
            self._groups.append(_Group(name, is_excluded))
        elif token["close"]:
            self._close()
        elif token[0] in ("AND", "OR") and group.nodes:
            if token[0] == "OR":
                group.end_or()
                group.is_or_open = True
        elif not token["stray"]:
            leaves = self._leaves(token, name, is_unfinished and not is_excluded)
            node = all_of(leaves)
            group.add(_excluded(node) if is_excluded else node, sum(map(_words_in, leaves)))

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
            return _chunk(text, _field(name), is_unfinished)
        terms = tuple(terms_in(text))
        return [Phrase(terms, _field(name))] if terms else []

    def _close(self) -> None:
        if len(self._groups) > 1:
            closed = self._groups.pop()
            self._groups[-1].add(closed.node(), closed.words)

    def finish(self) -> Node:
        while len(self._groups) > 1:
            self._close()
        (whole,) = self._groups
        tree = whole.node()
        _check_size(whole.words)
        return tree or Nothing()


def _plain(text: str) -> Node:
    """Nothing but words."""
    found = terms_in(text)
    _check_size(sum(map(_size, found)))
    return all_of([_word(terms, None) for terms in found]) or Nothing()


def _check_size(size: int) -> None:
    if size > MAX_WORDS:
        error = ParameterError("q", f"{size} words", f"at most {MAX_WORDS} words")
        raise InvalidRequest((error,))


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


def _chunk(text: str, within: str | None, is_unfinished: bool) -> list[Node]:
    """What stands between two spaces, without quotes: mostly one word."""
    found = terms_in(text)
    bare = text.strip(_PUNCTUATION)
    if _WILDCARD.fullmatch(bare) and not any(map(is_cjk, found)):
        # Some texts have such a word, to be read as another: it is found as it stands, too.
        return [AnyOf((Wildcard(fold(bare), within), Phrase(tuple(found), within)))]
    nodes: list[Node] = [_word(terms, within) for terms in found]
    if found and not is_cjk(found[-1]):
        last = found[-1]
        prefix = Prefix(last.solid or last.parts[-1], within)
        if text.endswith("*"):
            nodes[-1] = prefix
        elif is_unfinished:
            nodes[-1] = AnyOf((nodes[-1], prefix))
    return nodes


def _word(terms: Terms, within: str | None) -> Node:
    """Texts hold two characters of a CJK script as a term: one is the beginning of some."""
    if len(terms.parts[0]) == 1 and is_cjk(terms):
        return Prefix(terms.parts[0], within)
    return Word(terms, within)


def _excluded(node: Node | None) -> Node | None:
    if isinstance(node, Excluded):
        return node.node
    return Excluded(node) if node else None


def _parts(kind: type[AllOf | AnyOf], node: Node) -> tuple[Node, ...]:
    """A group within a group of its kind is no group of its own."""
    return node.nodes if isinstance(node, kind) else (node,)


def _words_in(node: Node) -> int:
    match node:
        case Word(terms=terms):
            return _size(terms)
        case Phrase(words=phrase):
            return sum(map(_size, phrase))
        case AnyOf(nodes=nodes):  # one word, in other spellings
            return _words_in(nodes[0])
        case Value(text=text):
            return max(sum(map(_size, terms_in(text))), 1)
        case _:
            return 1


def _size(terms: Terms) -> int:
    """A compound counts all its parts; a run of CJK, whose parts overlap, half of them."""
    return len(terms.parts) if terms.solid else (len(terms.parts) + 1) // 2
