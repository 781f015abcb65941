"""Text and links from articles, made fit to match and to show.

Everything here is a pure function of a string. The results are still plain text: whatever looks
like markup afterwards is escaped where it is shown.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import urlsplit

import ftfy

_MOJIBAKE_ONLY = ftfy.TextFixerConfig(
    unescape_html=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
)
"""Repair wrong decodings, and leave alone what an editor may have meant."""

_ELEMENTS = """
a abbr acronym address applet area article aside audio b base bdi bdo big blink blockquote body br
button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div
dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head
header hgroup hr html i iframe img input ins kbd keygen label legend li link main map mark marquee
math menu meta meter nav nobr noframes noscript object ol optgroup option output p param picture
pre progress q rp rt ruby s samp script section select slot small source span strike strong style
sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var
video wbr
""".split()
"""HTML's element names, current and obsolete: `<CPML>` is a word, `<iframe src=...>` is a tag."""

_NAMES = "|".join(sorted(_ELEMENTS, key=len, reverse=True))
# Each pattern excludes `<` inside, so that no input makes the search go back over what it read.
_SCRIPTS = re.compile(r"<(script|style)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)
_TAGS = re.compile(rf"<!--[^<>]*-->|</?(?:{_NAMES})(?:[\s/][^<>]*)?>", re.IGNORECASE)
_INLINE = {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "dfn", "em", "font", "i", "ins", "kbd"}
_INLINE |= {"mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var"}
_TAG_NAME = re.compile(r"</?([a-z0-9]+)", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
"""Soft hyphens, zero-width spaces and direction overrides. Joiners stay: emoji need them."""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
_BLANKS = re.compile(rf" |{_CONTROLS.pattern}")


def clean_text(text: str) -> str:
    """Repair mojibake, unescape entities (also doubly escaped), strip tags, fold white space."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if not text.isascii():
        text = ftfy.fix_text(text, _MOJIBAKE_ONLY)
        text = _INVISIBLE.sub("", text)
    if "<" in text:
        text = _TAGS.sub(_replacement, _SCRIPTS.sub(" ", text))
    # Last: a letter and its accent may have been apart until now.
    return unicodedata.normalize("NFC", " ".join(_CONTROLS.sub(" ", text).split()))


def _replacement(tag: re.Match[str]) -> str:
    """A tag inside a word must not break it; one that starts a block parts two words."""
    name = _TAG_NAME.match(tag[0])
    return "" if name and name[1].lower() in _INLINE else " "


def clean_url(text: str | None) -> str | None:
    """An http or https URL or a path of the same site as it may stand in a link, else None."""
    if not text:
        return None
    url = "".join(text.split()) if any(c in text for c in "\t\r\n") else text.strip()
    if _CONTROLS.search(url) or "\\" in url or " " in url:
        return None
    if url.startswith("/"):
        return None if url.startswith("//") else url
    try:
        parts = urlsplit(url)
        hostname = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and hostname else None


def foreign_scheme(text: str | None) -> str | None:
    """The scheme of a link that is neither http nor https, as a browser would read it."""
    bare = _BLANKS.sub("", text or "")
    found = re.match(r"([a-z][a-z0-9+.-]*):", bare, re.IGNORECASE)
    scheme = found[1].lower() if found else None
    return None if scheme in ("http", "https") else scheme
