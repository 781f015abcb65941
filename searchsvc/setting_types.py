"""What settings take: how the text of one is read, and what an error says of a wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from searchsvc.articles import dates, frontmatter
from searchsvc.articles.keys import FieldKeys
from searchsvc.articles.rejection import Rejected
from searchsvc.articles.url_template import VARIABLES, UrlTemplate
from searchsvc.declarations import ValueType

MAX_NAME = 80
_SOURCE = re.compile(
    r"'self'|'none'|(?:https?|data|blob):"
    r"|(?:https?://)?(?:\*\.)?[\w-]+(?:\.[\w-]+)*(?::(?:\d+|\*))?(?:/[^\s;,'\"]*)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many is too many: a number (`25`) or a share (`10%`)."""

    amount: float
    is_share: bool

    @classmethod
    def parse(cls, text: str) -> Allowance:
        """Raises ValueError."""
        text = text.strip()
        is_share = text.endswith("%")
        amount = float(text[:-1]) if is_share else int(text)
        if not 0 <= amount <= (100 if is_share else 10**9):
            raise ValueError(text)
        return cls(amount, is_share)

    def exceeded(self, count: int, of: int) -> bool:
        return count > (of * self.amount / 100 if self.is_share else self.amount)

    def __str__(self) -> str:
        return f"{self.amount:g}" + "%" * self.is_share


_HOST = r"[\w.:@\[\]-]+"
"""It may stand in a header: one in other letters is written as browsers send it, xn--..."""


def _site(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(text)
    if not re.fullmatch(_HOST, parts.netloc, re.ASCII):
        raise ValueError(text)
    return text.rstrip("/")


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(map(_site, text.replace(",", " ").split()))
    if not hosts or any("@" in urlsplit(host).netloc for host in hosts):
        raise ValueError(text)
    return hosts


def _alias(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", text):
        raise ValueError(text)
    return text


def _origin(text: str) -> str:
    if text == "*":
        return text
    if urlsplit(site := _site(text)).path:
        raise ValueError(text)
    return site


def _page_address(text: str) -> str:
    """A whole address, or a path of the same site."""
    if re.fullmatch(r"/(?![/\\])[^\s\\]*", text):
        return text
    parts = urlsplit(text)
    is_host = re.fullmatch(_HOST, parts.netloc, re.ASCII)
    if parts.scheme not in ("http", "https") or not is_host or re.search(r"\s", text):
        raise ValueError(text)
    return text


def _asset(text: str) -> Path | str:
    """An address, or the path of a file that the service is to serve."""
    if re.match(r"(?i)https?:", text):
        return _page_address(text)
    return Path(text).expanduser()


def _sources(text: str) -> tuple[str, ...]:
    """Sources of a Content-Security-Policy, which must not end its directive."""
    sources = tuple(text.replace(",", " ").split())
    for source in sources:
        if not _SOURCE.fullmatch(source):
            raise ValueError(source)
    return sources


def _line(text: str) -> str:
    if len(text) > MAX_NAME or not text.isprintable():
        raise ValueError(text)
    return text


def _timezone(text: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    try:
        return UTC if text.upper() == "UTC" else ZoneInfo(text)
    except (OSError, KeyError):
        raise ValueError(text) from None


def _fields(value: Mapping[str, object]) -> FieldKeys:
    own: dict[str, list[str]] = {}
    for field, keys in value.items():
        listed = keys.replace(",", " ").split() if isinstance(keys, str) else keys or []
        if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
            raise ValueError(field)
        own[field] = listed
    return FieldKeys(own)


def _fields_of_text(text: str) -> Mapping[str, object]:
    try:
        return frontmatter.parse(text, unique=True).values
    except Rejected:
        raise ValueError(text) from None


def _read_as(read: Callable[[str], Any], takes: str) -> ValueType:
    """A type whose text alone tells whether it fits."""
    return ValueType(takes, lambda value: value, read)


PATH = _read_as(lambda text: Path(text).expanduser(), "a path")
ALLOWANCE = _read_as(Allowance.parse, "a whole number or a share such as 10%")
SITE = _read_as(_site, "an http or https URL")
ORIGINS = _read_as(
    lambda text: tuple(map(_origin, text.replace(",", " ").split())),
    "origins such as https://news.example.com, or *",
)
ADDRESS = _read_as(_page_address, "an http or https URL, or a path such as /")
ASSET = _read_as(_asset, "a path, or an http or https URL")
SOURCES = _read_as(_sources, "sources of a policy, such as https://cdn.example.com or https:")
NAME = _read_as(_line, f"a line of at most {MAX_NAME} characters")
HOSTS = _read_as(
    _hosts, "http or https URLs without user or password, such as https://search-1:9200"
)
ALIAS = _read_as(_alias, "small letters, digits, - and _")
MOMENT = _read_as(dates.parse_moment, "a date-time such as 2020-05-20T12:00:00Z")
TIMEZONE = _read_as(_timezone, "a time zone such as Europe/Berlin")
FIELDS = ValueType(
    "fields of articles, each with its keys, such as {excerpt: [lead, description]}",
    _fields,
    _fields_of_text,
)
URL_TEMPLATE = _read_as(
    UrlTemplate,
    f"a link with some of {' '.join('{' + name + '}' for name in VARIABLES)}",
)
