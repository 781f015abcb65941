"""Names found by what any of their words begins with."""

from __future__ import annotations

import pytest

from searchsvc.articles.article import Article
from searchsvc.suggest.lookup import Lookup
from searchsvc.suggest.tables import SuggestTables
from tests.suggest.conftest import view_of, write

LABELS = {
    "Artificial Intelligence": 5,
    "Art": 3,
    "Café Culture": 2,
    "U.S. News": 4,
    "日本語": 1,
    "?!": 9,
    "Press Press Press": 2,
    "Presto": 1,
    "Zed" * 100: 1,
}


@pytest.fixture(scope="module")
def lookup(tmp_path_factory):
    topics = [label for label, count in LABELS.items() for _ in range(count)]
    articles = [Article(str(n), "A title", "", topics=(topic,)) for n, topic in enumerate(topics)]
    articles.append(Article("gone", "A title", "", topics=("Artless",)))
    first = write(tmp_path_factory.mktemp("index") / "first", articles)
    generation = write(first.folder.parent / "it", [], first.folder, deleted=["gone"])
    return Lookup(view_of(generation), SuggestTables.load(generation))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a", ["Artificial Intelligence", "Art"]),
        ("art", ["Artificial Intelligence", "Art"]),
        ("art ", ["Artificial Intelligence", "Art"]),
        ("int", ["Artificial Intelligence"]),
        ("artificial in", ["Artificial Intelligence"]),
        ("cafe", ["Café Culture"]),
        ("us n", ["U.S. News"]),
        ("日", ["日本語"]),
        ("pres", ["Press Press Press", "Presto"]),
        ("zedz", ["Zed" * 100]),
        ("rt", []),
        ("zzz", []),
    ],
)
def test_by_the_beginning_of_words_those_of_most_articles_first(lookup, typed, found):
    assert lookup.names("topic", typed, 10) == found


def test_no_more_than_asked_for(lookup):
    assert lookup.names("topic", "a", 1) == ["Artificial Intelligence"]
    assert lookup.names("topic", "pres", 2) == ["Press Press Press", "Presto"]
    assert lookup.commonest("topic", 2) == ["?!", "Artificial Intelligence"]
