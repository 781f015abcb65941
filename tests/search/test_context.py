"""How a query is answered: which words its articles need, and how that is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import title_key
from searchsvc.articles.article import Article
from searchsvc.editorial import EditorialRules
from searchsvc.index.impacts import inverse_document_frequency
from searchsvc.index.merge_policy import MergePolicy
from searchsvc.query import reading
from searchsvc.query.nodes import AllOf
from searchsvc.search import SearchRequest
from searchsvc.search.context import SearchContext
from searchsvc.search.query_cache import ParsedQuery, QueryCache
from tests.index.worlds import NOW, Night, several
from tests.search.oracle import (
    LATER,
    PUBLISHED,
    VOCABULARY,
    Moment,
    articles,
    histories,
    indexed,
    policies,
)

RULES = EditorialRules()
_words = st.sampled_from([*VOCABULARY, "zeppelin", "cars", "bus"])
_syntax = st.sampled_from(
    ["-east", '"the car"', "topic:ai", "title:bus", "(tram OR who)", "-type:video"]
)
queries = st.builds(
    lambda words, more: " ".join([*words, *more]),
    st.lists(_words, min_size=1, max_size=9),
    st.lists(_syntax, max_size=1),
)
many = st.lists(
    st.builds(replace, articles, published_at=st.just(PUBLISHED - timedelta(days=1))),
    min_size=14,
    max_size=20,
    unique_by=lambda article: article.id,
)


def expected(moment: Moment, parsed: ParsedQuery) -> tuple[set[str], bool]:
    """The live articles that hold enough of a query, and whether one lacks a word of it."""
    oracle = moment.oracle
    live = set(oracle.live)
    groups, required = reading.groups_of(parsed.meant)
    required_of = live & oracle.matches(AllOf(tuple(required))).keys() if required else live
    having = [live & oracle.matches(group.node).keys() for group in groups]
    frequencies = list(map(len, having))
    rarities = [inverse_document_frequency(len(live), count) for count in frequencies]
    read = reading.read(groups, frequencies, rarities, required)
    by_group = dict(zip((group.node for group in groups), having, strict=True))
    coverage = {
        one: sum(
            weight
            for node, weight in zip(read.groups, read.weights, strict=True)
            if one in by_group[node]
        )
        for one in required_of
    }
    if not read.groups:
        return required_of, bool(required_of and read.ignored)
    least = read.threshold(lambda asked: sum(has >= asked for has in coverage.values()))
    enough = {one for one, has in coverage.items() if has >= least}
    lacking = {one for one in enough if read.ignored or coverage[one] < read.whole}
    return enough, bool(lacking)


@settings(several, max_examples=50)
@given(
    history=histories
    | st.lists(st.builds(Night, many, st.just([]), st.just([])), min_size=1, max_size=1),
    policy=policies,
    texts=st.lists(queries, min_size=1, max_size=8),
)
def test_articles_need_all_words_while_many_have_them_else_enough_of_them(
    history: Sequence[Night], policy: MergePolicy, texts: list[str]
) -> None:
    with indexed(history, policy) as stand:
        moment = stand.at()
        context = moment.context()
        for text in texts:
            parsed = context.parse(text)
            found = context.find(parsed)
            enough, is_relaxed = expected(moment, parsed)
            key = title_key(text, "en")
            has_syntax = any(sign in text for sign in (" -", ":", '"', "("))
            titled = {
                one
                for one in moment.oracle.live
                if not has_syntax and title_key(stand.articles[one].title, "en") == key
            }
            ids = set(moment.ids(found.matches.docs.tolist()))
            assert ids == enough | titled, (text, str(parsed.meant))
            assert found.is_relaxed == is_relaxed
            assert {one for one in ids if moment.found(found.matches)[one] >= 1000} == titled


@pytest.mark.parametrize("query", ["zeppelin", "zeppelin crash", "zeppelin over the town"])
def test_a_word_of_an_article_that_was_held_back_is_known_from_its_hour_on(query: str) -> None:
    soon = PUBLISHED + timedelta(hours=1)
    added = [
        Article("held", "Zeppelin over the harbour", published_at=soon),
        Article("old", "A crash in the town", published_at=PUBLISHED - timedelta(days=1)),
        Article("older", "A zepplin", published_at=PUBLISHED - timedelta(days=1)),
    ]
    with indexed([Night(added, [], [])]) as stand:
        before = stand.at().search(SearchRequest(query))
        assert "held" not in {hit.id for hit in before.hits}
        later = stand.at(LATER).search(SearchRequest(query, explain=True))
        assert later.hits[0].id == "held"
        assert (later.corrected, later.ignored) == (None, ())


def test_a_view_holds_until_the_next_hour_or_the_end_of_an_embargo() -> None:
    soon = PUBLISHED + timedelta(minutes=20)
    added = [Article("held", "Soon", published_at=soon), Article("a", "Undated")]
    with indexed([Night(added, [], [])]) as stand:
        first, second = stand.opened.at(NOW + 60), stand.opened.at(NOW + 1260)
        assert (first.articles, first.is_hiding) == (1, True)
        assert first.holds(NOW + 1199) and not first.holds(NOW + 1200)
        assert (second.articles, second.is_hiding) == (2, False)
        assert second.holds(NOW + 3599) and not second.holds(NOW + 3600)
        assert not second.holds(NOW + 1199)


def test_where_all_words_are_asked_for_no_article_lacks_one() -> None:
    added = [Article("both", "Red car"), Article("one", "Red bus"), Article("other", "The car")]
    with indexed([Night(added, [], [])]) as stand:
        moment = stand.at()

        def found(text: str) -> tuple[set[str], bool]:
            context = SearchContext(QueryCache(moment.view, RULES), moment.evaluator(), True)
            answer = context.find(context.parse(text))
            return set(moment.ids(answer.matches.docs.tolist())), answer.is_relaxed

        assert found("red car") == found("the red car") == ({"both"}, False)
        assert found("red") == ({"both", "one"}, False)
        assert found("red car zeppelin") == found("zeppelin") == (set(), False)
        assert found("red car bus east west tram town hall") == (set(), False)
