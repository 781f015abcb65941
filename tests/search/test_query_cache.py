"""Texts that were read are remembered, each as it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from searchsvc.articles.article import Article
from searchsvc.editorial import EditorialRules
from searchsvc.editorial.synonyms import Synonyms, parse
from searchsvc.query.synonyms import Expander
from searchsvc.search import query_cache
from searchsvc.search.query_cache import QueryCache
from searchsvc.search.view import IndexView
from tests.index.worlds import Night
from tests.search.oracle import indexed


@pytest.fixture(scope="module")
def view() -> Iterator[IndexView]:
    with indexed([Night([Article("a", "Red car")], [], [])]) as stand:
        yield stand.at().view


def test_a_text_is_read_once_however_it_is_asked_again(view: IndexView) -> None:
    cache = QueryCache(view, EditorialRules())
    whole = cache.parse("red car", False)
    assert cache.parse("red car", False) is whole
    assert whole.highlighter is cache.parse("red car", False).highlighter
    unfinished = cache.parse("red car", True)
    assert (str(whole.node), str(unfinished.node)) == ("(red AND car)", "(red AND (car OR car*))")
    assert not cache.parse("", False).has_words and not cache.parse("?!", False).has_words


def test_the_one_asked_for_longest_ago_is_forgotten_when_there_is_no_room(
    view: IndexView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_cache, "BYTES_KEPT", 13_000)
    cache = QueryCache(view, EditorialRules())
    kept = [cache.parse(text, False) for text in "abcd"]
    assert [cache.parse(text, False) for text in "bcd"] == kept[1:]
    assert cache.parse("a", False) is not kept[0]


def test_synonyms_are_read_once_in_each_language(
    view: IndexView, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Synonyms] = []

    def expander(synonyms: Synonyms, stem: Callable[[str], str]) -> Expander:
        made.append(synonyms)
        return Expander(synonyms, stem)

    monkeypatch.setattr(query_cache, "Expander", expander)
    rules = EditorialRules(parse(b"- [car, automobile]", "synonyms.yaml")[0])
    french = view.in_language("fr")
    for asked in (view, french, view, french):
        assert "automobil" in str(QueryCache(asked, rules).parse("car", False).meant)
    assert len(made) == 2
    QueryCache(view, EditorialRules(parse(b"- [car, auto]", "synonyms.yaml")[0]))
    assert len(made) == 3


def test_threads_read_at_the_same_time(view: IndexView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_cache, "BYTES_KEPT", 20_000)
    cache = QueryCache(view, EditorialRules())
    texts = [f"word{number % 17}" for number in range(2_000)]
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda text: cache.parse(text, False).text, texts, chunksize=20))
    assert read == texts
