"""Links by a template, and what other keys of a file say of an address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.articles.cleaning import clean_url
from searchsvc.articles.url_template import Addressed, UrlTemplate, from_tokens, permalink

MAY = datetime(2020, 5, 2, tzinfo=UTC)


def of(
    article_id: str = "posts/My First", slug: str | None = None, date: datetime | None = MAY
) -> Addressed:
    return Addressed(article_id, "Ünited: a 1st Story!", slug, date, ("World News", "Europe"))


@pytest.mark.parametrize(
    ("template", "link"),
    [
        ("https://a.example/{path}/", "https://a.example/posts/my-first/"),
        ("https://a.example/{id}.html", "https://a.example/posts/My%20First.html"),
        ("https://a.example/{year}/{month}/{day}/{slug}", "https://a.example/2020/05/02/my-first"),
        ("https://a.example/{title}.html", "https://a.example/united-a-1st-story.html"),
        ("https://a.example/{folder}/x-{slug}", "https://a.example/posts/x-my-first"),
        ("/{categories}/{slug}?a=1", "/world-news/europe/my-first?a=1"),
        ("https://a.example/?p={id}", "https://a.example/?p=posts/My%20First"),
    ],
)
def test_variables_are_filled_in(template: str, link: str) -> None:
    assert UrlTemplate(template).link(of()) == link


@pytest.mark.parametrize(
    ("article_id", "slug", "path"),
    [
        ("posts/a/index", None, "posts/a"),
        ("posts/a/index", "b", "posts/b"),
        ("_posts/2020-05-02-a", None, "2020-05-02-a"),
        ("news/_posts/a", None, "news/a"),
        ("a", "The Slug", "the-slug"),
        ("a", "b?c#d", "b%3Fc%23d"),
        ("日本/ニュース", None, "%E6%97%A5%E6%9C%AC/%E3%83%8B%E3%83%A5%E3%83%BC%E3%82%B9"),
    ],
)
def test_the_path_is_the_files_without_machinery(
    article_id: str, slug: str | None, path: str
) -> None:
    assert UrlTemplate("/{path}/").link(of(article_id, slug)) == f"/{path}/"


def test_the_index_of_the_site_is_its_home_page() -> None:
    assert UrlTemplate("https://a.example/{path}/").link(of("index")) == "https://a.example/"


def test_what_is_missing_leaves_no_double_slash_and_no_wrong_date() -> None:
    lone = Addressed("a", "A", None, None)
    assert UrlTemplate("https://a.example/{categories}/{folder}/{slug}").link(lone) == (
        "https://a.example/a"
    )
    assert UrlTemplate("https://a.example/{year}/{slug}").link(lone) is None


def test_jekylls_categories_are_also_the_folders_above_its_posts() -> None:
    found = UrlTemplate("/{categories}/{slug}").link(of("news/uk/_posts/2020-05-02-a"))
    assert found == "/news/uk/world-news/europe/a"


@pytest.mark.parametrize(
    "template",
    ["", "https://a.example/", "https://a.example/{pth}", "a.example/{path}", "ftp://a/{path}"]
    + [
        "https://{slug}.example/",
        "https://a.example/{path",
        "//a.example/{path}",
    ]
    + [
        "https://a.example/x y/{path}",
        "/{path}\n",
        "javascript:{path}",
        "https://a.example/{path}/{{x}}",
    ],
)
def test_a_template_that_gives_no_links_is_refused(template: str) -> None:
    with pytest.raises(ValueError):
        UrlTemplate(template)


def test_a_path_of_the_site_becomes_its_address() -> None:
    template = UrlTemplate("https://a.example:8443/news/{path}")
    assert template.absolute("/x y?z") == "https://a.example:8443/x y?z"
    assert template.absolute("https://b.example/x") == "https://b.example/x"
    assert UrlTemplate("/{path}").absolute("/x") == "/x"


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("/2020/a/", "/2020/a/"),
        ("a/b.html", "/a/b.html"),
        ("https://b.example/x", "https://b.example/x"),
        ("www.b.example/x", "www.b.example/x"),
        ("/:year/:month/:title/", "/2020/05/my-first/"),
        ("/:categories/:title:output_ext", "/world-news/europe/my-first.html"),
        ("/blog/:unknown/", "/blog/:unknown/"),
        ("/posts/{{ page.fileSlug }}/index.html", "/posts/my-first/"),
        ("/posts/{{ title | slugify }}/", "/posts/united-a-1st-story/"),
        ("{{ page.filePathStem }}.html", "/posts/my-first.html"),
        ("/{{ page.date | date: '%Y/%m' }}/x", "/2020/05/x"),
        ("/{{ page.date | date: '%A' }}/", None),
        ("/{% if a %}x{% endif %}/", None),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("/{nothing}/", None),
    ],
)
def test_permalinks_of_site_generators(written: str, link: str | None) -> None:
    assert permalink(written, of()) == link


def test_a_permalink_that_needs_a_date_has_none_without() -> None:
    assert permalink("/:year/:title/", of(date=None)) is None


def test_tokens_become_variables() -> None:
    assert from_tokens("/:categories/:year/:month/:day/:title:output_ext") == (
        "/{categories}/{year}/{month}/{day}/{slug}.html"
    )


@given(st.text(alphabet="{}:/ %a.?#é\\\n"), st.text(alphabet="a/ ?#%{}._é", min_size=1))
def test_whatever_is_written_a_link_is_one_or_none(text: str, article_id: str) -> None:
    addressed = of(article_id)
    assert permalink(text, addressed) is None or "{" not in (permalink(text, addressed) or "")
    for template in ("https://a.example/{path}", "/{id}", "https://a.example/{slug}?{title}"):
        link = UrlTemplate(template).link(addressed)
        assert link is None or clean_url(link) == link
