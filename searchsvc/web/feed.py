"""/feed: any search as an Atom feed (RFC 4287), the newest first unless asked otherwise.

An article without a date has nothing that `updated` could say: feeds leave it out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as xml

from flask import Flask, Response, request

from searchsvc.articles import dates
from searchsvc.articles.article import Article
from searchsvc.articles.cleaning import clean_url
from searchsvc.search import SearchRequest, SearchResult, parameters
from searchsvc.search.request import PARAMETERS
from searchsvc.settings import Settings
from searchsvc.web import caching, route
from searchsvc.web.languages import Wording
from searchsvc.web.links import Links
from searchsvc.web.querystring import read_pairs
from searchsvc.web.response_cache import Body
from searchsvc.web.route import Route
from searchsvc.web.service import service

MIMETYPE = "application/atom+xml"

_NAMESPACE = "http://www.w3.org/2005/Atom"
_DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add_to(app: Flask) -> None:
    newest = replace(PARAMETERS["sort"], default="newest")
    feed_route = Route(
        path="/feed",
        view=feed,
        media_type=MIMETYPE,
        takes={**PARAMETERS, "sort": newest},
        fails=(HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE),
        is_tagged=True,
        may_end_with_slash=True,
        example={"q": "supercomputer"},
    )
    route.add(app, [feed_route])


def feed() -> Response:
    """A search as an Atom feed, the newest first.

    It holds the articles that have all words of the query; /search would fill up with others.
    Facets, highlights and explanations have no place in it.
    """
    pairs = read_pairs()
    asked = parameters.parse(pairs)
    if not any(name == "sort" and text.strip() for name, text in pairs):
        asked = replace(asked, sort="newest")
    asked = replace(asked, facets=(), facet_query=None, highlight=True, explain=False)
    links = service().links.at(request.path)

    def make() -> Body:
        # Readers who follow a query want all of its words.
        dated = replace(asked, from_=asked.from_ or _EARLIEST, highlight=False, words="all")
        result = service().engine.search(dated)
        content = atom(asked, result, links, service().settings, service().wording)
        return Body(content, not result.partial)

    key = ("feed", links.base, asked.key())
    return caching.answer(key, MIMETYPE, make, tagged_by_body=True)


def atom(
    asked: SearchRequest, result: SearchResult, links: Links, settings: Settings, wording: Wording
) -> bytes:
    """One page of results. Without a `public_url` its links are relative; its ids never are."""
    public_url = settings.public_url or ""
    root = xml.Element("feed", xmlns=_NAMESPACE)
    named = replace(links, base=public_url or ".")  # an id is the same wherever it is written
    articles = [hit.article for hit in result.hits]
    moments = (article.published_at for article in articles if article.published_at)
    _add(root, "id", _urn(named.feed(replace(asked, page=1))))
    title = wording.say("Articles for “%(words)s”", words=asked.query)
    _add(root, "title", title if asked.query else wording.say("Articles"), type="text")
    _add(root, "updated", dates.iso(max(moments, default=result.index.published_at)))
    _add(
        _add(root, "author"),
        "name",
        settings.site_name or urlsplit(public_url).netloc or "searchsvc",
    )
    _add(root, "generator", "searchsvc")
    _link(root, "self", links.feed(asked), MIMETYPE)
    _link(root, "alternate", links.page(asked), "text/html")
    for relation, page in (("previous", asked.page - 1), ("next", asked.page + 1)):
        if 1 <= page <= result.pages:
            _link(root, relation, links.feed(replace(asked, page=page)), MIMETYPE)
    for article in articles:
        entry = _add(root, "entry")
        _add(entry, "id", _urn(named.article(article.id)))
        _fill_entry(entry, article, links, public_url)
    xml.indent(root)
    text: bytes = xml.tostring(root, "utf-8", xml_declaration=False)
    return _DECLARATION + text + b"\n"


def _fill_entry(entry: xml.Element, article: Article, links: Links, public_url: str) -> None:
    _add(entry, "title", article.title, type="text")
    for name in ("updated", "published"):
        _add(entry, name, dates.iso(article.published_at or _EARLIEST))
    if url := clean_url(article.url):
        _link(entry, "alternate", urljoin(f"{public_url}/", url), "text/html")
    else:
        _link(entry, "alternate", links.article(article.id), "application/json")
    if provider := article.provider:
        _add(_add(entry, "author"), "name", provider.name or provider.domain or "")
    for topic in article.topics:
        _add(entry, "category", term=topic)
    if article.excerpt:
        _add(entry, "summary", article.excerpt, type="text")


def _urn(url: str) -> str:
    """An absolute name that stays the same as long as the address does."""
    return uuid5(NAMESPACE_URL, url).urn


def _link(parent: xml.Element, relation: str, url: str, mimetype: str) -> None:
    _add(parent, "link", rel=relation, href=url, type=mimetype)


def _add(parent: xml.Element, name: str, text: str = "", **attributes: str) -> xml.Element:
    """A new child; characters that XML cannot hold become U+FFFD."""
    fit = {key: _NOT_XML.sub("\ufffd", value) for key, value in attributes.items()}
    child = xml.SubElement(parent, name, fit)
    child.text = _NOT_XML.sub("\ufffd", text) or None
    return child
