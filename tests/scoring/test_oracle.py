"""Whatever the corpus and the query: the documents and scores of the formula, by brute force."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as q

from searchsvc.scoring.evaluator import evaluate
from tests.scoring.worlds import World, histories, leaves, trees, word, world

thorough = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def scores(here: World, query: Any) -> dict[str, float]:
    matches = evaluate(here.index, query)
    assert matches.docs.dtype == np.int32 and matches.scores.dtype == np.float32
    assert (np.diff(matches.docs) > 0).all()
    return dict(zip(here.ids(matches.docs.tolist()), matches.scores.tolist(), strict=True))


def check(here: World, query: Any) -> None:
    expected = here.oracle.matches(query)
    found = scores(here, query)
    assert found.keys() == expected.keys()
    assert found == {id_: pytest.approx(score, rel=1e-4) for id_, score in expected.items()}


@thorough
@given(histories, st.lists(trees, min_size=1, max_size=5))
def test_any_tree(history: Any, queries: list[Any]) -> None:
    with world(history) as here:
        for query in queries:
            check(here, query)


@thorough
@given(histories, st.lists(leaves, min_size=5, max_size=20))
def test_every_kind_of_leaf(history: Any, queries: list[Any]) -> None:
    with world(history) as here:
        for query in queries:
            check(here, query)


@thorough
@given(histories, st.lists(st.sampled_from(["alpha", "alphas", "betas", "email"]), min_size=1))
def test_words_together(history: Any, terms: list[str]) -> None:
    words = [word(term) for term in terms]
    with world(history) as here:
        for query in (q.And(words), q.Or(words), q.And([*words, q.Not(word("gamma"))])):
            check(here, query)
