"""Articles as JSON, and what counts as a change of one."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.articles.article import (
    Article,
    Image,
    Provider,
    rated,
    stored_id,
    stored_texts,
    stored_title,
)
from tests.articles.test_interpretation import FULL, article

_TEXT = st.text(max_size=10)
_NUMBER = st.none() | st.integers(-(2**31) + 1, 2**31 - 1)
ARTICLES = st.builds(
    Article,
    id=_TEXT,
    title=_TEXT,
    excerpt=_TEXT,
    url=st.none() | _TEXT,
    published_at=st.none()
    | st.datetimes(timezones=st.just(UTC)).map(lambda d: d.replace(microsecond=0)),
    provider=st.none() | st.builds(Provider, st.none() | _TEXT, st.none() | _TEXT),
    topics=st.lists(_TEXT, max_size=3).map(tuple),
    quality=_NUMBER,
    heat=_NUMBER,
    image=st.none() | st.builds(Image, _TEXT, _NUMBER, _NUMBER, st.none() | _TEXT),
    related=st.lists(_TEXT, max_size=3).map(tuple),
    other_urls=st.lists(_TEXT, max_size=3).map(tuple),
)


@given(ARTICLES)
def test_json_gives_the_article_back_without_related_and_other_links(found: Article) -> None:
    assert Article.from_json(found.to_json()) == replace(found, related=(), other_urls=())


@given(ARTICLES, ARTICLES)
def test_equal_articles_and_only_they_have_equal_digests(one: Article, other: Article) -> None:
    assert one.digest() == replace(one).digest()
    assert (one.digest() == other.digest()) is (one == other)
    for field in fields(Article):
        mixed = replace(one, **{field.name: getattr(other, field.name)})
        assert (one.digest() == mixed.digest()) is (one == mixed)


@pytest.mark.parametrize(
    "same",
    [
        FULL.replace("c2VjcmV0IGJsb2I=", "ZGlmZmVyZW50"),
        FULL.replace("\n", "\r\n"),
        "# a remark\n" + FULL,
        "\n".join(reversed(FULL.splitlines())),
        FULL.replace("title: A super", "title:   A \u200bsuper"),
        FULL + "featuredContent: <iframe>\n",
        FULL.replace("12:59:00Z", "14:59:00+02:00"),
    ],
    ids="secured line-ends remark order white-space unused-key time-zone".split(),
)
def test_what_no_reader_sees_is_no_change(same: str) -> None:
    assert same != FULL
    assert article(same).digest() == article(FULL).digest()


def test_nothing_of_secured_is_kept() -> None:
    assert "c2VjcmV0" not in repr(article(FULL))


HOSTILE = st.text() | st.text(',"title:excpurl\\{}', max_size=40)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_id_and_texts_are_read_from_the_json_whatever_they_hold(
    id_: str, title: str, excerpt: str
) -> None:
    stored = Article(id_, title, excerpt=excerpt).stored_json()
    assert (stored_id(stored), stored_title(stored)) == (id_, title)
    assert stored_texts(stored) == (title.encode(), excerpt.encode())


@given(st.none() | st.integers(-(2**31), 2**31), st.none() | st.integers(-1, 400))
def test_ratings_are_added_at_the_end_of_the_json(quality: int | None, heat: int | None) -> None:
    article = Article("a", "b", quality=quality, heat=heat)
    assert Article.from_json(rated(article.stored_json(), quality, heat)) == article
