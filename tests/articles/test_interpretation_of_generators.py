"""The fields of an article as site generators keep them: drafts, dates, links, pictures."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from searchsvc.articles.article import Article, Image
from searchsvc.articles.interpretation import Conventions, from_front_matter, is_published
from searchsvc.articles.rejection import Rejected
from searchsvc.articles.url_template import UrlTemplate
from tests.articles.blocks import parsed, rejection, titled, warned


@pytest.mark.parametrize(
    "block",
    [
        "draft: true",
        "draft: 'yes'",
        "isDraft: true",
        "status: draft",
        "Status: Hidden",
        "status: private",
        "status: future",
        "permalink: false",
        "eleventyExcludeFromCollections: true",
        "build: {render: never}",
        "render: false",
        "in_search_index: false",
        "headless: true",
    ],
)
def test_what_generators_do_not_publish_is_not_live(block: str) -> None:
    assert not is_published(parsed(f"title: x\n{block}"))


@pytest.mark.parametrize(
    "block",
    [
        "draft: false",
        "draft:",
        "status: published",
        "status: ''",
        "status: publish",
        "published: 2020-05-20",
        "build: {render: always}",
        "render: [a]",
        "hidden: maybe",
        "searchable: {a: b}",
    ],
)
def test_all_else_is_live(block: str) -> None:
    assert is_published(parsed(f"title: x\n{block}"))


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("draft: maybe", "draft: true or false expected"),
        ("isDraft: [true]", "isDraft: text expected"),
        ("Status: ongoing", "Status: published or draft expected, got `ongoing`"),
        ("status: {a: b}", "status: text expected"),
        ("published: 2020-99-99", "published: true or false expected"),
    ],
)
def test_a_draft_does_not_go_live_on_a_guess(block: str, said: str) -> None:
    with pytest.raises(Rejected) as caught:
        is_published(parsed(f"title: x\n{block}"))
    assert caught.value.reason.startswith(said)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("block", "day"),
    [
        ("date: 2020-05-20 12:59:00 +0200", 20),
        ("pubDate: 'Jul 08 2022'", 8),
        ("pubDate: Fri, 8 July 2022 10:00:00 GMT", 8),
        ("published: 2020-05-20", 20),
        ("published_at: 2020-05-20T12:59:00.000Z", 20),
        ("date: 2020-05-20\npublishDate: 2020-05-25", 25),
        ("lastmod: 2020-05-20", 20),
    ],
)
def test_dates_as_generators_write_them(block: str, day: int) -> None:
    found = titled(block).published_at
    assert found is not None
    assert found.day == day


def test_an_unreadable_date_is_rejected_by_the_files_own_name_of_it() -> None:
    assert rejection("title: x\npub_date: soon") == (
        "pub_date: a date such as 2020-05-20T12:59:00Z expected, got `soon`",
        2,
    )
    assert rejection("title: x\nexpiryDate: Foo 20 2020")[0].startswith("expiryDate: a date")


def at(
    article_id: str, block: str, template: str | None = None, zone: str = "UTC"
) -> tuple[Article, list[str]]:
    warnings: list[tuple[int | None, str]] = []
    conventions = Conventions(
        ZoneInfo(zone), url_template=UrlTemplate(template) if template else None
    )
    front = parsed(f"title: The Title\n{block}")
    return from_front_matter(front, article_id, conventions, warnings), [r for _, r in warnings]


def test_the_date_of_a_file_name_counts_where_no_key_has_one() -> None:
    assert at("_posts/2020-05-20-a", "")[0].published_at == datetime(2020, 5, 20, tzinfo=UTC)
    assert at("_posts/2020-05-20-a", "date: 2021-01-01")[0].published_at == datetime(
        2021, 1, 1, tzinfo=UTC
    )
    assert at("_posts/2020-13-20-a", "")[0].published_at is None
    berlin = at("2020-05-20-a/index", "", zone="Europe/Berlin")[0].published_at
    assert berlin == datetime(2020, 5, 19, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("article_id", "block", "url"),
    [
        ("posts/a", "", "https://a.example/posts/a/"),
        ("posts/a/index", "slug: b", "https://a.example/posts/b/"),
        ("posts/a", "url: /2020/b.html", "https://a.example/2020/b.html"),
        ("posts/a", "permalink: 2020/b c/", "https://a.example/2020/b%20c/"),
        ("posts/a", "permalink: /:year/:title/\ndate: 2020-05-02", "https://a.example/2020/a/"),
        ("posts/a", "webUrl: /b", "https://a.example/b"),
        ("posts/a", "webUrl: https://b.example/b", "https://b.example/b"),
        ("posts/a", "link: https://b.example/b", "https://b.example/b"),
        ("posts/a", "originalUrl: https://b.example/b", "https://b.example/b"),
        ("posts/a", "canonicalURL: https://b.example/b", "https://a.example/posts/a/"),
    ],
)
def test_a_link_is_the_files_own_else_the_templates(article_id: str, block: str, url: str) -> None:
    assert at(article_id, block, "https://a.example/{path}/")[0].url == url


def test_the_canonical_address_is_another_link_to_the_article() -> None:
    found, _ = at("a", "canonicalURL: https://b.example/b", "https://a.example/{path}/")
    assert found.other_urls == ("https://b.example/b",)
    assert at("a", "canonicalURL: https://b.example/b")[0].url == "https://b.example/b"


@pytest.mark.parametrize("written", ["javascript:x", "'{{ page.date | x }}'", "[a]", "{a: b}"])
def test_a_permalink_that_leads_nowhere_is_left_out_with_a_warning(written: str) -> None:
    found, warnings = at("posts/a", f"permalink: {written}", "https://a.example/{path}/")
    assert found.url == "https://a.example/posts/a/"
    assert len(warnings) == 1
    assert warnings[0].startswith("permalink: ")


def test_without_a_template_a_path_stays_one_and_nothing_is_made_up() -> None:
    assert at("posts/a", "url: /b/")[0].url == "/b/"
    assert at("posts/a", "slug: b")[0].url is None


def test_days_of_a_template_are_those_of_the_site() -> None:
    block = "date: 2020-05-20T23:30:00Z"
    url = at("a", block, "https://a.example/{year}/{month}/{day}/{slug}", "Europe/Berlin")[0].url
    assert url == "https://a.example/2020/05/21/a"


@pytest.mark.parametrize(
    ("block", "category", "topics"),
    [
        ("categories: [News, Europe]\ntags: [a, A, b]", "News", ("a", "b", "Europe")),
        ("taxonomies: {categories: [News], tags: [a]}", "News", ("a",)),
        ("category: Python\ntags: a, b c", "Python", ("a", "b c")),
        ("tags: [post, posts, Cloud]", None, ("Cloud",)),
        ("topics: [post]", None, ("post",)),
        ("tags: [{name: A, slug: a}, {slug: b}]", None, ("A",)),
        ("categories: News", "News", ()),
        ("section: News", "News", ()),
    ],
)
def test_categories_and_tags(block: str, category: str | None, topics: tuple[str, ...]) -> None:
    found = titled(block)
    assert (found.category, found.topics) == (category, topics)


def test_jekyll_parts_words_by_spaces_in_its_posts() -> None:
    found, _ = at("_posts/2020-05-20-a", "categories: news europe\ntags: ai cloud")
    assert (found.category, found.topics) == ("news", ("ai", "cloud", "europe"))
    assert at("posts/a", "tags: ai cloud")[0].topics == ("ai cloud",)


@pytest.mark.parametrize(
    ("article_id", "block", "url"),
    [
        ("a", "image: /img/a.jpg", "https://a.example/img/a.jpg"),
        ("a", "cover: {image: https://c.example/a b.jpg, alt: A}", "https://c.example/a%20b.jpg"),
        ("a", "heroImage: {src: /a.jpg}", "https://a.example/a.jpg"),
        ("a", "images: [/a.jpg]", "https://a.example/a.jpg"),
        ("posts/a/index", "image: cover.jpg", "https://a.example/posts/a/cover.jpg"),
        ("posts/a/index", "image: ./cover.jpg", "https://a.example/posts/a/cover.jpg"),
        ("posts/a", "image: cover.jpg", None),
        ("posts/a", "image: ../../assets/a.jpg", None),
        ("posts/a", "image: javascript:x", None),
        ("posts/a", "image: data:image/png;base64,xx", None),
        ("posts/a", "image: {a: b}", None),
    ],
)
def test_a_picture_may_be_given_in_many_ways(article_id: str, block: str, url: str | None) -> None:
    found, warnings = at(article_id, block, "https://a.example/{path}/")
    assert (found.image.url if found.image else None) == url
    assert warnings == []


def test_a_picture_beside_a_file_has_no_link_without_a_template() -> None:
    assert at("posts/a/index", "image: cover.jpg")[0].image is None
    assert at("posts/a/index", "image: /cover.jpg")[0].image == Image(
        "/cover.jpg", None, None, None
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [("de", "de"), ("de-AT", "de"), ("pt_BR.UTF-8", None), ("EN", "en"), ("German", None)]
    + [("[de]", None), ("", None)],
)
def test_the_language_is_a_code(written: str, code: str | None) -> None:
    assert titled(f"lang: {written}").lang == code


def test_what_changes_expiry_or_language_is_a_change() -> None:
    digests = [titled(block).digest() for block in ("", "expiryDate: 2030-01-01", "lang: de")]
    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    ("block", "authors"),
    [
        ("author: Ann Example", ("Ann Example",)),
        ("authors: [Ann, Bob, Ann]", ("Ann", "Bob")),
        ("Authors: Ann, Bob", ("Ann", "Bob")),
        ("author: {name: Ann, email: a@b.example}", ("Ann",)),
        ("params: {authors: [{name: Ann}, {id: 1}]}", ("Ann",)),
        ("author: [[Ann]]", ()),
        ("author:", ()),
    ],
)
def test_authors_are_names(block: str, authors: tuple[str, ...]) -> None:
    found = titled(block)
    assert found.authors == authors
    assert found.labels == authors
    assert (found.digest() != titled("").digest()) is bool(authors)


@pytest.mark.parametrize(
    "line", ["tags: {a: 1}", "summary: [a]", "description: {a: b}", "categories: {a: b}"]
)
def test_another_systems_key_of_another_shape_rejects_nothing(line: str) -> None:
    found, warnings = warned(f"title: x\n{line}")
    assert (found.topics, found.excerpt, found.category) == ((), "", None)
    assert [(number, reason.split(":")[0]) for number, reason in warnings] == [
        (2, line.split(":")[0])
    ]


def test_the_zero_time_of_hugo_is_none() -> None:
    found = titled("date: 0001-01-01T00:00:00Z\nexpiryDate: 0001-01-01T00:00:00Z")
    assert (found.published_at, found.expires_at) == (None, None)


@pytest.mark.parametrize("other", ["date", "updated", "lastmod", "publishedDateTime"])
def test_of_a_date_in_published_and_another_the_later_one_counts(other: str) -> None:
    embargoed = titled(f"{other}: 2024-01-01\npublished: 2099-01-01")
    assert embargoed.published_at == datetime(2099, 1, 1, tzinfo=UTC)
    revised = titled(f"{other}: 2024-01-01\npublished: 2020-01-01")
    assert revised.published_at == datetime(2024, 1, 1, tzinfo=UTC)
