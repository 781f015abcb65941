"""Which articles are tied into one story, against a plain search for connected components."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import title_key
from searchsvc.articles import addresses
from searchsvc.articles.article import Article
from searchsvc.index.columns import NO_DATE, NO_VALUE, Columns, inverse
from searchsvc.index.segment_builder import order_of
from searchsvc.index.stories import MAX_COINCIDENCE, MAX_OWNERS, MAX_STORY, LinkKeys, Stories, Ties
from searchsvc.index.strings import ByteStrings

DAY = datetime(2020, 5, 20, tzinfo=UTC)


def stories(articles: Sequence[Article], live: Sequence[bool] | None = None) -> Stories:
    numbers: dict[str, int] = {"": -1}
    headlines = [numbers.setdefault(title_key(article.title), len(numbers)) for article in articles]
    ties = Ties(
        np.array(headlines, np.int32),
        LinkKeys.of([ByteStrings.of(addresses.keys(article.urls) for article in articles)]),
        LinkKeys.of([ByteStrings.of(addresses.keys(article.related) for article in articles)]),
    )
    mask = np.ones(len(articles), np.bool_) if live is None else np.array(live, np.bool_)
    dates = (article.published_at for article in articles)
    unrated = np.full(len(articles), NO_VALUE, np.int32)
    columns = Columns.of(
        np.array([NO_DATE if date is None else int(date.timestamp()) for date in dates], np.int64),
        unrated,
        unrated,
        {},
        inverse(order_of([article.id.encode() for article in articles])),
    )
    return Stories.find(ties, columns, mask)


def groups(articles: Sequence[Article], live: Sequence[bool] | None = None) -> set[frozenset[str]]:
    """The stories of more than one article, by id."""
    found = defaultdict(set)
    for article, number in zip(articles, stories(articles, live).numbers.tolist(), strict=True):
        if number >= 0:
            found[number].add(article.id)
    return {frozenset(ids) for ids in found.values()}


def article(article_id: str, *related: str, **values: object) -> Article:
    url = f"https://news.example/{article_id}"
    made = Article(article_id, f"Headline {article_id}", url=url, related=related)
    return replace(made, **values)  # type: ignore[arg-type]


AB = {frozenset("ab")}


def test_a_link_ties_whichever_of_the_two_has_it() -> None:
    a, b = article("a"), article("b")
    linking = replace(a, related=(str(b.url),))
    assert groups([linking, b]) == groups([b, linking]) == AB
    assert groups([a, b]) == set()


@pytest.mark.parametrize("form", ["url", "amp_url", "other_urls"])
def test_a_link_may_be_any_of_the_articles_own(form: str) -> None:
    link = "http://www.b.example/b/?utm_source=feed"
    own: dict[str, object] = {form: ("/x", link) if form == "other_urls" else link}
    assert groups([article("a", "https://b.example/b"), article("b", **own)]) == AB


def test_the_same_headline_ties_whatever_its_case_and_points() -> None:
    a = article("a", title="Chips: “AI’s” new race!")
    assert groups([a, article("b", title="chips — AI's NEW race")]) == AB
    assert groups([a, article("b", title="AI's new chips race")]) == set()
    assert groups([article("a", title="…"), article("b", title="!!!")]) == set()


def test_stories_go_from_article_to_article() -> None:
    ring = [article("a", "https://news.example/b"), article("b"), article("c", title="Headline a")]
    assert groups(ring) == {frozenset("abc")}


def test_links_to_nothing_and_to_oneself_tie_nobody() -> None:
    a = article("a", "https://news.example/a", "https://news.example/none", "/")
    shared = article("b", url="https://news.example/a")
    assert groups([a, shared]) == set()


def test_who_is_not_live_ties_nobody() -> None:
    chain = [article("a", "https://news.example/b"), article("b", "https://news.example/c")]
    chain.append(article("c"))
    assert groups(chain, [True, False, True]) == set()
    assert groups(chain, [True, True, False]) == AB


def test_an_address_of_many_is_no_articles() -> None:
    section = "https://news.example/section"
    for owners, tied in ((MAX_OWNERS, {"a", *"01234"}), (MAX_OWNERS + 1, set())):
        having = [article(str(number), url=section) for number in range(owners)]
        assert groups([article("a", section), *having]) == ({frozenset(tied)} if tied else set())


def test_a_rubric_is_no_story_but_an_agencys_report_is() -> None:
    daily = [
        article(f"{number:02}", title="Live blog", published_at=DAY + timedelta(days=number))
        for number in range(MAX_COINCIDENCE + 1)
    ]
    assert groups(daily) == set()
    assert groups(daily[1:]) == {frozenset(each.id for each in daily[1:])}
    hourly = [
        replace(each, published_at=DAY + timedelta(hours=number))
        for number, each in enumerate(daily)
    ]
    assert groups(hourly) == {frozenset(each.id for each in hourly)}
    assert groups([replace(each, published_at=None) for each in daily]) == set()


def test_a_chain_of_links_breaks_where_it_is_longest() -> None:
    """Two clusters, each within a day, a year between them: their link would make too many."""
    half = MAX_STORY // 2 + 1
    chain = [
        article(
            f"{number:03}",
            f"https://news.example/{number + 1:03}",
            published_at=DAY + timedelta(minutes=number, days=365 * (number >= half)),
        )
        for number in range(2 * half)
    ]
    ids = [each.id for each in chain]
    assert groups(chain) == {frozenset(ids[:half]), frozenset(ids[half:])}
    assert groups(chain[2:]) == {frozenset(ids[2:])}


def test_there_may_be_no_articles() -> None:
    assert len(stories([])) == 0


_NAMES = st.sampled_from("abcdefg")
_ARTICLES = st.lists(
    st.builds(
        Article,
        st.uuids().map(str),
        st.sampled_from(["One", "one!", "Two", "Three", "Four", ""]),
        url=_NAMES.map("http://news.example/{}/".format),
        related=st.lists(_NAMES.map("https://news.example/{}".format), max_size=2).map(tuple),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(_ARTICLES, st.lists(st.booleans(), min_size=8, max_size=8), st.randoms())
def test_stories_are_connected_components(
    articles: list[Article], live: list[bool], random: object
) -> None:
    """Below all bounds; and the order of the documents makes no difference."""
    live = live[: len(articles)]
    present = [each for each, is_live in zip(articles, live, strict=True) if is_live]
    owners = defaultdict(list)
    for each in present:
        owners[addresses.address(str(each.url))].append(each)
    neighbours = defaultdict(set)
    for each in present:
        own = addresses.address(str(each.url))
        for link in map(addresses.address, each.related):
            if link != own and len(owners[link]) <= MAX_OWNERS:
                for other in owners[link]:
                    neighbours[each.id].add(other.id)
                    neighbours[other.id].add(each.id)
        if key := title_key(each.title):
            neighbours[each.id] |= {o.id for o in present if title_key(o.title) == key}
    expected = set()
    for each in present:
        reached, ahead = {each.id}, [each.id]
        while ahead:
            fresh = neighbours[ahead.pop()] - reached
            reached |= fresh
            ahead += fresh
        if len(reached) > 1:
            expected.add(frozenset(reached))
    assert groups(articles, live) == expected
    pairs = list(zip(articles, live, strict=True))
    random.shuffle(pairs)  # type: ignore[attr-defined]
    if pairs:
        shuffled, masks = zip(*pairs, strict=True)
        assert groups(shuffled, masks) == expected


def test_members_are_those_of_the_story() -> None:
    found = stories([article("a", "https://news.example/c"), article("b"), article("c")])
    assert [found.members(doc).tolist() for doc in range(3)] == [[0, 2], [1], [0, 2]]


def test_stories_are_on_disk_what_they_are_in_memory(tmp_path: Path) -> None:
    found = stories([article("a", "https://news.example/c"), article("b"), article("c")])
    found.save(tmp_path)
    loaded = Stories.load(tmp_path, 3)
    np.testing.assert_array_equal(loaded.numbers, found.numbers, strict=True)
    assert len(loaded) == 1 and loaded.members(0).tolist() == [0, 2]
    path = tmp_path / "stories.npy"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(ValueError):
        Stories.load(tmp_path, 3)
