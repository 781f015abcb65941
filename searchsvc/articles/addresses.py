"""What a link points at, as one key for all the ways in which the same page is linked."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from urllib.parse import unquote

KEY_SIZE = 8
"""Bytes of a key: a hash, as only equality matters."""

_CAMPAIGN = ("utm_", "fbclid=", "gclid=")


def keys(urls: Sequence[str]) -> bytes:
    """The keys of several links end to end, each once, in order."""
    if len(urls) < 2:
        return _key(address(urls[0])) if urls else b""
    return b"".join(map(_key, dict.fromkeys(map(address, urls))))


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_SIZE).digest()


def address(url: str) -> str:
    """A link without what does not change the page.

    That is the scheme, `www.`, the usual port, a slash at the end, the fragment, what advertisers
    add, and whether letters are percent-encoded.
    """
    rest = url.partition("#")[0]
    scheme, has_scheme, after = rest.partition("://")
    if has_scheme:
        rest = after
    rest, _, query = rest.partition("?")
    host, slash, path = rest.partition("/")
    host = host.lower().removeprefix("www.")
    host = host.removesuffix(":443" if scheme.lower() == "https" else ":80")
    text = host + (slash + path).rstrip("/")
    if query:
        kept = [part for part in query.split("&") if part and not part.startswith(_CAMPAIGN)]
        if kept:
            text += "?" + "&".join(kept)
    return unquote(text) if "%" in text else text
