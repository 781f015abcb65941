"""Front matter in TOML and JSON: the same plain, bounded values that YAML gives."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from searchsvc.articles.frontmatter import MAX_DEPTH, MAX_NODES, TOO_DEEP, FrontMatter
from searchsvc.articles.rejection import Rejected

MAX_TOML = 500_000
"""Characters: Python's own parser takes a second for a million, and longer for hostile ones."""

_STRINGS = re.compile(r'''"""[\s\S]*?"""|\'{3}[\s\S]*?\'{3}|"(?:[^"\\\n]|\\.)*+"?|\'[^'\n]*\'''')
_BETWEEN_KEYS = re.compile(r"[=,{}\[\]\n]")
_AT = re.compile(r" \(at line (\d+), column \d+\)$")
_KEYS: dict[str, re.Pattern[str]] = {
    "TOML": re.compile(r"""^[ \t]*+(?:\[{1,2}[ \t]*+)?["']?([^\s"'.=\[\]]+)""", re.MULTILINE),
    "JSON": re.compile(r'^[ \t]*+(?:\{[ \t]*+)?"([^"\\\n]++)"[ \t]*+:', re.MULTILINE),
}
"""Where a line begins with a key: of what level is not known, so the first of a name counts."""


def parse_toml(block: str, first_line: int = 1) -> FrontMatter:
    """Raises Rejected, with the line, for what is not TOML or beyond the bounds."""
    if len(block) > MAX_TOML:
        raise Rejected(f"{len(block):,} characters of TOML, more than {MAX_TOML:,}", first_line)
    # The parser keeps all beginnings of a dotted key: of a long one they fill the memory.
    bare = _STRINGS.sub("", block) if block.count(".") > MAX_DEPTH else ""
    if any(part.count(".") > MAX_DEPTH for part in _BETWEEN_KEYS.split(bare)):
        raise Rejected(TOO_DEEP, line=first_line)
    try:
        values = _bounded(lambda: tomllib.loads(block, parse_float=str), first_line)
    except ValueError as error:  # a TOMLDecodeError, or a number of too many digits
        found = _AT.search(str(error))
        line = first_line + int(found[1]) - 1 if found else first_line
        reason = _AT.sub("", str(error)) if isinstance(error, tomllib.TOMLDecodeError) else "number"
        raise Rejected(f"not valid TOML: {reason}", line=line) from None
    return FrontMatter(values, _lines("TOML", values, block, first_line))


def parse_json(text: str, start: int, first_line: int = 1) -> tuple[FrontMatter, int]:
    """The object that begins at a place of the text, and where it ends.

    Raises Rejected, with the line, for what is not JSON or beyond the bounds.
    """
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
    end = start

    def decode() -> Any:
        nonlocal end
        value, end = decoder.raw_decode(text, start)
        return value

    try:
        values = _bounded(decode, first_line)
    except json.JSONDecodeError as error:
        line = first_line + text.count("\n", start, error.pos)
        raise Rejected(f"not valid JSON: {error.msg}", line=line) from None
    return FrontMatter(values, _lines("JSON", values, text[start:end], first_line)), end


def _bounded(parse: Callable[[], Any], line: int) -> dict[str, object]:
    try:
        parsed = parse()
    except RecursionError:
        raise Rejected(TOO_DEEP, line=line) from None
    if not isinstance(parsed, dict):
        raise Rejected("not `key: value` pairs", line=line)
    left = MAX_NODES

    def plain(value: object, depth: int) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            raise Rejected(f"more than {MAX_NODES:,} values", line=line)
        if isinstance(value, str) or value is None:
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, datetime | date | time):
            return value.isoformat()
        if depth >= MAX_DEPTH and isinstance(value, dict | list):
            raise Rejected(TOO_DEEP, line=line)
        if isinstance(value, dict):
            return {key: plain(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item, depth + 1) for item in value]
        return str(value)

    return {key: plain(value, 1) for key, value in parsed.items()}


def _lines(language: str, values: dict[str, object], block: str, first: int) -> dict[str, int]:
    """The line of each top-level key, where it can be told."""
    lines: dict[str, int] = {}
    line, at = first, 0
    for found in _KEYS[language].finditer(block):
        line += block.count("\n", at, found.start(1))
        at = found.start(1)
        if found[1] in values:
            lines.setdefault(found[1], line)
    return lines
