"""Addresses begin with `public_url`, else they are relative to where they are written."""

from __future__ import annotations

import pytest

from searchsvc.search import SearchRequest
from searchsvc.web.links import Links

ASKED = SearchRequest("a b", topic=("AI",))


@pytest.mark.parametrize(
    ("path", "base"), [("/", "."), ("/feed", "."), ("/feed/", ".."), ("/a/b/c", "../..")]
)
def test_without_a_public_url_links_lead_back_from_any_depth(path: str, base: str) -> None:
    assert Links(".", {}).at(path).json(ASKED) == f"{base}/search?q=a+b&topic=AI"


def test_with_a_public_url_they_are_the_same_everywhere() -> None:
    links = Links("https://news.example/find", {})
    assert links.at("/a/b") == links
    assert links.json(ASKED) == "https://news.example/find/search?q=a+b&topic=AI"


def test_an_articles_address_keeps_its_slashes() -> None:
    assert Links("", {}).article("odd/100% café") == "/articles/odd/100%25%20caf%C3%A9"


def test_a_feeds_own_order_is_the_newest_first() -> None:
    links = Links("", {})
    assert links.feed(SearchRequest("a", sort="newest")) == "/feed?q=a"
    assert links.feed(SearchRequest("a")) == "/feed?q=a&sort=relevance"
