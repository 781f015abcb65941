"""A file of an article: what it says of itself, in whatever format, and its body.

YAML between `---` lines, TOML between `+++` lines, a JSON object, and Pelican's metadata.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from searchsvc.articles import frontmatter, metadata
from searchsvc.articles.bodies import Markup
from searchsvc.articles.frontmatter import Block, FrontMatter
from searchsvc.articles.rejection import Rejected
from searchsvc.articles.structured import parse_json, parse_toml

YAML_SUFFIXES = (".yaml", ".yml")
_MARKUPS: dict[str, Markup] = {
    "md": "markdown",
    "markdown": "markdown",
    "mdx": "markdown",
    "html": "html",
    "htm": "html",
    "rst": "rst",
}
_FENCES = {
    "+++": ("TOML", ("+++",)),
    "---toml": ("TOML", ("---",)),
    "---json": ("JSON", ("---",)),
    "---yaml": ("YAML", ("---",)),
    "---yml": ("YAML", ("---",)),
    "---js": ("JavaScript", ("---",)),
}
_OTHER_BEGINNING = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*(?:(?:\+\+\+|---(?:toml|json|ya?ml|js))[ \t]*[\r\n]|\{\s*")'
)
_JSON_OBJECT = re.compile(r'\{\s*"')
_UNDECODED = re.compile("[\udc80-\udcff]")


class ParsedFile(NamedTuple):
    """`markup` is that of the body. `text` is the whole file, `body_start` a place in it."""

    front: FrontMatter
    markup: Markup
    text: str
    body_start: int

    @property
    def body(self) -> str:
        """As it stands in the file; what is not UTF-8 in it is `surrogateescape`d."""
        return self.text[self.body_start :]


def begins(content: bytes, path: str) -> bool:
    """Whether a file may hold an article, by its first bytes: the rest need not even be text."""
    return (
        frontmatter.begins(content)
        or _OTHER_BEGINNING.match(content) is not None
        or metadata.begins(content, path)
    )


def parse(text: str, path: str, *, is_utf8: bool = True) -> ParsedFile | None:
    """None for a file that is only text. Raises Rejected, with the line.

    Line ends are those of Unix. Unless the text `is_utf8` there may be bytes in it that were not.
    """
    text = text.removeprefix("\ufeff")
    suffix = path.rpartition(".")[2].lower()
    markup = _MARKUPS.get(suffix, "text")
    block = frontmatter.locate(text, closed_by_end_of_file="." + suffix in YAML_SUFFIXES)
    if block:
        front = _parsed(text, block, "YAML", is_utf8)
        return ParsedFile(front, markup, text, block.body)
    start = len(text) - len(text.lstrip())
    fence = text[start : start + 10].split("\n")[0].rstrip()
    if fence in _FENCES:
        language, closes = _FENCES[fence]
        if block := frontmatter.locate(text, (fence,), closes):
            front = _parsed(text, block, language, is_utf8)
            return ParsedFile(front, markup, text, block.body)
    if _JSON_OBJECT.match(text, start):
        front, end = parse_json(text, start, 1 + text.count("\n", 0, start))
        _check_utf8(text, 0, end, 1)
        return ParsedFile(front, markup, text, end)
    return _with_metadata(text, path, markup)


def _parsed(text: str, block: Block, language: str, is_utf8: bool) -> FrontMatter:
    if not is_utf8:
        _check_utf8(text, block.start, block.stop, block.line)
    content = text[block.start : block.stop]
    if language == "YAML":
        return frontmatter.parse(content, block.line)
    if language == "TOML":
        return parse_toml(content, block.line)
    if language == "JSON":
        return parse_json(content, len(content) - len(content.lstrip()), block.line)[0]
    raise Rejected(f"front matter in {language} is not read", line=block.line - 1)


def _with_metadata(text: str, path: str, markup: Markup) -> ParsedFile | None:
    lines = text.split("\n")
    found = metadata.parse(lines, path)
    if found is None:
        return None
    front, at = found
    end = sum(map(len, lines[:at])) + at
    _check_utf8(text, 0, end, 1)
    return ParsedFile(front, markup, text, min(end, len(text)))


def _check_utf8(text: str, start: int, stop: int, line: int) -> None:
    if found := _UNDECODED.search(text, start, stop):
        line += text.count("\n", start, found.start())
        raise Rejected(f"not UTF-8: byte 0x{ord(found[0]) - 0xDC00:02x}", line=line)
