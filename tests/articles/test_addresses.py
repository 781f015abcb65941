"""Links of one page have one key, links of two pages have two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.articles.addresses import KEY_SIZE, address, keys
from searchsvc.articles.cleaning import clean_url


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/a/b",
        "http://news.example/a/b",
        "HTTPS://WWW.News.Example/a/b/",
        "https://news.example:443/a/b#comments",
        "http://news.example:80/a/b?",
        "https://news.example/a/b?utm_source=x&utm_medium=y&fbclid=z",
        "https://news.example/a/%62",
    ],
)
def test_one_page_has_one_address(url: str) -> None:
    assert address(url) == "news.example/a/b"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/a", "https://news.example/A"),
        ("https://news.example/a?id=1", "https://news.example/a?id=2"),
        ("https://news.example/a?id=1&utm_source=x", "https://news.example/a"),
        ("https://news.example/a", "https://m.news.example/a"),
        ("https://news.example:8080/a", "https://news.example/a"),
        ("/a", "https://a"),
        ("/a", "/b"),
    ],
)
def test_two_pages_have_two(one: str, other: str) -> None:
    assert keys([one]) != keys([other])


def test_keys_stand_in_order_each_once() -> None:
    a, b = keys(["/a"]), keys(["/b"])
    assert len(a) == KEY_SIZE
    assert keys(["/b", "/a", "/b/", "/a#x"]) == b + a
    assert keys([]) == b""


@given(st.text(max_size=40) | st.text("htps:/w.#?&=%é\ud800", max_size=40))
def test_any_link_has_an_address_that_is_its_own(text: str) -> None:
    if url := clean_url(text):
        assert len(keys([url])) == KEY_SIZE
    assert len(keys([text])) == KEY_SIZE
