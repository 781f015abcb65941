"""A small YAML file as texts, lists and mappings, each with its line: what a fault is told by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import yaml

from searchsvc.articles.frontmatter import describe
from searchsvc.articles.rejection import Rejected, Rejection

MAX_BYTES = 1_000_000
MAX_DEPTH = 8
MAX_NODES = 100_000

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class YamlValue:
    """One value: a text as written, a list, a mapping, or None where nothing stands."""

    line: int
    content: str | list[YamlValue] | dict[str, YamlValue] | None

    def text(self) -> str:
        """Raises Rejected where it is no text."""
        if isinstance(self.content, str):
            return self.content.strip()
        raise Rejected(f"{self.shape} where a text is needed", self.line)

    def texts(self) -> list[YamlValue]:
        """A list, or a single text as a list of one."""
        return self.content if isinstance(self.content, list) else [self]

    def items(self) -> list[YamlValue]:
        """Raises Rejected where it is no list."""
        if isinstance(self.content, list):
            return self.content
        raise Rejected(f"{self.shape} where a list is needed", self.line)

    def keys(self, *allowed: str) -> dict[str, YamlValue]:
        """A mapping's values that are not empty. Raises Rejected for another shape or key."""
        if not isinstance(self.content, dict):
            raise Rejected(f"{self.shape} where `key: value` lines are needed", self.line)
        for key, value in self.content.items():
            if key not in allowed:
                raise Rejected(f"`{key}` is none of {', '.join(allowed)}", value.line)
        return {key: value for key, value in self.content.items() if value.content is not None}

    @property
    def shape(self) -> str:
        return describe(self.content)


@dataclass(slots=True)
class Faults:
    """Everything that is wrong in one file."""

    path: str
    found: list[Rejection] = field(default_factory=list)

    def attempt(self, read: Callable[[YamlValue], None], value: YamlValue) -> None:
        """Read one entry; what is wrong with it does not keep the others from being looked at."""
        try:
            read(value)
        except Rejected as error:
            self.found.append(Rejection(self.path, error.line or value.line, error.reason))


def entries(content: bytes) -> list[YamlValue]:
    """The entries of a file that is one list. Raises Rejected, with the line."""
    if len(content) > MAX_BYTES:
        raise Rejected(f"larger than {MAX_BYTES:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Rejected("not UTF-8", content.count(b"\n", 0, error.start) + 1) from None
    try:
        root = _ValueBuilder(text).build()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # Where the text ends too early the mark is one line behind its last.
        line = min(mark.line, text.rstrip().count("\n")) + 1 if mark else None
        raise Rejected(f"not valid YAML: {error.problem or error.context}", line) from None
    except yaml.reader.ReaderError as error:
        line = text.partition(chr(error.character))[0].count("\n") + 1
        raise Rejected(f"not valid YAML: {error.reason}", line) from None
    return [] if root is None or root.content is None else root.items()


class _ValueBuilder:
    """From parse events: nothing is built beyond the bounds, and every line is known."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
        self._nodes = 0

    def build(self) -> YamlValue | None:
        root = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                if root is not None:
                    raise Rejected("a second document", _line(event))
                root = self._value(event, 0)
        return root

    def _value(self, event: yaml.Event, depth: int) -> YamlValue:
        line = _line(event)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise Rejected(f"more than {MAX_NODES:,} values", line)
        if depth > MAX_DEPTH:
            raise Rejected(f"nested deeper than {MAX_DEPTH} levels", line)
        if isinstance(event, yaml.AliasEvent):
            raise Rejected(f"an alias, `*{event.anchor}`: write it out", line)
        if isinstance(event, yaml.ScalarEvent):
            is_empty = event.implicit[0] and event.value in ("", "~")
            return YamlValue(line, None if is_empty else event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            items = self._until(yaml.SequenceEndEvent)
            return YamlValue(line, [self._value(item, depth + 1) for item in items])
        return YamlValue(line, self._mapping(depth))

    def _mapping(self, depth: int) -> dict[str, YamlValue]:
        mapping: dict[str, YamlValue] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._value(event, depth + 1)
            name = key.text()
            if name in mapping:
                raise Rejected(f"`{name}` is given twice", key.line)
            mapping[name] = self._value(next(self._events), depth + 1)
        return mapping

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
