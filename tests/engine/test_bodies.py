"""The text of an article behind its front matter: found, shown in passages, weighed little."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from searchsvc import SearchRequest, open_engine
from searchsvc.engine import Engine
from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings

ARTICLES = {
    "chips.md": "title: Chips\nexcerpt: A new factory.\n---\nThe **fab** of Grenoble opens.\n",
    "page.html": "title: Fab\n---\n<p>Nothing <script>grenoble()</script>else.</p>\n",
    "german.md": "title: Wohnen\nlang: de\n---\nDie Mieter vieler H\u00e4user klagen.\n",
    "plain.md": "title: Plain\nexcerpt: Nothing else.\n---\n",
}


def settings_of(folder: Path, **changes: Any) -> Settings:
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, content in ARTICLES.items():
        (corpus / name).write_text(f"---\n{content}", encoding="utf-8")
    return replace(Settings(), corpus=corpus, index=folder / "index", **changes)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    settings = settings_of(tmp_path_factory.mktemp("bodies"))
    reindex(settings)
    return open_engine(settings)


def found(engine: Engine, query: str, **more: Any) -> dict[str, str]:
    hits = engine.search(SearchRequest(query, **more)).hits
    return {hit.id: hit.highlights.excerpt for hit in hits if hit.highlights}


def test_an_article_is_found_by_a_word_of_its_body(engine: Engine) -> None:
    assert found(engine, "grenoble") == {"chips": "The fab of <mark>Grenoble</mark> opens."}


def test_a_word_of_the_title_counts_more_than_one_of_the_body(engine: Engine) -> None:
    assert list(found(engine, "fab")) == ["page", "chips"]
    (_, hit) = engine.search(SearchRequest("fab", explain=True)).hits
    assert hit.explain
    assert {(part.field, part.boost) for part in hit.explain.fields if not part.exact} == {
        ("body", 0.3)
    }


def test_the_excerpt_is_shown_where_it_says_something(engine: Engine) -> None:
    assert found(engine, "factory grenoble") == {"chips": "A new <mark>factory</mark>."}


def test_without_an_excerpt_the_beginning_of_the_body_is_shown(engine: Engine) -> None:
    assert found(engine, "fab")["page"] == "Nothing else."


def test_a_phrase_may_stand_in_a_body(engine: Engine) -> None:
    assert list(found(engine, '"fab of grenoble"')) == ["chips"]
    assert not found(engine, '"grenoble of fab"')


def test_nobody_is_shown_a_body_whole(engine: Engine) -> None:
    (hit,) = engine.search(SearchRequest("grenoble")).hits
    assert b"opens" not in hit.stored
    assert hit.article.excerpt == "A new factory." and not hit.article.body


def test_a_foreign_body_is_found_by_its_own_forms(engine: Engine) -> None:
    assert list(found(engine, "haus", lang="de")) == ["german"]
    assert "<mark>H\u00e4user</mark>" in found(engine, "haus", lang="de")["german"]
    assert not found(engine, "haus")
    assert list(found(engine, "h\u00e4user")) == ["german"]


@pytest.mark.parametrize("query", ['"Die Mieter"', "Mie*", "Miet -fab", "der OR Mieter"])
def test_in_a_language_only_articles_in_it_are_found(engine: Engine, query: str) -> None:
    assert list(found(engine, query, lang="de")) == ["german"]


def test_in_a_language_nothing_else_is_found_while_typing(engine: Engine) -> None:
    assert not found(engine, "fab", lang="de", typing=True)
    assert list(found(engine, "h\u00e4u", lang="de", typing=True)) == ["german"]


def test_bodies_can_be_left_out_and_taken_in_again(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, index_body=False)
    reindex(settings)
    assert not found(open_engine(settings), "grenoble")
    with_bodies = replace(settings, index_body=True)
    assert reindex(with_bodies).counts.changed == 3
    assert found(open_engine(with_bodies), "grenoble")


def test_an_article_whose_body_alone_changes_is_indexed_anew(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    reindex(settings)
    path = settings.corpus / "chips.md"
    path.write_text(path.read_text().replace("Grenoble", "Dresden"))
    assert reindex(settings).counts.changed == 1
    engine = open_engine(settings)
    assert found(engine, "dresden") and not found(engine, "grenoble")
