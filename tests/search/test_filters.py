"""Filters pass what a plain look at the articles passes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles.article import Article, Provider
from searchsvc.query.nodes import Published, Value
from searchsvc.search.filters import DATE_FACET
from searchsvc.search.matches import Mask
from tests.index.worlds import Night, several
from tests.search.oracle import PUBLISHED, Moment, articles, indexed, passes

_moments = st.none() | st.sampled_from(
    [PUBLISHED - timedelta(days=days) for days in (0, 1, 40, 41, 400)]
)
some = st.lists(articles, max_size=16, unique_by=lambda article: article.id)


def passing(moment: Moment, mask: Mask) -> set[str]:
    return set(moment.ids(mask.nonzero()[0].tolist()))


@settings(several)
@given(some, st.lists(st.sampled_from(["AI", "trams", "Bus Lines", "x"]), min_size=1))
def test_a_filter_passes_any_of_its_values_in_any_case(
    added: list[Article], texts: list[str]
) -> None:
    with indexed([Night(added, [], [])]) as stand:
        moment = stand.at()
        masks = stand.opened.filters.masks({"topic": tuple(texts)}, (None, None))
        wanted = {text.casefold() for text in texts}
        assert passing(moment, masks["topic"]) == {
            article.id
            for article in added
            if wanted & {topic.casefold() for topic in article.topics}
        }


@settings(several)
@given(some, _moments, _moments)
def test_dates_are_inclusive_and_the_undated_never_pass(
    added: list[Article], first: datetime | None, last: datetime | None
) -> None:
    span = (first and first.timestamp(), last and last.timestamp())
    with indexed([Night(added, [], [])]) as stand:
        masks = stand.opened.filters.masks({}, span)
        if span == (None, None):
            assert masks == {}
            return
        dated = {article.id for article in added if article.published_at}
        asked = Published(first, last)
        assert passing(stand.at(), masks[DATE_FACET]) == dated & {
            article.id for article in added if passes(asked, article)
        }


PROVIDERS = [
    ("both", Provider("Alpha", "alpha.example")),
    ("name", Provider("ALPHA", None)),
    ("domain", Provider(None, "gamma.example")),
    ("confusing", Provider("beta.example", "x.example")),
    ("hidden", Provider("Beta", "beta.example")),
    ("nameless", Provider(None, "delta.example")),
    ("named", Provider("Delta", "delta.example")),
    ("none", None),
]


@pytest.fixture(scope="module")
def providers() -> Sequence[Article]:
    return [Article(id=name, title="", provider=provider) for name, provider in PROVIDERS]


@pytest.mark.parametrize(
    ("texts", "ids"),
    [
        (("Alpha",), "both name"),
        (("alpha", "GAMMA.example"), "both name domain"),
        (("alpha.example",), "both"),
        (("gamma.example",), "domain"),
        (("beta.example",), "confusing"),
        (("Delta.example",), "nameless named"),
        (("unknown",), ""),
    ],
)
def test_a_provider_is_found_by_name_else_by_domain(
    providers: Sequence[Article], texts: tuple[str, ...], ids: str
) -> None:
    with indexed([Night(list(providers), [], [])]) as stand:
        mask = stand.opened.filters.masks({"provider": texts}, (None, None))["provider"]
        assert passing(stand.at(), mask) == set(ids.split())


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (Value("provider", "alpha"), "both name"),
        (Value("provider", "gamma.example"), "domain"),
        (Value("site", "beta.example"), "hidden"),
        (Value("site", "example"), "both domain confusing hidden nameless named"),
        (Value("topic", "x"), ""),
    ],
)
def test_values_in_a_query_pass_names_and_domains(
    providers: Sequence[Article], value: Value, ids: str
) -> None:
    with indexed([Night(list(providers), [], [])]) as stand:
        assert passing(stand.at(), stand.opened.filters.of_value(value)) == set(ids.split())


def test_a_topic_is_named_by_its_words_in_any_form_but_in_quotes() -> None:
    added = [Article("a", "", topics=("Learning machines",)), Article("b", "", topics=("Learn",))]
    with indexed([Night(added, [], [])]) as stand:
        of_value = stand.opened.filters.of_value
        assert passing(stand.at(), of_value(Value("topic", "machine"))) == {"a"}
        assert passing(stand.at(), of_value(Value("topic", "learned"))) == {"a", "b"}
        assert passing(stand.at(), of_value(Value("topic", "machine", is_exact=True))) == set()
        prefix = of_value(Value("topic", "learns mach", is_prefix=True))
        assert passing(stand.at(), prefix) == {"a"}
