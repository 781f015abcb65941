"""Front matter in YAML as plain text values: bounded, and free of YAML's guesses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from searchsvc.articles.rejection import Rejected

MAX_DEPTH = 32
MAX_NODES = 50_000
"""Nodes after aliases are expanded: what stops an alias bomb."""

TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
_PARSER_TOO_DEEP = "exceeded maximum nesting depth"
"""What newer parsers say, which read ahead of their events, far above MAX_DEPTH."""

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_FENCES_THAT_END = ("---", "...")

_MERGE = "<<"
_COMMENT = re.compile(r"[ \t]+#")
_HASHTAG = re.compile(r"[ \t]*#[^\s#]")
"""Where a value should be: `# what goes here` explains that there is none."""

_ALLOWED_TAGS = {None, "!"} | {
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Top-level values by key, and the line in the file (from 1) where each key stands.

    A scalar is its text as written; a plain empty one or `~` is None. `cut` has the key and the
    line of every plain text that ends where ` #` starts a comment. `names` has the file's own name
    of a key, where it is another one.
    """

    values: dict[str, object]
    lines: dict[str, int]
    cut: tuple[tuple[str, int], ...] = ()
    names: Mapping[str, str] | None = None

    def line(self, key: str) -> int | None:
        return self.lines.get(key)

    def name(self, key: str) -> str:
        """What the file calls a key."""
        return self.names.get(key, key) if self.names else key


_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s*[\r\n])?---[ \t]*(?:[\r\n]|$)")
_HEAD = 1_000


