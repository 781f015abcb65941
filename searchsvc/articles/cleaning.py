"""Text and links from articles, made fit to match and to show.

Everything here is a pure function of a string. The results are still plain text: whatever looks
like markup afterwards is escaped where it is shown.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache, partial
from html.entities import html5
from urllib.parse import quote, urlsplit

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
_TAG_PARTS = re.compile(r"</?([a-z0-9]+)\s*/?\s*([^\s=>/]*)\s*(=?)", re.IGNORECASE)
"""Its name, its first attribute, and whether that has a value."""
_FLAGS = set(
    "allowfullscreen async autofocus autoplay checked compact controls default defer disabled "
    "hidden inert ismap itemscope loop multiple muted nohref noresize noshade novalidate nowrap "
    "open playsinline readonly required reversed selected".split()
)
"""Attributes that need no value. `a <b and c> d` is a sentence: no attribute is called `and`."""
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
"""Soft hyphens, zero-width spaces and direction overrides. Joiners stay: emoji need them."""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
_NOT_IN_LINKS = re.compile(r"""[ "<>^`{|}\[\]#\u00a0\u3000]|%(?![0-9a-fA-F]{2})""")
"""What RFC 3987 leaves no room for from the path on."""
_NOT_IN_HOSTS = re.compile(r"""[ "<>^`{|}]""")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_BLANKS = re.compile(rf" |{_CONTROLS.pattern}")


def clean_text(text: str) -> str:
    """Repair mojibake, unescape entities (also doubly escaped), strip tags, fold white space."""
    if "&" in text:
        text = _unescape(_unescape(text))
    if not text.isascii():
        text = _mojibake_repair()(text)
        text = _INVISIBLE.sub("", text)
    if "<" in text:
        text = _TAGS.sub(_replacement, _SCRIPTS.sub(" ", text))
    # Last: a letter and its accent may have been apart until now.
    return unicodedata.normalize("NFC", " ".join(_CONTROLS.sub(" ", text).split()))


@cache
def _mojibake_repair() -> Callable[[str], str]:
    """Repairs wrong decodings, and leaves alone what an editor may have meant."""
    import ftfy  # takes a while, and searching needs none

    only = ftfy.TextFixerConfig(
        unescape_html=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
    )
    return partial(ftfy.fix_text, config=only)


def _unescape(text: str) -> str:
    """Entities become characters. Without its semicolon, `&copy` in `a&copy=1` is none."""
    return _ENTITY.sub(_character, text)


def _character(entity: re.Match[str]) -> str:
    text = entity[0]
    return html.unescape(text) if text[1] == "#" else html5.get(text[1:], text)


def _replacement(tag: re.Match[str]) -> str:
    """A tag inside a word must not break it; one that starts a block parts two words."""
    found = _TAG_PARTS.match(tag[0])
    if found is None:
        return " "  # a comment
    name, attribute, has_value = found.groups()
    is_tag = has_value or not attribute or attribute.lower() in _FLAGS or tag[0][1] == "/"
    if not is_tag and not attribute.startswith(('"', "'", "data-")):
        return tag[0]
    return "" if name.lower() in _INLINE else " "


def clean_url(text: str | None) -> str | None:
    """An http or https URL or a path of the same site as it may stand in a link, else None.

    What may not stand in one as it is, such as a space, is percent-encoded.
    """
    if not text:
        return None
    url = "".join(text.split()) if any(c in text for c in "\t\r\n") else text.strip()
    if _CONTROLS.search(url) or "\\" in url or url.startswith("//"):
        return None
    if url.startswith("/"):
        return _encoded(url)
    try:
        parts = urlsplit(url)
        hostname = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not hostname or _NOT_IN_HOSTS.search(parts.netloc):
        return None
    place = len(parts.scheme) + len("://") + len(parts.netloc)
    return url[:place] + _encoded(url[place:])


def written_url(text: str | None) -> str | None:
    """A link as an article gives it: `//host/path`, which leaves the scheme to the page, is https.

    What is put together of parts is not asked for here: there an empty part makes two slashes.
    """
    if text and text.lstrip().startswith("//"):
        text = f"https:{text.lstrip()}"
    return clean_url(text)


def _encoded(rest: str) -> str:
    """A link from its path on, with only what may stand there."""
    if not _NOT_IN_LINKS.search(rest):
        return rest
    path, mark, fragment = rest.partition("#")
    return _NOT_IN_LINKS.sub(_quoted, path) + mark + _NOT_IN_LINKS.sub(_quoted, fragment)


def _quoted(character: re.Match[str]) -> str:
    return quote(character[0], safe="")


def lacks_scheme(text: str | None) -> bool:
    """Whether a link begins with neither a scheme nor a slash, as in `www.example.com/a`."""
    bare = _BLANKS.sub("", text or "")
    return bare[:1] not in ("", "/", "\\") and not _SCHEME.match(bare)


def foreign_scheme(text: str | None) -> str | None:
    """The scheme of a link that is neither http nor https, as a browser would read it."""
    bare = _BLANKS.sub("", text or "")
    found = _SCHEME.match(bare)
    scheme = found[1].lower() if found else None
    return None if scheme in ("http", "https") else scheme
