"""A merged segment is the one that the kept articles would have made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.articles.article import Article
from searchsvc.index import stored
from searchsvc.index.merge import merge
from searchsvc.index.segment import SegmentData
from tests.index.test_segment import assert_equal
from tests.index.worlds import collections, languages, quick, segment_of

_parts = st.lists(st.tuples(collections, st.integers(0, 127)), min_size=1, max_size=4)


def without_compounds(data: SegmentData) -> SegmentData:
    nothing = segment_of([])
    return replace(data, compounds=nothing.compounds, compound_counts=nothing.compound_counts)


@quick
@given(_parts, languages)
def test_merging_is_building_anew(parts: list[tuple[list[Article], int]], language: str) -> None:
    kept = [np.array([bits >> n & 1 for n in range(len(added))], np.bool_) for added, bits in parts]
    articles = [
        article
        for (added, _), mask in zip(parts, kept, strict=True)
        for article, is_kept in zip(added, mask.tolist(), strict=True)
        if is_kept
    ]
    merged = merge([segment_of(added, language) for added, _ in parts], kept)
    afresh = segment_of(articles, language)
    assert_equal(without_compounds(merged), without_compounds(afresh))


@quick
@given(st.lists(collections, min_size=1, max_size=4))
def test_compounds_are_counted_over_all(parts: list[list[Article]]) -> None:
    everything = [np.ones(len(added), np.bool_) for added in parts]
    merged = merge([segment_of(added) for added in parts], everything)
    assert_equal(merged, segment_of([article for added in parts for article in added]))


def test_stored_articles_of_several_dictionaries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "FEWEST", 200)
    one, other = (
        [Article(f"{of}{n}", f"{of} {n} of the day", "An excerpt " * 9) for n in range(300)]
        for of in ("Headline", "Rubric")
    )
    parts = [segment_of(one), segment_of(other)]
    assert parts[0].stored.dictionary != parts[1].stored.dictionary
    kept = [np.arange(300) % 2 == 0] * 2
    assert list(merge(parts, kept).stored) == [
        article.stored_json() for article in [*one[::2], *other[::2]]
    ]
    same = merge([parts[0], parts[0]], kept)
    assert same.stored.dictionary == parts[0].stored.dictionary
    assert list(same.stored) == [article.stored_json() for article in [*one[::2], *one[::2]]]