def begins(content: bytes) -> bool:
    """Whether a file has front matter, by its first bytes: the rest need not even be text."""
    head = content[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    return _BEGINNING.match(head) is not None


def split(text: str, *, closed_by_end_of_file: bool = False) -> tuple[str, int] | None:
    """The YAML between the `---` lines and the line it starts on; None if there is none.

    Raises Rejected where the block is opened and never closed, unless the end of the file may
    close it (a `.yaml` file).
    """
    text = text.removeprefix("\ufeff")
    found = locate(text, closed_by_end_of_file=closed_by_end_of_file)
    return (text[found.start : found.stop], found.line) if found else None


class Block(NamedTuple):
    """Where front matter stands in a text, on which line it begins, and where the body does."""

    start: int
    stop: int
    line: int
    body: int


def locate(
    text: str,
    opens: tuple[str, ...] = ("---",),
    closes: tuple[str, ...] = _FENCES_THAT_END,
    *,
    closed_by_end_of_file: bool = False,
) -> Block | None:
    """What stands between two fences, of which each is a line; None if the first is not there.

    The text has no byte order mark. Raises Rejected as `split` does.
    """
    start = 0
    number = 1
    while (end := text.find("\n", start)) >= 0 and not text[start:end].strip():
        start = end + 1
        number += 1
    if end < 0 or text[start:end].rstrip() not in opens:
        return None
    opened, line_after_fence = number, number + 1
    block_start = start = end + 1
    while start < len(text):
        end = text.find("\n", start)
        line = text[start:] if end < 0 else text[start:end]
        if line.startswith(closes) and line.rstrip() in closes:
            body = len(text) if end < 0 else end + 1
            return Block(block_start, start, line_after_fence, body)
        if end < 0:
            break
        start = end + 1
    if closed_by_end_of_file:
        return Block(block_start, len(text), line_after_fence, len(text))
    fence = closes[0]
    raise Rejected(f"the front matter that opens here with `{fence}` is never closed", line=opened)


def parse(block: str, first_line: int = 1, *, unique: bool = False) -> FrontMatter:
    """Read a YAML mapping; `first_line` is the line of the file on which the block starts.

    Of a key that is given twice the last counts, unless each has to be `unique`. Raises Rejected,
    with the line, for what is not a mapping, not YAML, or beyond the bounds.
    """
    try:
        return _FrontMatterBuilder(block, first_line, unique).build()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + mark.line if mark else None
        if error.problem == _PARSER_TOO_DEEP:
            raise Rejected(TOO_DEEP, line=line) from None
        raise Rejected(f"not valid YAML: {error.problem or error.context}", line=line) from None
    except yaml.reader.ReaderError as error:
        # Its position is in bytes or in characters, as the parser is written in C or in Python.
        before = block.partition(chr(error.character))[0]
        line = first_line + before.count("\n")
        raise Rejected(f"not valid YAML: {error.reason}", line=line) from None


class _FrontMatterBuilder:
    """Builds values from parse events, so that nothing is constructed beyond the bounds.

    PyYAML's own constructor would recurse as deep as the file says, and hides which line a key
    is on; events give both, at no more cost.
    """

    def __init__(self, block: str, first_line: int, unique: bool) -> None:
        self._unique = unique
        # `yaml.parse` asks twice for each event.
        self._events: Iterator[yaml.Event] = iter(_Loader(block).get_event, None)
        self._first_line = first_line
        self._nodes = 0
        self._anchors: dict[str, tuple[object, int]] = {}
        self._key_lines: dict[str, int] = {}
        has_comment = " #" in block or "\t#" in block
        self._rows = block.split("\n") if has_comment else []
        self._cut: list[tuple[str, int]] = []

    def build(self) -> FrontMatter:
        values: object = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                values = self._node(event, depth=0)
                break
        if values is None:
            return FrontMatter({}, {})
        if not isinstance(values, dict):
            raise Rejected(
                f"{_shape(values)}, not `key: value` lines",
                line=self._first_line,
            )
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                raise Rejected("a second YAML document", line=self._line(event))
        return FrontMatter(values, self._key_lines, tuple(self._cut))

    def _line(self, event: yaml.Event) -> int:
        mark: Any = event.start_mark
        return int(self._first_line + mark.line)

    def _count(self, nodes: int, event: yaml.Event) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise Rejected(f"more than {MAX_NODES:,} values", line=self._line(event))

    def _node(self, event: yaml.Event, depth: int) -> object:
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                # Not by its name: what looks like an alias may be a secret without quotes.
                raise Rejected("an alias (`*...`) of what is nowhere before it", self._line(event))
            value, size = self._anchors[event.anchor]
            self._count(size, event)
            return value
        self._count(1, event)
        if getattr(event, "tag", None) not in _ALLOWED_TAGS:
            raise Rejected("a tag (`!...`) that is not allowed", line=self._line(event))
        before = self._nodes
        value = self._value(event, depth)
        if (anchor := getattr(event, "anchor", None)) is not None:
            self._anchors[anchor] = (value, self._nodes - before + 1)
        return value

    def _value(self, event: yaml.Event, depth: int) -> object:
        if isinstance(event, yaml.ScalarEvent):
            is_plain = event.implicit[0]
            if is_plain and self._rows:
                self._look_for_comment(event)
            return None if is_plain and event.value in ("", "~") else event.value
        if depth >= MAX_DEPTH:
            raise Rejected(TOO_DEEP, line=self._line(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._node(item, depth + 1) for item in self._until(yaml.SequenceEndEvent)]
        return self._mapping(depth)

    def _look_for_comment(self, event: yaml.ScalarEvent) -> None:
        mark: Any = event.end_mark
        if mark.line < len(self._rows):
            comment = _COMMENT if event.value else _HASHTAG
            if comment.match(self._rows[mark.line], mark.column):
                key = next(reversed(self._key_lines), "")
                self._cut.append((key, self._first_line + mark.line))

    def _mapping(self, depth: int) -> dict[str, object]:
        mapping: dict[str, object] = {}
        inherited: dict[str, object] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if key is not None and not isinstance(key, str):
                raise Rejected(f"a key that is {_shape(key)}", line=self._line(event))
            name = key or ""
            if self._unique and name in mapping:
                raise Rejected(f"`{name}` is given twice", line=self._line(event))
            if depth == 0:
                self._key_lines.pop(name, None)
                self._key_lines[name] = self._line(event)
            value = self._node(next(self._events), depth + 1)
            is_plain = isinstance(event, yaml.ScalarEvent) and event.implicit[0]
            if name == _MERGE and is_plain and (merged := _merged(value)) is not None:
                inherited |= {key: merged[key] for key in merged if key not in inherited}
                continue
            mapping[name] = value
        if depth == 0:
            for name in inherited:
                self._key_lines.setdefault(name, self._key_lines[_MERGE])
        return inherited | mapping if inherited else mapping

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event


def _merged(value: object) -> dict[str, object] | None:
    """What a merge key brings in: of several mappings, the first that has a key gives it."""
    mappings = value if isinstance(value, list) else [value]
    merged: dict[str, object] = {}
    for mapping in reversed(mappings):
        if not isinstance(mapping, dict):
            return None
        merged |= mapping
    return merged


def _shape(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "text"


def describe(value: object) -> str:
    """How a value of the wrong shape is called in a reason."""
    return "nothing" if value is None else _shape(value)
