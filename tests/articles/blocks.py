"""Articles of blocks of front matter."""

from __future__ import annotations

import pytest

from searchsvc.articles import frontmatter
from searchsvc.articles.article import Article
from searchsvc.articles.frontmatter import FrontMatter
from searchsvc.articles.interpretation import from_front_matter
from searchsvc.articles.keys import FieldKeys
from searchsvc.articles.rejection import Rejected


def parsed(block: str) -> FrontMatter:
    return FieldKeys().fields_of(frontmatter.parse(block))


def article(block: str) -> Article:
    return from_front_matter(parsed(block), "a")


def titled(block: str) -> Article:
    return article(f"title: x\n{block}")


def rejection(block: str) -> tuple[str, int | None]:
    with pytest.raises(Rejected) as caught:
        article(block)
    return caught.value.reason, caught.value.line


def warned(block: str) -> tuple[Article, list[tuple[int | None, str]]]:
    warnings: list[tuple[int | None, str]] = []
    return from_front_matter(parsed(block), "a", warnings=warnings), warnings
