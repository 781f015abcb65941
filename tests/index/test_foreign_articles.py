"""Articles in another language than the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchsvc.analysis import MARK
from searchsvc.articles.article import Article
from searchsvc.index.merge_policy import MergePolicy
from tests.index.worlds import Night, generation, segment_of


def test_a_foreign_article_has_the_stems_of_both_languages() -> None:
    data = segment_of([Article("a", "Mieten", lang="de")])
    assert set(data.stems) == {b"mieten", f"miet{MARK}de".encode()}
    assert set(data.words) == set(data.stems)


def test_its_fields_are_as_long_as_those_of_any_article() -> None:
    texts = ("Viele Hauser", "Die Mieter des Hauses", ("Mieten", "Berlin"))
    german, own = (
        segment_of([Article("a", texts[0], texts[1], topics=texts[2], lang=lang, body=texts[1])])
        for lang in ("de", None)
    )
    assert german.lengths.tolist() == own.lengths.tolist()


@pytest.mark.parametrize("lang", [None, "en", "xx", ""])
def test_of_its_own_or_an_unknown_language_an_article_is_like_all(lang: str | None) -> None:
    data = segment_of([Article("a", "Houses", lang=lang)])
    assert list(data.words) == [b"houses"] and list(data.stems) == [b"hous"]


def test_the_mark_in_a_text_is_nothing() -> None:
    data = segment_of([Article("a", f"house{MARK}de {MARK}", lang="fr"), Article("b", f"a{MARK}b")])
    marked = [word.decode() for word in data.words if MARK.encode() in word]
    assert marked == [f"de{MARK}fr", f"hous{MARK}fr"]


def test_merging_gives_what_indexing_all_at_once_gives(tmp_path: Path) -> None:
    first, second = Article("a", "Häuser", lang="de"), Article("b", "Houses", "maisons", lang="fr")
    one = generation(tmp_path / "1", Night([first], [], []))
    two = generation(tmp_path / "2", Night([second], [], []), one, policy=MergePolicy(1))
    whole = generation(tmp_path / "3", Night([first, second], [], []))
    for folder in (two, whole):
        assert sorted(path.suffix for path in folder.glob("*.words.bytes.npy")) == [".npy"]
    contents = [next(of.glob("MAIN_*.words.bytes.npy")).read_bytes() for of in (two, whole)]
    assert contents[0] == contents[1]
