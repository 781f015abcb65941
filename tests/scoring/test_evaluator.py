"""What the oracle does not ask: budgets, saving and opening, explanations, agreement with stock."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import index as whoosh_index
from whoosh import query as q

from searchsvc.index.schema import schema
from searchsvc.query.expanding import Named, Pattern
from searchsvc.scoring import Impacts, OpenIndex, Statistics, evaluate, explain
from tests.scoring.oracle import OracleArticle
from tests.scoring.test_oracle import scores
from tests.scoring.worlds import World, build, fields_of, histories, leaves, word, world


def article(title: str, excerpt: str = "") -> OracleArticle:
    return OracleArticle("", title, "news", excerpt, "bbc", datetime(2020, 1, 1))


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    """Forty articles in two segments, one deleted."""
    commits = [
        [article(f"alpha {number}", "gamma beta") for number in range(20)],
        [article("alphas", "beta gamma"), *(article("beta") for _ in range(19))],
    ]
    yield build((commits, {3}, False), str(tmp_path))


QUERIES = [
    word("alpha"),
    q.And([word("beta"), word("news")]),
    q.Or([word("alpha"), word("beta")]),
    q.Not(word("alpha")),
    q.Prefix("title_exact", "al"),
    q.Phrase("excerpt_exact", ["gamma", "beta"]),
    q.Term("title", "beta"),
    q.Otherwise(word("nowhere"), word("alpha")),
    Pattern("title_exact", "al*a"),
    Named("provider", "bbc"),
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
@pytest.mark.parametrize("limit", [0, 1, 10, 30])
def test_out_of_budget_the_first_documents_are_right(here: World, query: Any, limit: int) -> None:
    everything = evaluate(here.index, query)
    found = evaluate(here.index, query, limit)
    count = len(found)
    np.testing.assert_array_equal(found.docs, everything.docs[:count])
    np.testing.assert_allclose(found.scores, everything.scores[:count])
    assert not everything.partial
    assert found.partial or count == len(everything)


@pytest.mark.parametrize("query", QUERIES[-2:], ids=repr)
def test_terms_are_looked_at_only_as_far_as_the_budget_goes(here: World, query: Any) -> None:
    cut = evaluate(here.index, query, 50)
    assert (len(cut), cut.partial) == (0, True)
    found = evaluate(here.index, query, 100_000)
    assert (len(found) > 10, found.partial) == (True, False)


def test_terms_that_many_queries_look_for_are_kept(here: World) -> None:
    calls = 0

    class Counting(Named):
        def accepts(self, term: str) -> bool:
            nonlocal calls
            calls += 1
            return super().accepts(term)

    for _ in range(3):
        evaluate(here.index, Counting("provider", "bbc"), 100_000)
    assert calls == 1


def test_what_is_saved_is_what_is_opened(here: World, tmp_path: Path) -> None:
    here.index.impacts.save(tmp_path)
    here.index.statistics.save(tmp_path)
    opened = OpenIndex.open(here.index.reader, tmp_path)
    for query in QUERIES:
        expected, found = evaluate(here.index, query), evaluate(opened, query)
        np.testing.assert_array_equal(found.docs, expected.docs)
        np.testing.assert_array_equal(found.scores, expected.scores)
    (tmp_path / "impacts.docs.npy").write_bytes(b"no array")
    with pytest.raises(ValueError):
        Impacts.open(tmp_path, len(here.index))
    states = np.zeros(1, np.uint8)
    other = dataclasses.replace(opened.statistics, states=states)
    with pytest.raises(ValueError, match="statistics of 1 documents"):
        OpenIndex.of(here.index.reader, other, opened.impacts)


def test_a_stem_of_one_form_has_no_second_list(here: World) -> None:
    impacts = here.index.impacts
    ((beta, alpha),) = impacts.find(["beta", "beta", "alpha", "alpha"]).tolist()
    assert beta[:2] == beta[2:]
    assert alpha[:2] != alpha[2:]
    assert impacts.find(["beta", "betas"])[0, 0, 2:].tolist() == [0, 0]


def test_an_empty_index(tmp_path: Path) -> None:
    empty = build(([[]], set(), False), str(tmp_path)).index
    for query in [*QUERIES, q.Every(), q.Every("title")]:
        assert len(evaluate(empty, query)) == 0


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories, st.lists(leaves, min_size=1, max_size=3))
def test_explanations_add_up(history: Any, parts: list[Any]) -> None:
    with world(history) as here:
        for query in (q.Or(parts), q.And(parts), q.AndMaybe(parts[0], parts[-1])):
            matches = evaluate(here.index, query)
            for doc, score in zip(matches.docs.tolist(), matches.scores.tolist(), strict=True):
                terms = explain(here.index, query, doc)
                total = sum(term.bm25 * term.boost for term in terms)
                assert total == pytest.approx(score, rel=1e-4)
        assert explain(here.index, q.NullQuery, 0) == []


STOCK_AGREES = st.sampled_from(
    [
        q.Term("title", "alpha", boost=2.0),
        q.Term("provider", "bbc"),
        q.And([q.Term("title", "alpha"), q.Term("excerpt_exact", "beta")]),
        q.Or([word("alpha"), word("e"), q.Term("topics", "news")]),
        q.And([word("alphas"), word("email")]),
        q.Phrase("excerpt_exact", ["alpha", "beta"], boost=3.0),
        q.ConstantScoreQuery(q.Term("title", "beta"), 7.0),
        q.Every(),
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories, st.lists(STOCK_AGREES, min_size=1, max_size=8))
def test_stock_whoosh_agrees(history: Any, queries: list[Any]) -> None:
    commits, _, _ = history
    live = [[dataclasses.replace(one, is_held=False) for one in commit] for commit in commits]
    with world((live, set(), False)) as here, TemporaryDirectory() as folder:
        writer = whoosh_index.create_in(folder, schema("en")).writer()
        for one in here.oracle.articles:
            writer.add_document(**fields_of(one))
        writer.commit(optimize=True)
        with whoosh_index.open_dir(folder).searcher() as searcher:
            for query in queries:
                expected = {
                    searcher.stored_fields(doc)["id"]: pytest.approx(score, rel=1e-4)
                    for doc, score in all_matches(query.matcher(searcher))
                }
                assert scores(here, query) == expected


def all_matches(matcher: Any) -> Iterator[tuple[int, float]]:
    while matcher.is_active():
        yield matcher.id(), matcher.score()
        matcher.next()


def test_numba_is_imported_only_when_a_kernel_is_asked_for() -> None:
    code = "import sys, searchsvc.scoring; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_with_no_live_article_the_statistics_count_one(here: World) -> None:
    lengths = np.zeros((3, len(here.index)), np.int32)
    statistics = Statistics.of(here.index.segments, np.zeros(len(here.index), bool), lengths)
    assert (statistics.documents, statistics.live) == (1, 0)
    assert statistics.states[3] == 0
