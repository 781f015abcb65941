"""The body of an article as plain text: what a reader would read, without code and embeds.

Markdown becomes HTML first, by cmark. HTML loses the elements that are no prose with all they hold,
then its tags; what templates would fill in (shortcodes) goes before either.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any, Literal

from searchsvc.articles.cleaning import clean_text

Markup = Literal["markdown", "html", "rst", "text"]
"""What a body is written in."""

MAX_BODY = 200_000
"""Characters of a body that are read; what is behind them is not searched."""

_SHORTCODES = re.compile(
    r"\{\{[<%][^{}]*[>%]\}\}"  # Hugo
    r"|\{%[^{}]*%\}|\{\{[^{}]*\}\}|\{#[^{}]*#\}"  # Liquid, Nunjucks, Jinja, Tera
    r"|\[/?(?:audio|caption|code|embed|gallery|playlist|video|youtube|vimeo|twitter|instagram"
    r"|su_\w+|vc_\w+|et_pb_\w+|contact-form-7|mc4wp_form)\b[^\[\]]*\]"  # WordPress
    r"|\[\[(?:_?TOC_?|toc)\]\]"
)
_IMPORTS = re.compile(r"^(?:import|export)\b[^\n]*(?:\bfrom\b|=)[^\n]*$", re.MULTILINE)
"""Lines of code in MDX."""
_DIRECTIVE = re.compile(r"^[ \t]*\.\. [^\n]*$|^[ \t]*:[\w-]+:(?=\s|$)[^\n]*$", re.MULTILINE)
_UNDERLINE = re.compile(r"^([=\-~^\"'#*+.`:_])\1{2,}[ \t]*$", re.MULTILINE)
_ROLE = re.compile(r":[\w:-]{1,60}:`([^`<]*)[^`]*`|`([^`<]+)<[^`]*`__?|``?([^`]*)`?`_{0,2}")

_NO_PROSE = "audio button canvas form iframe math nav noscript object pre script select style svg"
_NO_PROSE_NAMES = frozenset(f"{_NO_PROSE} template textarea video".split())
_INLINE_NAMES = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q s samp small
    span strike strong sub sup time tt u var wbr""".split()
)
# What was read is not given back, and no `<` is passed over: no input makes the search go back.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:.-]*+)[^<>]*+>|<[!?][^<>]*+>")


def body_text(raw: str, markup: Markup) -> str:
    """What can be read of a body in one line of text. Never fails, whatever the body holds."""
    raw = raw[:MAX_BODY]
    if not raw.strip():
        return ""
    if markup == "rst":
        return clean_text(_ROLE.sub(_inner, _UNDERLINE.sub("", _DIRECTIVE.sub("", raw))))
    if markup == "text":
        return clean_text(raw)
    if "{" in raw or "[" in raw:
        raw = _SHORTCODES.sub(" ", raw)
    if markup == "markdown":
        raw = _html_of_markdown(_IMPORTS.sub("", raw))
    return clean_text(_prose(raw))


def _inner(found: re.Match[str]) -> str:
    return found[1] or found[2] or found[3] or ""


def _html_of_markdown(text: str) -> str:
    """By GitHub's rules, with the HTML that stands in it as it is."""
    convert, options = _cmark()
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    found: str = convert(text, options=options, extensions=["table", "strikethrough"])
    return found


@cache
def _cmark() -> Any:
    """What is loaded where there is a body in Markdown: searching needs none of it."""
    from cmarkgfm import cmark

    return cmark.markdown_to_html_with_extensions, cmark.Options.CMARK_OPT_UNSAFE


def _prose(text: str) -> str:
    """The text between the tags of HTML; tags inside a word do not part it."""
    if "<" not in text:
        return html.unescape(text)
    text = _without_comments(text)
    tags = list(_TAG.finditer(text))
    parts: list[str] = []
    at = place = 0
    closings = _closings(tags)
    while place < len(tags):
        tag, end = tags[place], closings[place]
        name = (tag[2] or "").lower()
        parts += (text[at : tag.start()], "" if name in _INLINE_NAMES else " ")
        place = max(end, place) + 1
        at = tags[place - 1].end()
    parts.append(text[at:])
    return html.unescape("".join(parts))


def _closings(tags: list[re.Match[str]]) -> list[int]:
    """Of each tag that begins an element without prose, which one ends it; -1 for all others."""
    next_closing: dict[str, int] = {}
    found = [-1] * len(tags)
    for place in range(len(tags) - 1, -1, -1):
        name = (tags[place][2] or "").lower()
        if name in _NO_PROSE_NAMES:
            if tags[place][1]:
                next_closing[name] = place
            else:
                found[place] = next_closing.get(name, -1)
    return found


def _without_comments(text: str) -> str:
    before, *comments = text.split("<!--")
    return " ".join([before, *(comment.partition("-->")[2] for comment in comments)])
