"""The evaluator finds what a brute-force reading of the articles' texts finds, with its scores."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles.article import Article
from searchsvc.index.merge_policy import MergePolicy
from searchsvc.query.nodes import AllOf, Node
from searchsvc.query.syntax import parse
from searchsvc.search.budget import Budget
from searchsvc.search.evaluator import Evaluator
from tests.index.worlds import Night, several
from tests.search.oracle import BOOST_EXACT, histories, indexed, policies, trees


@settings(several, max_examples=60)
@given(history=histories, policy=policies, nodes=st.lists(trees, min_size=1, max_size=8))
def test_every_tree_finds_the_articles_and_scores_of_the_plain_formula(
    history: Sequence[Night], policy: MergePolicy, nodes: list[Node]
) -> None:
    with indexed(history, policy) as stand:
        moment = stand.at()
        for node in nodes:
            found = moment.found(moment.evaluator().matches(node))
            assert found == pytest.approx(moment.oracle.matches(node), rel=1e-3), str(node)


@settings(several, max_examples=40)
@given(history=histories, policy=policies, nodes=st.lists(trees, min_size=1, max_size=5))
def test_several_trees_at_once_are_all_required(
    history: Sequence[Night], policy: MergePolicy, nodes: list[Node]
) -> None:
    with indexed(history, policy) as stand:
        moment = stand.at()
        expected = moment.oracle.matches(AllOf(tuple(nodes)))
        evaluator = moment.evaluator()
        assert moment.found(evaluator.matches_all(nodes)) == pytest.approx(expected, rel=1e-3)
        first = evaluator.matches(nodes[0])
        assert moment.found(evaluator.narrowed(first, nodes[1:])) == pytest.approx(
            expected, rel=1e-3
        )


@settings(several, max_examples=20)
@given(history=histories, node=trees)
def test_past_the_deadline_nothing_is_found_and_that_is_known(
    history: Sequence[Night], node: Node
) -> None:
    with indexed(history) as stand:
        budget = Budget(deadline=0.0)
        assert len(Evaluator(stand.at().view, BOOST_EXACT, budget).matches(node)) == 0
        assert budget.is_spent


def test_a_compound_in_a_field_is_there_as_a_whole() -> None:
    added = [
        Article("title", "Covid-19 in the title"),
        Article("apart", "A high hall of speed", excerpt="High-speed"),
        Article("parts", "Covid wards", excerpt="In 19 covid-19 wards"),
        Article("speed", "Speed", excerpt="High-speed"),
    ]
    with indexed([Night(added, [], [])]) as stand:
        moment = stand.at()

        def found(text: str) -> set[str]:
            return set(moment.found(moment.evaluator().matches(parse(text))))

        assert found("title:covid-19") == {"title"}
        assert found("covid-19") == {"title", "parts"}
        assert found("title:high-speed") == {"apart"}
        assert found("high-speed") == {"apart", "speed"}
