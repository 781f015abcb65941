"""What the path of a file says of its article."""

from __future__ import annotations

import pytest

from searchsvc.articles import paths


@pytest.mark.parametrize(
    "path",
    ["_index.md", "posts/_index.md", "a/_INDEX.html", "_drafts/a.md"]
    + ["news/_drafts/deep/a.md", "_layouts/post.html", "_includes/a/b.html"],
)
def test_sections_and_drafts_of_jekyll_are_no_articles(path: str) -> None:
    assert paths.is_no_article(path)


@pytest.mark.parametrize("path", ["index.md", "_desk/a.md", "a/_indexed.md", "drafts/a.md", "a.md"])
def test_all_other_files_may_be(path: str) -> None:
    assert not paths.is_no_article(path)


@pytest.mark.parametrize(
    ("article_id", "date", "slug"),
    [
        ("_posts/2020-05-20-a-title", "2020-05-20", "a-title"),
        ("blog/2020-5-2_a", "2020-5-2", "a"),
        ("blog/2020-05-20-a/index", "2020-05-20", "a"),
        ("blog/2020-05-20/index", "2020-05-20", "2020-05-20"),
        ("blog/a", None, "a"),
        ("blog/a/index", None, "a"),
        ("2020-05-20a", None, "2020-05-20a"),
        ("2020/05/20/a", None, "a"),
    ],
)
def test_a_name_may_begin_with_a_date(article_id: str, date: str | None, slug: str) -> None:
    assert paths.date_of(article_id) == date
    assert paths.slug_of(article_id) == slug
