"""Which terms a pattern stands for, and which values a site and a name stand for."""

from __future__ import annotations

import fnmatch
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.query.patterns import Named, Site, beginning, compiled, fits

TERMS = st.text("ab日é", max_size=8)


@given(st.text("ab日é*?", max_size=7).map("a{}".format), TERMS.map("a{}".format))
def test_a_pattern_is_what_a_shell_takes_it_for(pattern: str, term: str) -> None:
    assert fits(pattern, term) == fnmatch.fnmatchcase(term, pattern)


@given(st.text("ab日*?", max_size=6).map("a{}".format), st.lists(TERMS, max_size=8))
def test_a_pattern_finds_the_terms_that_fit_among_many(text: str, terms: list[str]) -> None:
    lines = "".join(f"\n{term}" for term in terms).encode()
    found = [fitting[0].decode() for fitting in compiled(text).finditer(lines)]
    assert found == [term for term in terms if fits(text, term)]
    assert all(term.startswith(beginning(text)) for term in found)


def test_no_pattern_goes_back_over_what_it_read() -> None:
    assert not fits("a" + "*a" * 60 + "*b", "a" * 20_000)


@pytest.mark.parametrize(
    ("site", "term", "is_accepted"),
    [
        ("example.com", "example.com", True),
        ("example.com", "www.example.com", True),
        ("example.com", "news.example.com", True),
        ("example.com", "notexample.com", False),
        ("example.com", "example.com.evil.example", False),
        ("com", "example.com", True),
    ],
)
def test_a_site_is_a_domain_and_those_below(site: str, term: str, is_accepted: bool) -> None:
    assert Site(site).accepts(term) == is_accepted


@pytest.mark.parametrize(
    ("text", "options", "is_accepted"),
    [
        ("times", {}, True),
        ("new york times", {}, True),
        ("york new", {}, True),
        ("tim", {}, False),
        ("tim", {"is_prefix": True}, True),
        ("york tim", {"is_prefix": True}, True),
        ("york times", {"is_exact": True}, True),
        ("times york", {"is_exact": True}, False),
        ("!!!", {}, False),
    ],
)
def test_a_provider_is_named_by_its_words(
    text: str, options: dict[str, Any], is_accepted: bool
) -> None:
    assert Named(text, **options).accepts("the new york times") == is_accepted
