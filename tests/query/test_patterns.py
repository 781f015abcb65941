"""Which terms a pattern, a site and a provider's words accept."""

from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.query.expanding import Named, Pattern, Site

TERMS = st.text("ab日é", max_size=8)


@given(st.text("ab日é*?", max_size=7).map("a{}".format), TERMS.map("a{}".format))
def test_a_pattern_is_what_a_shell_takes_it_for(pattern: str, term: str) -> None:
    assert Pattern("title_exact", pattern).accepts(term) == fnmatch.fnmatchcase(term, pattern)


@given(st.text("ab日*?", max_size=6).map("a{}".format), st.lists(TERMS, max_size=8))
def test_lines_finds_the_terms_that_it_accepts(text: str, terms: list[str]) -> None:
    pattern = Pattern("title_exact", text)
    lines = "".join(f"\n{term}" for term in terms).encode()
    found = [fitting[0].decode() for fitting in pattern.lines.finditer(lines)]
    assert found == [term for term in terms if pattern.accepts(term)]


def test_no_pattern_goes_back_over_what_it_read() -> None:
    assert not Pattern("title_exact", "a" + "*a" * 60 + "*b").accepts("a" * 20_000)


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
    assert Site("provider", site).accepts(term) == is_accepted


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
    text: str, options: dict[str, bool], is_accepted: bool
) -> None:
    assert Named("provider", text, **options).accepts("the new york times") == is_accepted  # type: ignore[arg-type]


def test_queries_for_the_same_terms_are_equal() -> None:
    """What they chose is kept by them."""
    assert Named("provider", "a") == Named("provider", "a")
    assert Named("provider", "a") != Named("provider", "a", is_prefix=True)
    assert Site("provider", "a") != Named("provider", "a")
    assert len({Site("provider", "a"), Site("provider", "a"), Site("topic", "a")}) == 2
