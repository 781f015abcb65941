"""What is offered after an article, and which articles a publish ties to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchsvc.engine import Engine
from searchsvc.errors import InvalidRequest
from searchsvc.search import SearchRequest

Write = Callable[..., Path]
Indexed = Callable[..., Engine]


def related(engine: Engine, article_id: str, size: int = 10) -> list[tuple[str, str]]:
    found = engine.related(article_id, size)
    assert found is not None and found.id == article_id
    return [(each.id, each.relation) for each in found.results]


def links(*ids: str) -> list[dict[str, str]]:
    return [{"webUrl": f"https://news.example/{name}", "title": "not read"} for name in ids]


@pytest.fixture
def site(write: Write) -> Write:
    """Articles on two subjects, each with its address."""

    def write_article(name: str, title: str, **values: object) -> Path:
        url = f"https://news.example/{name}"
        return write(name, **{"title": title, "webUrl": url, **values})

    for number, city in enumerate(["Paris", "London", "Oslo", "Rome"]):
        write_article(f"transport/{number}", f"Tram strike stops commuters in {city}")
        write_article(f"space/{number}", f"Rocket launch from {city} delayed by weather")
    return write_article


def test_linked_ones_come_in_their_order_then_similar_ones(site: Write, indexed: Indexed) -> None:
    site("a", "Tram drivers end their strike", related=links("space/2", "none", "space/0", "a"))
    engine = indexed()
    found = related(engine, "a")
    assert found[:2] == [("space/2", "linked"), ("space/0", "linked")]
    assert {name for name, _ in found[2:6]} == {f"transport/{number}" for number in range(4)}
    assert {relation for _, relation in found[2:]} == {"similar"}
    scores = [each.score for each in engine.related("a").results]  # type: ignore[union-attr]
    assert scores[:2] == [None, None]
    assert scores[2:] == sorted(scores[2:], key=lambda score: -(score or 0))


def test_an_article_is_never_its_own_and_none_comes_twice(site: Write, indexed: Indexed) -> None:
    site("a", "Tram drivers end their strike", related=links("transport/0", "transport/0/", "a"))
    found = [name for name, _ in related(indexed(), "a")]
    assert "a" not in found and len(found) == len(set(found))
    assert found[0] == "transport/0"


def test_of_one_headline_one_is_similar(site: Write, indexed: Indexed) -> None:
    for number in range(3):
        site(f"copy/{number}", "Tram strike spreads")
    site("again", "TRAM STRIKE stops commuters in Paris!")
    found = [name for name, _ in related(indexed(), "transport/0", 100)]
    assert "again" not in found
    assert len([name for name in found if name.startswith("copy/")]) == 1


def test_there_are_no_more_than_asked_for(site: Write, indexed: Indexed) -> None:
    site("a", "Tram drivers end their strike", related=links("space/2", "space/0"))
    engine = indexed()
    assert len(related(engine, "a", 1)) == 1 and len(related(engine, "a", 4)) == 4


@pytest.mark.parametrize("size", [0, -1, 101, "10", True])
def test_a_wrong_size_is_told(write: Write, indexed: Indexed, size: object) -> None:
    write("a", title="A")
    with pytest.raises(InvalidRequest, match="size"):
        indexed().related("a", size)  # type: ignore[arg-type]


def test_who_is_not_live_is_not_there(site: Write, indexed: Indexed) -> None:
    site("gone", "Tram strike of the past", published=False)
    site("soon", "Tram strike to come", publishedDateTime="2030-01-01")
    site("a", "Tram drivers end their strike", related=links("gone", "soon"))
    engine = indexed(now=datetime(2021, 1, 1, tzinfo=UTC))
    assert engine.related("gone") is engine.related("soon") is engine.related("none") is None
    assert not {"gone", "soon"} & {name for name, _ in related(engine, "a", 100)}


def test_words_of_nearly_every_article_make_nobody_similar(write: Write, indexed: Indexed) -> None:
    for number in range(15):
        write(f"{number:02}", title=f"The way it is {number:02}")
    write("a", title="The way to Paris")
    write("b", title="Trains from Paris")
    assert related(indexed(), "a") == [("b", "similar")]


def test_an_article_with_nothing_in_common_has_nobody(write: Write, indexed: Indexed) -> None:
    write("a", title="Unlike", topics=["Alone"])
    write("b", title="Another")
    write("c", title="…")
    engine = indexed()
    assert related(engine, "a") == related(engine, "c") == []


def stories(engine: Engine) -> set[frozenset[str]]:
    hits = engine.search(SearchRequest(collapse="story", size=100)).hits
    return {frozenset((hit.id, *(other.id for other in hit.also or ()))) for hit in hits}


def test_stories_change_with_the_corpus(write: Write, indexed: Indexed) -> None:
    url = "https://news.example/b"
    write("a", title="A", related=[url])
    write("b", title="B", webUrl=url)
    write("c", title="C")
    assert stories(indexed()) == {frozenset("ab"), frozenset("c")}
    write("c", title="b!")
    assert stories(indexed()) == {frozenset("abc")}
    write("b", title="B", webUrl=url, published=False)
    assert stories(indexed()) == {frozenset("a"), frozenset("c")}
    write("d", title="D", originalUrl=url + "/?utm_source=x")
    write("e", title="C'est nouveau", ampWebUrl="https://amp.example/e")
    write("c", title="C", related=[{"ampWebUrl": "http://amp.example/e"}])
    assert stories(indexed()) == {frozenset("ad"), frozenset("ce")}


def test_who_is_held_back_joins_at_the_first_publish_after(write: Write, indexed: Indexed) -> None:
    write("a", title="A", related=["/b"])
    write("b", title="B", webUrl="/b", publishedDateTime="2021-01-02")
    write("c", title="B", publishedDateTime="2020-01-01")
    before, after = datetime(2021, 1, 1, tzinfo=UTC), datetime(2021, 1, 3, tzinfo=UTC)
    assert stories(indexed(now=before)) == {frozenset("a"), frozenset("c")}
    assert stories(indexed(now=after)) == {frozenset("abc")}
