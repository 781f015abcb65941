"""Scores and phrases of the tables, against counting them in Python."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import words
from searchsvc.articles.article import Article
from searchsvc.suggest import building
from searchsvc.suggest.building import FUNCTION_SHARE, TEXT_SHARE
from searchsvc.suggest.tables import SuggestTables
from tests.suggest.conftest import write

FUNCTIONS = ("the", "of", "x")
LATER = datetime(2030, 1, 1, tzinfo=UTC)
texts = st.lists(
    st.sampled_from(["alpha", "beta", "covid-19", "the", "of", "gamma", "x,", "量子計算", "café"]),
    max_size=6,
).map(" ".join)
drawn = st.lists(st.tuples(texts, texts, st.booleans()), min_size=1, max_size=12)


def articles_of(listed):
    """Articles of titles, excerpts and whether each is live; each hotter than those before."""
    return [
        Article(f"{n:02}", title or "-", text, heat=n + 1, published_at=None if is_live else LATER)
        for n, (title, text, is_live) in enumerate(listed)
    ]


def written(folder, articles, segments):
    """The tables of an index of so many segments, and its words."""
    generation = None
    ends = np.linspace(0, len(articles), segments + 1, dtype=int).tolist()
    for number, (start, end) in enumerate(zip(ends, ends[1:], strict=False)):
        carried = generation.folder if generation else None
        generation = write(folder / str(number), articles[start:end], carried)
    return generation, SuggestTables.load(generation)


def phrases_of(generation, tables):
    """The score and the example of each phrase, by its terms."""
    of = tables.phrases
    rows = np.stack((of.first, of.second, of.third), axis=1).tolist()
    assert rows == sorted(rows)
    terms = [tuple(generation.impacts.words[n].decode() for n in row if n >= 0) for row in rows]
    values = zip(of.scores.tolist(), of.examples.tolist(), strict=True)
    return dict(zip(terms, values, strict=True))


def terms_of(text):
    return [part for word in words(text) for part in word.terms.parts]


def sequences(title):
    """All twos and threes of neighbouring terms that end with a telling one."""
    terms = terms_of(title)
    found = {tuple(terms[i : i + n]) for n in (2, 3) for i in range(len(terms) - n + 1)}
    return {sequence for sequence in found if sequence[-1] not in FUNCTIONS}


@settings(deadline=None, max_examples=20)
@given(drawn)
@pytest.mark.parametrize(("segments", "at_once"), [(1, 2_000_000), (2, 3)])
def test_phrases_are_what_several_live_titles_share(tmp_path_factory, segments, at_once, drawn):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(building, "AT_ONCE", at_once)
        articles = articles_of(drawn)
        generation, tables = written(tmp_path_factory.mktemp("index"), articles, segments)
    pivot = generation.manifest.heat_pivot
    having = defaultdict(list)
    for article, (title, _, is_live) in zip(articles, drawn, strict=True):
        for sequence in sequences(title) if is_live else ():
            having[sequence].append(article)
    phrases = phrases_of(generation, tables)
    assert set(phrases) == {sequence for sequence, of in having.items() if len(of) > 1}
    for sequence, (score, example) in phrases.items():
        weights = [1 + of.heat / (of.heat + max(pivot, 1)) for of in having[sequence]]
        share = FUNCTION_SHARE if sequence[0] in FUNCTIONS else 1.0
        assert score == pytest.approx(share * sum(weights), rel=1e-5)
        assert example == generation.find(having[sequence][-1].id)


@settings(deadline=None, max_examples=20)
@given(drawn)
@pytest.mark.parametrize("segments", [1, 2])
def test_words_count_by_the_live_articles_that_have_them(tmp_path_factory, segments, drawn):
    articles = articles_of(drawn)
    generation, tables = written(tmp_path_factory.mktemp("index"), articles, segments)
    pivot = generation.manifest.heat_pivot
    for number, encoded in enumerate(generation.impacts.words):
        term, score = encoded.decode(), 0.0
        in_title = in_text = -1
        for article, (title, text, is_live) in zip(articles, drawn, strict=True):
            weight = 1 + article.heat / (article.heat + max(pivot, 1))
            doc = generation.find(article.id)
            if is_live and term in indexed(title):
                score, in_title = score + weight, doc
            elif is_live and term in indexed(text):
                score, in_text = score + TEXT_SHARE * weight, doc
        share = FUNCTION_SHARE if term in FUNCTIONS else 1.0
        assert tables.words.scores[number] == pytest.approx(share * score, rel=1e-4)
        assert tables.words.examples[number] == (in_title if in_title >= 0 else in_text)


def indexed(text):
    return {term for word in words(text) for _, term in word.terms.indexed}


def test_the_best_phrases_are_kept_where_there_are_too_many(tmp_path, monkeypatch):
    monkeypatch.setattr(building, "MOST_PHRASES", 1)
    titles = ["one two"] * 2 + ["three four"] * 3
    articles = [Article(str(number), title, "") for number, title in enumerate(titles)]
    phrases = phrases_of(*written(tmp_path, articles, 1))
    assert set(phrases) <= {("three", "four"), ("one", "two")} and ("three", "four") in phrases


def test_a_title_is_kept_in_its_order_by_the_words_that_it_says(tmp_path):
    titles = ["L'utilisation de l'usine", "Café Covid-19 ici", "Une utilisation, une usine"]
    articles = [Article(str(number), title, "") for number, title in enumerate(titles)]
    generation = write(tmp_path / "fr", articles, language="fr")
    kept = SuggestTables.load(generation).titles
    first = [
        [
            generation.impacts.words[n].decode()
            for n in kept.words[kept.starts[d] : kept.starts[d + 1]]
        ]
        for d in range(2)
    ]
    assert first == [["utilisation", "de", "usine"], ["cafe", "covid", "19", "ici"]]


def test_what_does_not_depend_on_ratings_stays_when_only_they_change(tmp_path):
    articles = [Article(str(number), "One two", "", heat=number) for number in range(3)]
    first = write(tmp_path / "first", articles)
    second = write(tmp_path / "second", [], first.folder, rated=[("0", 99)])
    assert SuggestTables.load(first).words.examples.tolist() == [2, 2]
    assert SuggestTables.load(second).words.examples.tolist() == [0, 0]
    for part in ("titles.words", "names.topic.codes"):
        kept = [(of.folder / f"suggest.{part}.npy").stat().st_ino for of in (first, second)]
        assert kept[0] == kept[1]
