"""What passes between the reader processes and the one that started them.

A frame is its length, four bytes, and JSON. An article travels as a row of plain values: that
costs a fifth of pickling it.
"""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING, Any

import orjson

from searchsvc.articles import dates
from searchsvc.articles.listing import CorpusFile, Listing, Outcome
from searchsvc.articles.rejection import Rejection

if TYPE_CHECKING:
    from searchsvc.articles.article import Article
    from searchsvc.articles.corpus import Reading

_LENGTH = struct.Struct(">I")


def send(stream: IO[bytes], message: object) -> None:
    data = orjson.dumps(message)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next message; None where the stream ends. Raises EOFError if it ends within one."""
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    data = stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
    if len(head) < _LENGTH.size or len(data) < _LENGTH.unpack(head)[0]:
        raise EOFError("the stream ends within a message")
    return orjson.loads(data)


def row_of_file(file: CorpusFile) -> list[object]:
    return [file.path, file.size, file.modified, file.fault]


def file_of(row: list[Any]) -> CorpusFile:
    return CorpusFile(*row)


def row_of_listing(listing: Listing) -> list[object]:
    return [listing.paths, listing.sizes, listing.modified, list(listing.faults.items())]


def row_of_error(error: OSError) -> list[object]:
    return [error.errno, error.strerror]


def listing_of(row: list[Any]) -> Listing:
    """Raises the OSError that kept the corpus from being walked."""
    if len(row) == 2:
        raise OSError(*row)
    paths, sizes, modified, faults = row
    return Listing(paths, sizes, modified, dict(faults))


def row_of(reading: Reading) -> list[object]:
    """A reading without its file, which the receiver has."""
    article, rejection = reading.article, reading.rejection
    return [
        reading.outcome,
        _article_row(article) if article else None,
        [rejection.path, rejection.line, rejection.reason] if rejection else None,
        reading.read_at,
    ]


def reading_of(file: CorpusFile, row: list[Any]) -> Reading:
    from searchsvc.articles.corpus import Reading

    outcome, article, rejection, read_at = row
    return Reading(
        file,
        Outcome(outcome),
        _article(file.id, article) if article else None,
        Rejection(*rejection) if rejection else None,
        read_at,
    )


def _article_row(article: Article) -> list[object]:
    moment, provider, image = article.published_at, article.provider, article.image
    return [
        article.title,
        article.excerpt,
        article.url,
        article.amp_url,
        moment.timestamp() if moment else None,
        [provider.name, provider.domain] if provider else None,
        article.category,
        article.type,
        article.topics,
        article.quality,
        article.heat,
        [image.url, image.width, image.height, image.title] if image else None,
        article.related,
        article.other_urls,
    ]


def _article(article_id: str, row: list[Any]) -> Article:
    from searchsvc.articles.article import Article, Image, Provider

    title, excerpt, url, amp_url, moment, provider, *others = row
    category, type_, topics, quality, heat, image, related, other_urls = others
    return Article(
        article_id,
        title,
        excerpt,
        url,
        amp_url,
        dates.from_timestamp(moment) if moment is not None else None,
        Provider(*provider) if provider else None,
        category,
        type_,
        tuple(topics),
        quality,
        heat,
        Image(*image) if image else None,
        tuple(related),
        tuple(other_urls),
    )
