"""Phrases of titles, against counting them in Python."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index as whoosh_index

from searchsvc.analysis import words
from searchsvc.articles.article import Article
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.batch import IndexWriter
from searchsvc.scoring.building import build_impacts
from searchsvc.scoring.segments import open_segments
from searchsvc.scoring.statistics import Statistics
from searchsvc.suggest import building, phrases

STOPS = ("the", "of")
titles = st.lists(
    st.lists(
        st.sampled_from(
            ["alpha", "beta", "covid-19", "the", "of", "gamma", "x,", "量子計算", "café"]
        ),
        max_size=6,
    ).map(" ".join),
    min_size=1,
    max_size=12,
)


def sequences(title: str) -> set[tuple[str, ...]]:
    """All twos and threes of neighbouring terms that end with a telling one."""
    terms = [part for word in words(title) for part in word.terms.parts]
    found = {tuple(terms[i : i + n]) for n in (2, 3) for i in range(len(terms) - n + 1)}
    return {sequence for sequence in found if sequence[-1] not in STOPS and sequence[-1] != "x"}


def counted(folder, listed, live, commits):
    """The phrases that the index of these titles has, by their terms; in `commits` segments."""
    carried = None
    ends = np.linspace(0, len(listed), commits + 1, dtype=int).tolist()
    for start, end in zip(ends, ends[1:], strict=False):
        target = folder / f"{end}"
        target.mkdir(exist_ok=True)
        writer = IndexWriter(target, "en", carried)
        for number in range(start, end):
            writer.add(Article(f"{number:02}", listed[number] or "-", "", heat=number))
        built = writer.finish()
        built.columns.save(target)
        carried = target
    with whoosh_index.open_dir(str(carried), readonly=True).reader() as reader:
        segments = open_segments(reader)
        lengths = np.stack([built.lengths[field] for field in TEXT_FIELDS])
        statistics = Statistics.of(segments, live, lengths)
        impacts = build_impacts(segments, statistics, dict.fromkeys(TEXT_FIELDS, 1.0))
        tables = building.build_tables(segments, impacts, built.columns, live, 5.0, "en")
    rows = {}
    for row in range(len(tables.phrases.scores)):
        numbers = tables.phrases.words[:, row].tolist()
        terms = tuple(impacts.words[number].decode() for number in numbers if number >= 0)
        rows[terms] = (float(tables.phrases.scores[row]), int(tables.phrases.examples[row]))
    assert list(map(tuple, tables.phrases.words.T)) == sorted(map(tuple, tables.phrases.words.T))
    return rows


@settings(deadline=None, max_examples=30)
@given(titles, st.data())
@pytest.mark.parametrize(("commits", "pairs_at_once"), [(1, 2_000_000), (2, 3)])
def test_what_several_live_titles_share(tmp_path_factory, commits, pairs_at_once, titles, data):
    live = np.array(data.draw(st.lists(st.booleans(), min_size=len(titles), max_size=len(titles))))
    kept = phrases.PAIRS_AT_ONCE
    phrases.PAIRS_AT_ONCE = pairs_at_once
    try:
        rows = counted(tmp_path_factory.mktemp("index"), titles, live, min(commits, len(titles)))
    finally:
        phrases.PAIRS_AT_ONCE = kept
    articles: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, title in enumerate(titles):
        if live[number]:
            for sequence in sequences(title):
                articles[sequence].append(number)
    expected = {sequence for sequence, of in articles.items() if len(of) > 1}
    assert set(rows) == expected
    for sequence, (score, example) in rows.items():
        weights = Counter({number: 1 + number / (number + 5.0) for number in articles[sequence]})
        share = building.STOP_SHARE if sequence[0] in (*STOPS, "x") else 1.0
        assert score == pytest.approx(share * sum(weights.values()), rel=1e-5)
        assert example == max(weights, key=lambda number: weights[number])


def test_the_best_are_kept_where_there_are_too_many(tmp_path, monkeypatch):
    monkeypatch.setattr(phrases, "MOST_PHRASES", 1)
    rows = counted(tmp_path, ["one two"] * 2 + ["three four"] * 3, np.ones(5, np.bool_), 1)
    assert set(rows) <= {("three", "four"), ("one", "two")} and ("three", "four") in rows
