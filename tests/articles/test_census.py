"""What the files of a corpus call their fields is counted, and what most articles lack is told."""

from __future__ import annotations

from pathlib import Path

from searchsvc.articles import corpus, listing
from searchsvc.articles.census import KeyCensus
from searchsvc.articles.interpretation import Conventions
from searchsvc.articles.keys import FieldKeys
from searchsvc.articles.url_template import UrlTemplate
from tests.articles.files import put


def census(root: Path, conventions: Conventions | None = None) -> KeyCensus:
    conventions = conventions or Conventions()
    found = KeyCensus(conventions.keys)
    for file in listing.walk(root):
        corpus.read(root, file, conventions, found)
    return found


def test_keys_are_counted_by_the_field_they_are_read_as(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "---\ntitle: A\ndate: 2020-01-01\nlayout: post\nsecured: x\n---\n")
    put(
        tmp_path,
        "b.md",
        "+++\ntitle = 'B'\nlayout = 'x'\n[extra]\nimage = '/a.jpg'\ntoc = 1\n+++\n",
    )
    put(tmp_path, "2020-01-01-c.md", "---\ntitle: C\ndescription: d\ndraft: false\n---\n")
    put(tmp_path, "draft.md", "---\ntitle: D\ndraft: true\n---\n")
    put(tmp_path, "text.md", "only text")
    found = census(tmp_path)
    assert found.to_json() == {
        "keys": {
            "title": {"title": 4},
            "excerpt": {"description": 1},
            "publishedDateTime": {"date": 1, "the file's name": 1},
            "draft": {"draft": 2},
            "images": {"extra.image": 1},
        },
        "unread": {"layout": 2, "extra.toc": 1},
        "advice": [
            "3 of 3 articles have no link: their titles lead nowhere; set `url_template`",
            "2 of 3 articles have no excerpt: name the key that has one in `fields`",
        ],
    }
    lines = list(found.lines())
    assert lines[0].split() == ["title", "title", "4"]
    assert any(line.startswith("not read") and "layout 2, extra.toc 1" in line for line in lines)


def test_own_fields_are_known_and_a_template_gives_links(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "---\ntitle: A\nteaser_text: d\ndate: 2020-01-01\n---\n")
    keys = FieldKeys({"excerpt": ["teaser_text"]})
    found = census(tmp_path, Conventions(keys=keys, url_template=UrlTemplate("/{path}/")))
    assert found.read["excerpt"] == {"teaser_text": 1}
    assert not found.unread
    assert list(found.advice()) == []


def test_articles_of_one_link_are_told(tmp_path: Path) -> None:
    for name in "abc":
        put(tmp_path, f"{name}.md", "---\ntitle: A\nurl: /x\ndate: 2020-01-01\nexcerpt: e\n---\n")
    assert list(census(tmp_path).advice()) == [
        "articles with the link of another: 2; b has that of a"
    ]


def test_nothing_of_a_file_reaches_a_terminal_that_obeys(tmp_path: Path) -> None:
    put(tmp_path, "a.md", '---\ntitle: A\n"\\e[31mkey": 1\n---\n')
    assert all(line.isprintable() for line in census(tmp_path).lines())
