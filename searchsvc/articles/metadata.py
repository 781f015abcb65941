"""Front matter without fences, as Pelican writes it in Markdown and in reStructuredText."""

from __future__ import annotations

import re

from searchsvc.articles.frontmatter import FrontMatter

MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdx", ".txt")
RST_SUFFIX = ".rst"

_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*"
    rb"(?:title|date|modified|authors?|category|tags|slug|status|summary|lang|template)[ \t]*:",
    re.IGNORECASE,
)
_LINE = re.compile(r"[ ]{0,3}([A-Za-z0-9_-]+)[ \t]*:(?:[ \t]+(.*)|[ \t]*)$")
_MORE = re.compile(r"[ ]{4,}|\t")
_FIELD = re.compile(r":([A-Za-z0-9_-]+):(?:[ \t]+(.*)|[ \t]*)$")
_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*$")
"""What stands below a title, and may stand above it."""

Lines = list[str]
Found = tuple[FrontMatter, int]
"""What a file says of itself, and the place of the first line after that."""


def begins(content: bytes, path: str) -> bool:
    """Whether a file may begin so; `parse` tells."""
    suffix = path.lower()
    if suffix.endswith(RST_SUFFIX):
        return b":" in content
    return suffix.endswith(MARKDOWN_SUFFIXES) and _BEGINNING.match(content) is not None


def parse(lines: Lines, path: str) -> Found | None:
    """None for what is only text: metadata have a title, and in reStructuredText a field."""
    if path.lower().endswith(RST_SUFFIX):
        return _from_rst(lines)
    return _from_markdown(lines)


def _from_markdown(lines: Lines) -> Found | None:
    """`Title: x` lines up to an empty one; a line that is indented goes on."""
    start = _first_with_text(lines)
    values: dict[str, list[str]] = {}
    where: dict[str, int] = {}
    at, key = start, ""
    while at < len(lines) and lines[at].strip():
        if found := _LINE.match(lines[at]):
            key = found[1].lower()
            where[key] = at + 1
            values[key] = [found[2] or ""]
        elif key and _MORE.match(lines[at]):
            values[key].append(lines[at].strip())
        else:
            break
        at += 1
    return (_front(values, where), at) if values.get("title", [""])[0].strip() else None


def _from_rst(lines: Lines) -> Found | None:
    """A title, underlined, then `:date: x` lines."""
    at = _first_with_text(lines)
    if at < len(lines) and _RULE.match(lines[at]):
        at += 1
    if at + 1 >= len(lines) or not lines[at].strip() or not _RULE.match(lines[at + 1]):
        return None
    values, where = {"title": [lines[at].strip()]}, {"title": at + 1}
    at += 2
    if at < len(lines) and not lines[at].strip():
        at += 1
    key, fields = "", 0
    while at < len(lines):
        if found := _FIELD.match(lines[at]):
            key = found[1].lower()
            where[key] = at + 1
            values[key] = [found[2] or ""]
            fields += 1
        elif key and lines[at][:1] in " \t" and lines[at].strip():
            values[key].append(lines[at].strip())
        else:
            break
        at += 1
    return (_front(values, where), at) if fields else None


def _first_with_text(lines: Lines) -> int:
    return next((place for place, line in enumerate(lines) if line.strip()), len(lines))


def _front(values: dict[str, list[str]], where: dict[str, int]) -> FrontMatter:
    joined = {key: " ".join(parts).strip() or None for key, parts in values.items()}
    return FrontMatter({**joined}, where)
