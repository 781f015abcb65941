"""Names are learned from the articles that are there, however they came into the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchsvc.analysis import IN_SMALL, WITH_CAPITAL
from searchsvc.articles.article import Article
from searchsvc.index import Generation, GenerationWriter
from searchsvc.index.merge_policy import MergePolicy
from searchsvc.index.segment import IN_TITLE
from tests.index.worlds import NOW, WEIGHTS, segment_of


def articles(*excerpts: str, first: int = 0) -> list[Article]:
    return [Article(f"{first + n}", f"N{n}", excerpt) for n, excerpt in enumerate(excerpts)]


HARRIS = articles(*["so says Harris today"] * 4)
HARRY = articles(*["so says Harry today"] * 4, first=10)


def written(
    folder: Path,
    added: list[Article],
    carried: Path | None = None,
    deleted: tuple[str, ...] = (),
    language: str = "en",
) -> Generation:
    folder.mkdir()
    writer = GenerationWriter(folder, language, WEIGHTS, carried, policy=MergePolicy())
    for article_id in deleted:
        assert writer.delete(article_id)
    for article in added:
        writer.add(article)
    writer.finish(NOW, {"language": language}, lambda _: None)
    return Generation(folder)


def stem_of(generation: Generation, word: str) -> str:
    vocabulary = generation.impacts.vocabulary
    return vocabulary.stems[int(vocabulary.stem_of[vocabulary.words.find(word.encode())])].decode()


def test_names_have_stems_of_their_own_night_by_night_as_at_once(tmp_path: Path) -> None:
    at_once = written(tmp_path / "once", HARRIS + HARRY)
    first = written(tmp_path / "first", HARRIS)
    second = written(tmp_path / "second", HARRY, tmp_path / "first")
    assert first.impacts.names == frozenset()  # nothing to be told from
    assert at_once.impacts.names == second.impacts.names == {"harris", "harry"}
    for generation in (at_once, second):
        assert [stem_of(generation, word) for word in ("harris", "harry")] == ["harris", "harry"]
        assert generation.impacts.frequencies_of(["harris", "harry", "harri"]) == [4, 4, 0]


def test_what_is_deleted_teaches_nothing(tmp_path: Path) -> None:
    written(tmp_path / "first", HARRIS + HARRY)
    gone = tuple(article.id for article in HARRY)
    second = written(tmp_path / "second", [], tmp_path / "first", gone)
    assert second.impacts.names == written(tmp_path / "full", HARRIS).impacts.names == frozenset()
    assert stem_of(second, "harris") == "harri"


@pytest.mark.parametrize("language", ["de", "fi", "none"])
def test_languages_of_other_capitals_or_with_cases_have_no_names(
    tmp_path: Path, language: str
) -> None:
    assert not written(tmp_path / "g", HARRIS + HARRY, language=language).impacts.names


def test_words_at_the_beginning_of_a_sentence_teach_nothing(tmp_path: Path) -> None:
    begun = articles(*["It ended. Harris spoke. HARRIS (Harris) 5 Harris"] * 4)
    assert "harris" not in written(tmp_path / "g", begun + HARRY).impacts.names


def test_a_segment_knows_how_running_text_writes_each_word() -> None:
    texts = [
        Article(
            "a", "so says Mary", "so Harris met harris, and Harris\u2019s aide. Mary left U.S. for"
        ),
        Article("b", "", "Harris left for Maine-et-Loire and Élysée and the iPhone"),
        Article("c", "no excerpt", ""),
        Article("d", "", "met Maine"),
    ]
    data = segment_of(texts)
    seen = {}
    for number, word in enumerate(data.words):
        first, last = data.postings.starts[number : number + 2].tolist()
        for posting in range(first, last):
            if marks := int(data.postings.marks[posting]) & ~IN_TITLE:
                doc = int(data.postings.docs[posting])
                seen[word.decode(), "abcd"[doc]] = marks
    assert seen == {
        ("harris", "a"): IN_SMALL | WITH_CAPITAL,
        ("us", "a"): WITH_CAPITAL,
        ("for", "b"): IN_SMALL,
        ("elysee", "b"): WITH_CAPITAL,
        ("élysée", "b"): WITH_CAPITAL,
        ("the", "b"): IN_SMALL,
        ("iphone", "b"): IN_SMALL,
        ("maine", "d"): WITH_CAPITAL,
    }
