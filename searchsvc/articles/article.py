"""An article: what is searched, ranked and shown of one file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from searchsvc.articles import dates

_UTC_TO_THE_SECOND = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
"""How `dates.iso` writes a moment."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who published it; either may be missing."""

    name: str | None
    domain: str | None


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    width: int | None
    height: int | None
    title: str | None


@dataclass(frozen=True, slots=True)
class Article:
    """One article, cleaned. `id` is its path in the corpus without the suffix.

    Text is plain text, never HTML. `published_at` is UTC, to the second. `quality` and `heat` are
    None where the file has no number. `body` is searched, and shown in passages; the names of
    `authors` are searched with the topics. `related` holds the links of related stories, not their
    text; `other_urls` the links to the article itself besides `url` and `amp_url`. From
    `expires_at` on it is not shown. `lang` is the code of its language, where its file says so.
    """

    id: str
    title: str
    excerpt: str = ""
    url: str | None = None
    amp_url: str | None = None
    published_at: datetime | None = None
    provider: Provider | None = None
    category: str | None = None
    type: str | None = None
    topics: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    quality: int | None = None
    heat: int | None = None
    image: Image | None = None
    body: str = ""
    related: tuple[str, ...] = ()
    other_urls: tuple[str, ...] = ()
    expires_at: datetime | None = None
    lang: str | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """What is searched as its topics."""
        return (*self.topics, *self.authors) if self.authors else self.topics

    @property
    def urls(self) -> tuple[str, ...]:
        """Every link to it."""
        if self.url and not self.amp_url and not self.other_urls:
            return (self.url,)
        return tuple(filter(None, (self.url, self.amp_url, *self.other_urls)))

    def stored_json(self) -> bytes:
        """What an index stores of it: all that is shown but quality and heat.

        These change daily and are columns of a generation: they must not rewrite a segment.
        """
        moment = self.published_at
        if moment is not None and moment.tzinfo is not UTC:
            moment = dates.as_utc(moment)
        return orjson.dumps(
            {
                "id": self.id,
                "title": self.title,
                "excerpt": self.excerpt,
                "url": self.url,
                "amp_url": self.amp_url,
                "published_at": moment,
                "provider": self.provider,
                "category": self.category,
                "type": self.type,
                "topics": self.topics,
                "image": self.image,
            },
            option=_UTC_TO_THE_SECOND,
        )

    def to_json(self) -> bytes:
        """The article as responses show it; `related` and `other_urls` are not shown."""
        return rated(self.stored_json(), self.quality, self.heat)

    @classmethod
    def from_json(cls, text: bytes | str) -> Article:
        """The article of `to_json` or `stored_json`, without what these leave out."""
        fields: dict[str, Any] = orjson.loads(text)
        moment, provider, image = (fields.pop(key) for key in ("published_at", "provider", "image"))
        return cls(
            published_at=dates.parse_moment(moment) if moment else None,
            provider=Provider(**provider) if provider else None,
            image=Image(**image) if image else None,
            topics=tuple(fields.pop("topics")),
            **fields,
        )

    def digest(self) -> str:
        """Equal for two versions of a file exactly if nothing that matters differs.

        Quality and heat follow in the clear: see `is_same_but_rating`.
        """
        content = self.stored_json() + orjson.dumps((self.related, self.other_urls))
        if self.body:
            content += self.body.encode("utf-8", "surrogatepass")
        if self.expires_at or self.lang or self.authors:
            content += orjson.dumps((self.expires_at, self.lang, self.authors))
        hashed = hashlib.blake2b(content, digest_size=16).hexdigest()
        return f"{hashed}/{self.quality}/{self.heat}"


def rated(stored: bytes, quality: int | None, heat: int | None) -> bytes:
    """An article's `stored_json` with quality and heat added at its end."""
    if quality is None or heat is None:
        return stored[:-1] + b"," + orjson.dumps({"quality": quality, "heat": heat})[1:]
    return b'%b,"quality":%d,"heat":%d}' % (stored[:-1], quality, heat)


_ID, _TITLE, _EXCERPT, _URL = b'{"id":"', b'","title":"', b'","excerpt":"', b'","url":'
"""What stands around the first values of `stored_json`. In none of them: quotes are escaped."""


def stored_id(stored: bytes) -> str:
    """The id in an article's JSON; like what follows, without reading the rest."""
    return _unescaped(stored.partition(_TITLE)[0][len(_ID) :])


def stored_title(stored: bytes) -> str:
    return _unescaped(stored.partition(_TITLE)[2].partition(_EXCERPT)[0])


def stored_texts(stored: bytes) -> tuple[bytes, bytes]:
    """Title and excerpt in UTF-8."""
    title, _, rest = stored.partition(_TITLE)[2].partition(_EXCERPT)
    excerpt = rest.partition(_URL)[0]
    if b"\\" in title:
        title = _unescaped(title).encode()
    if b"\\" in excerpt:
        excerpt = _unescaped(excerpt).encode()
    return title, excerpt


def _unescaped(text: bytes) -> str:
    """A JSON string, given without its quotes: most hold nothing that is escaped."""
    if b"\\" not in text:
        return text.decode()
    string: str = orjson.loads(b'"%b"' % text)
    return string


def is_same_but_rating(digest: str | None, other: str | None) -> bool:
    """Whether two articles of these digests differ in nothing but quality and heat."""
    if digest is None or other is None:
        return False
    return digest.partition("/")[0] == other.partition("/")[0]
