"""Random corpora, what happens to them, and random query trees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from hypothesis import strategies as st
from whoosh import index as whoosh_index
from whoosh import query as q
from whoosh.index import FileIndex
from whoosh.query.positional import Sequence as WordSequence

from searchsvc.analysis import title_key, words
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.columnar import ColumnarCodec
from searchsvc.index.schema import EXACT, schema
from searchsvc.query.tree import DefaultPhrase, DefaultWord
from searchsvc.scoring.building import build_impacts
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.scoring.segments import open_segments
from searchsvc.scoring.statistics import Statistics
from tests.scoring.oracle import STEM, Oracle, OracleArticle

BOOSTS = {"title": 3.0, "topics": 2.0, "excerpt": 1.0}
BOOST_EXACT = 0.2
WORDS = ("alpha", "alphas", "beta", "gamma", "gammas", "e-mail", "email", "news", "C++")
TERMS = ("alpha", "alphas", "beta", "betas", "gamma", "gammas", "e", "mail", "email", "news", "c++")
DATES = [datetime(2020, 1, day) for day in range(1, 10)]

_text = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
_articles = st.builds(
    OracleArticle,
    id=st.just(""),
    title=_text,
    topics=_text,
    excerpt=_text | st.lists(st.sampled_from(WORDS), min_size=20, max_size=60).map(" ".join),
    provider=st.sampled_from(["bbc", "cnn", "bbc news"]),
    published_at=st.sampled_from(DATES),
    is_held=st.sampled_from([False, False, False, True]),
)

histories = st.tuples(
    st.lists(st.lists(_articles, max_size=5), min_size=1, max_size=4),
    st.sets(st.integers(0, 15), max_size=4),
    st.booleans(),
)
"""The articles of each commit, the numbers of those deleted in the end, whether all is merged."""


@dataclass(frozen=True)
class World:
    """One corpus in both views."""

    whoosh: FileIndex
    index: OpenIndex
    oracle: Oracle

    def ids(self, docs: Sequence[int]) -> list[str]:
        return [self.index.reader.stored_fields(doc)["id"] for doc in docs]


@contextmanager
def world(history: Any) -> Iterator[World]:
    """In a folder of its own: the files are mapped, as they are in earnest."""
    with TemporaryDirectory() as folder:
        yield build(history, folder)


def build(history: Any, folder: str) -> World:
    commits, deleted, is_merged = history
    whoosh = whoosh_index.create_in(folder, schema("en"))
    numbered: dict[str, OracleArticle] = {}
    for articles in commits:
        writer = whoosh.writer(codec=ColumnarCodec())
        for article in articles:
            id_ = f"a{len(numbered)}"
            numbered[id_] = OracleArticle(**{**vars(article), "id": id_})
            writer.add_document(**fields_of(numbered[id_]))
        writer.commit(merge=False)
    writer = whoosh.writer(codec=ColumnarCodec())
    for number in deleted:
        writer.delete_by_term("id", f"a{number}")
    writer.commit(merge=False, optimize=is_merged)
    reader = whoosh.reader()
    index = open_index(reader, numbered)
    kept = [article for id_, article in numbered.items() if int(id_[1:]) not in deleted]
    return World(whoosh, index, Oracle(kept))


def fields_of(article: OracleArticle) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": article.id,
        "provider": article.provider,
        "published_at": article.published_at,
    }
    if key := title_key(article.title):
        values["title_key"] = [key]
    for field in TEXT_FIELDS:
        if text := getattr(article, field):
            values[field] = values[EXACT[field]] = text
    return values


def open_index(reader: Any, articles: dict[str, OracleArticle]) -> OpenIndex:
    """As a publish does: lengths and who is live, by global document number."""
    documents = reader.doc_count_all()
    lengths = np.zeros((len(TEXT_FIELDS), documents), np.int32)
    live = np.zeros(documents, bool)
    for doc in range(documents):
        article = articles[reader.stored_fields(doc)["id"]]
        live[doc] = not article.is_held
        for row, field in enumerate(TEXT_FIELDS):
            found = words(getattr(article, field))
            lengths[row, doc] = sum(1 for w in found for _ in w.terms.indexed)
    segments = open_segments(reader)
    statistics = Statistics.of(segments, live, lengths)
    return OpenIndex.of(reader, statistics, build_impacts(segments, statistics, BOOSTS))


def word(term: str, boosts: dict[str, float] = BOOSTS) -> DefaultWord:
    return DefaultWord(STEM(term), term, boosts, BOOST_EXACT)


_terms = st.sampled_from(TERMS)
_boosts = st.sampled_from([1.0, 1.0, 0.5, 3.0])
_plain = st.sampled_from(TEXT_FIELDS)
_exact = st.sampled_from(list(EXACT.values()))
_phrase_words = st.lists(_terms, min_size=1, max_size=3)
_dates = st.none() | st.sampled_from(DATES)
_words = st.builds(word, _terms)
default_phrases = st.builds(DefaultPhrase, _phrase_words, st.just(BOOSTS))

leaves = (
    _words
    | _words
    | st.builds(word, _terms, st.just({"title": 1.0, "topics": 0.0, "excerpt": 4.0}))
    | st.builds(q.Term, _plain, _terms.map(STEM), boost=_boosts)
    | st.builds(q.Term, _exact, _terms, boost=_boosts)
    | st.builds(q.Term, st.just("provider"), st.sampled_from(["bbc", "itv"]), boost=_boosts)
    | st.builds(q.Term, st.just("title_key"), st.sampled_from(["alpha", "beta gamma"]))
    | st.builds(q.Phrase, _exact, _phrase_words, slop=st.integers(1, 3), boost=_boosts)
    | default_phrases
    | st.builds(q.Prefix, _exact, st.sampled_from(["", "a", "al", "ga", "x"]), boost=_boosts)
    | st.builds(q.Wildcard, _exact, st.sampled_from(["*", "al*", "*a", "?e*"]), boost=_boosts)
    | st.builds(q.FuzzyTerm, _exact, st.sampled_from(["alphaz", "beat", "gamma"]), boost=_boosts)
    | st.builds(
        q.TermRange,
        *(_exact, st.none() | _terms, st.none() | _terms),
        startexcl=st.booleans(),
        endexcl=st.booleans(),
        boost=_boosts,
    )
    | st.builds(q.DateRange, st.just("published_at"), _dates, _dates, boost=_boosts)
    | st.builds(q.Every, st.none() | _exact, boost=_boosts)
    | st.just(q.NullQuery)
    | st.builds(
        lambda field, texts: WordSequence([q.Term(field, text) for text in texts]),
        *(_exact, st.lists(_terms, min_size=2, max_size=2)),
    )
)


def _compounds(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(children, min_size=1, max_size=4)
    return (
        st.builds(q.And, several, boost=_boosts)
        | st.builds(q.Or, several, boost=_boosts)
        | st.builds(q.DisjunctionMax, several, boost=_boosts, tiebreak=st.sampled_from([0.0, 0.3]))
        | st.builds(q.Not, children)
        | st.builds(q.ConstantScoreQuery, children, _boosts)
        | st.one_of(
            st.builds(binary, children, children)
            for binary in (q.AndNot, q.AndMaybe, q.Require, q.Otherwise)
        )
    )


trees = st.recursive(leaves, _compounds, max_leaves=8)
