"""The links and the form that narrow results to a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from searchsvc.articles.article import Article
from searchsvc.search import FacetRequest, SearchRequest
from searchsvc.web.languages import wording_of
from searchsvc.web.links import Links
from searchsvc.web.periods import Periods, periods
from tests.web.fake_engine import FakeEngine

LINKS = Links("", {})
NOW = datetime(2021, 3, 4, 5, tzinfo=UTC)


def of(asked: SearchRequest, *days: str) -> Periods | None:
    """The periods of results that were published on these days."""
    articles = [
        Article(day, "Story", published_at=datetime.fromisoformat(f"{day}T12:00:00Z"))
        for day in days
    ]
    request = replace(asked, collapse="story", facets=(FacetRequest("month", 100),))
    result = FakeEngine(articles).search(replace(request, from_=None, to=None))
    return periods(replace(asked, collapse="story"), result, LINKS, wording_of("en"))


def test_months_are_the_newest_first_and_lead_to_their_first_and_last_day() -> None:
    found = of(SearchRequest("story"), "2020-02-01", "2020-12-24", "2020-12-25")
    assert found
    assert [(month.text, month.count) for month in found.months] == [
        ("December 2020", 2),
        ("February 2020", 1),
    ]
    assert found.months[1].url == "/?q=story&from=2020-02-01&to=2020-02-29"


def test_the_month_that_is_chosen_leads_back_to_all() -> None:
    found = of(SearchRequest("story", page=2, from_="2020-12", to="2020-12"), "2020-12-24")
    assert found and found.months[0].is_current and found.months[0].url == "/?q=story"
    assert (found.first, found.last) == ("2020-12-01", "2020-12-31")


def test_recent_periods_are_offered_as_far_as_something_lies_in_them() -> None:
    labels = {
        "2021-03-03": ["Past 7 days", "Past 30 days", "Past 12 months"],
        "2021-02-03": ["Past 7 days", "Past 30 days", "Past 12 months"],
        "2020-12-01": ["Past 12 months"],
        "2019-12-01": [],
    }
    for day, expected in labels.items():
        found = of(SearchRequest(), day)
        assert found and [choice.text for choice in found.recent] == expected


def test_a_recent_period_has_an_address_that_can_be_shared() -> None:
    found = of(SearchRequest(), "2021-03-03")
    assert found and found.recent[0].url == "/?from=2021-02-25"
    again = of(SearchRequest(from_="2021-02-25"), "2021-03-03")
    assert again and [choice.is_current for choice in again.recent] == [True, False, False]


def test_the_form_keeps_everything_but_the_dates() -> None:
    asked = SearchRequest("story", topic=("AI",), sort="newest", from_="2020", page=3)
    found = of(asked, "2020-12-24")
    assert found and found.form.pairs == (("q", "story"), ("sort", "newest"), ("topic", "AI"))


@pytest.mark.parametrize(("from_", "expected"), [(None, False), ("2020", True)])
def test_without_dated_matches_only_a_date_that_is_set_is_shown(from_, expected) -> None:
    assert bool(of(SearchRequest("nothing", from_=from_))) is expected
