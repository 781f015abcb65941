"""Impacts are BM25F of the live articles, by a plain reading of the formula."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis import stemmer
from searchsvc.articles.article import Article
from searchsvc.index import Generation
from searchsvc.index.impacts import Impacts, form_numbers, inverse_document_frequency, norms_of
from searchsvc.index.merge_policy import MergePolicy
from searchsvc.kernels import NO_FORM, SEVERAL, all_words
from tests.index.worlds import (
    NOW,
    WEIGHTS,
    Night,
    after,
    built,
    collections,
    history_on_disk,
    languages,
    lengths,
    nights,
    occurrences,
    policies,
    several,
)

K1, B = 1.2, 0.75
Sats = dict[str, dict[str, Any]]


def expected(
    articles: Sequence[Article], language: str, weights: Sequence[float] = WEIGHTS
) -> tuple[Sats, Sats, dict[str, int]]:
    """sat x 65535 of each word and of each stem in each article; live articles with each stem."""
    live = {a.id for a in articles if a.published_at is None or a.published_at.timestamp() <= NOW}
    length = {
        article.id: sum(map(float.__mul__, map(float, lengths(article, language)), weights))
        for article in articles
    }
    average = sum(length[i] for i in live) / len(live) if live else 0
    stem = stemmer(language)
    words: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    stems: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for article in articles:
        for word, positions in occurrences(article, language).items():
            count = sum(weights[position >> 14] for position in positions)
            words[word][article.id] += count
            stems[stem(word)][article.id] += count
    frequencies = {word: len(live & having.keys()) for word, having in stems.items()}

    def sats(counts: dict[str, dict[str, float]]) -> Sats:
        return {
            word: {
                i: pytest.approx(
                    max(65535 * c / (c + K1 * (1 - B + B * length[i] / (average or 1))), 1), abs=2
                )
                for i, c in having.items()
            }
            for word, having in counts.items()
        }

    return sats(words), sats(stems), frequencies


def found(generation: Generation) -> tuple[Sats, Sats, dict[str, int]]:
    impacts = generation.impacts
    ids = [one.decode() for segment in generation.segments for one in segment.data.ids]

    def held(bounds: Any, docs: Any, sats: Any) -> dict[str, int]:
        some = slice(*bounds.tolist())
        assert docs[some].tolist() == sorted(set(docs[some].tolist()))
        return {ids[doc]: sat for doc, sat in zip(docs[some], sats[some].tolist(), strict=True)}

    def alone(word: int) -> dict[str, int]:
        """Where a word is the only form of its stem: the stem's documents and sats."""
        stem = int(impacts.vocabulary.stem_of[word])
        some = slice(*impacts.starts[stem : stem + 2].tolist())
        chosen = impacts.forms[some] == impacts.form_of[word]
        docs, sats = impacts.docs[some][chosen], impacts.sats[some][chosen]
        return {ids[doc]: sat for doc, sat in zip(docs, sats.tolist(), strict=True)}

    words = {}
    for n, word in enumerate(impacts.words):
        bounds = impacts.side_starts[n : n + 2]
        beside = held(bounds, impacts.side_docs, impacts.side_sats)
        assert not beside.keys() & alone(n).keys()
        words[word.decode()] = alone(n) | beside
        assert impacts.document_counts[n] == len(words[word.decode()])
    stems = {
        stem.decode(): held(impacts.starts[n : n + 2], impacts.docs, impacts.sats)
        for n, stem in enumerate(impacts.stems)
    }
    frequencies = zip(stems, impacts.frequencies.tolist(), strict=True)
    of_nobody = [stem for stem, having in stems.items() if not having]
    assert not any(impacts.frequencies_of(of_nobody))
    return (
        {word: having for word, having in words.items() if having},
        {stem: having for stem, having in stems.items() if having},
        {stem: count for stem, count in frequencies if stems[stem]},
    )


@several
@given(collections, languages)
def test_impacts_of_one_segment(added: list[Article], language: str) -> None:
    with TemporaryDirectory() as name:
        generation = built(Path(name) / "1", added, language=language)
        assert found(generation) == expected(added, language)


@several
@given(nights, policies)
def test_impacts_of_what_is_left_after_several_nights(history: list[Night], policy: Any) -> None:
    with TemporaryDirectory() as name:
        generation = Generation(history_on_disk(Path(name), history, policy))
        assert found(generation) == expected(list(after(history).values()), "en")
        impacts = generation.impacts
        for number, (segment, words) in enumerate(
            zip(generation.segments, impacts.vocabulary.words_in, strict=True)
        ):
            assert [impacts.words[n] for n in words] == list(segment.words)
            for own, word in enumerate(words.tolist()):
                assert generation.word_in(number, word) == own
            first, last = generation.words_between(number, 2, 5)
            assert words[first:last].tolist() == [n for n in words.tolist() if 2 <= n < 5]
        for stem in range(len(impacts.stems)):
            forms = generation.forms_of(stem)
            assert forms == np.flatnonzero(impacts.vocabulary.stem_of == stem).tolist()


@several
@given(collections, st.tuples(*[st.sampled_from([0.5, 1.0, 4.0])] * 4))
def test_other_weights(added: list[Article], weights: tuple[float, ...]) -> None:
    with TemporaryDirectory() as name:
        generation = built(Path(name) / "1", added, weights=weights)
        assert found(generation) == expected(added, "en", weights)


def test_a_document_has_the_form_that_stands_there_or_a_sat_for_each(tmp_path: Path) -> None:
    added = [Article("a", "run runs sing"), Article("b", "running"), Article("c", "sing")]
    impacts = built(tmp_path / "1", added).impacts
    run, sing = impacts.stems.find_all([b"run", b"sing"])
    words = impacts.words.find_all([b"run", b"running", b"runs", b"sing"])
    assert impacts.form_of[words].tolist() == [0, 1, 2, 0]
    assert impacts.forms[impacts.starts[run] : impacts.starts[run + 1]].tolist() == [SEVERAL, 1]
    assert impacts.forms[impacts.starts[sing] : impacts.starts[sing + 1]].tolist() == [0, 0]
    assert impacts.side_docs.tolist() == [0, 0]
    assert impacts.document_counts[words].tolist() == [1, 1, 1, 2]
    assert impacts.frequencies_of(["run", "sing", "none"]) == [2, 2, 0]


def test_a_word_of_another_stem_or_of_none_has_no_form(tmp_path: Path) -> None:
    impacts = built(tmp_path / "1", [Article("a", "run runs"), Article("b", "sing")]).impacts
    run, sing = impacts.stems.find_all([b"run", b"sing"])
    word = impacts.words.find(b"runs")
    extents, forms = impacts.extents_of([run, sing, run, -1], [word, word, -1, -1])
    assert forms.tolist() == [1, -1, -1, -1]
    assert (extents[:, 1] - extents[:, 0]).tolist() == [1, 1, 1, 0]
    assert (extents[:, 3] - extents[:, 2]).tolist() == [1, 1, 0, 0]


def test_a_word_with_accents_counts_beside_the_stem_without_them(tmp_path: Path) -> None:
    added = [Article("a", "a café"), Article("b", "a cafe"), Article("c", "東京")]
    impacts = built(tmp_path / "1", added).impacts
    stem, word = impacts.stems.find(b"cafe"), impacts.words.find("café".encode())
    extents, forms = impacts.extents_of([stem], [word])
    weight = np.ones(1, np.float32)
    docs, scores = all_words(impacts.arrays, extents, forms, weight, 0.5)
    assert docs.tolist() == [0, 1]
    sats = impacts.sats[impacts.starts[stem] : impacts.starts[stem + 1]] / 65_535
    assert scores.tolist() == pytest.approx([1.5 * sats[0], sats[1]])
    assert impacts.form_of[impacts.words.find("東京".encode())] == 0


def test_more_forms_than_have_numbers_have_none() -> None:
    numbers = form_numbers(np.array([0, 1, 0, 2, *[1] * 300], np.int32)).tolist()
    assert numbers == [0, 0, 1, 0, *range(1, NO_FORM), *[NO_FORM] * 47]


def test_what_is_held_has_impacts_and_no_part_in_statistics(tmp_path: Path) -> None:
    held = Article("b", "news of news", published_at=datetime(2999, 1, 1, tzinfo=UTC))
    generation = built(tmp_path / "1", [Article("a", "news"), held])
    words, _, frequencies = found(generation)
    assert words["news"].keys() == {"a", "b"}
    assert frequencies["news"] == 1
    assert generation.norms[0] == pytest.approx(K1)


def test_an_empty_index_has_norms_without_an_average() -> None:
    lengths = np.zeros((4, 2), np.uint16)
    assert (
        norms_of(lengths, np.zeros(2, np.bool_), WEIGHTS).tolist()
        == [pytest.approx(K1 * (1 - B))] * 2
    )


def test_rare_words_count_more() -> None:
    assert inverse_document_frequency(10, 1) == pytest.approx(math.log(1 + 9.5 / 1.5))
    assert inverse_document_frequency(10, 10) > 0


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("docs", lambda docs: docs[::-1]),
        ("docs", lambda docs: docs + 9),
        ("sats", lambda sats: sats[1:]),
        ("sats", lambda sats: sats.astype(np.int32)),
        ("starts", lambda starts: starts[1:]),
        ("forms", lambda forms: forms[1:]),
        ("side_starts", lambda starts: starts[1:]),
        ("side_docs", lambda docs: docs - 1),
        ("side_sats", lambda sats: sats[1:]),
        ("form_of", lambda form_of: form_of[1:]),
        ("document_counts", lambda counts: counts[1:]),
        ("frequencies", lambda frequencies: frequencies[1:]),
    ],
)
def test_arrays_that_make_no_sense_are_told(tmp_path: Path, part: str, change: Any) -> None:
    folder = tmp_path / "1"
    generation = built(folder, [Article("a", "news of run runs"), Article("b", "news runs")])
    path = folder / f"impacts.{part}.npy"
    array = np.load(path)
    path.unlink()
    np.save(path, change(array))
    with pytest.raises(ValueError):
        Impacts.load(folder, generation.segments, len(generation))


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("stem_of", lambda stem_of: stem_of - 1),
        ("stem_of", lambda stem_of: stem_of[1:]),
        ("words_in.0", lambda words: words[::-1]),
        ("words_in.1", lambda words: words[1:]),
    ],
)
def test_a_vocabulary_that_makes_no_sense_is_told(tmp_path: Path, part: str, change: Any) -> None:
    nights = [Night([Article("a", "news of run")], [], []), Night([Article("b", "new")], [], [])]
    generation = Generation(history_on_disk(tmp_path, nights, MergePolicy()))
    assert len(generation.segments) == 2
    path = generation.folder / f"impacts.{part}.npy"
    array = np.load(path)
    path.unlink()
    np.save(path, change(array))
    with pytest.raises(ValueError):
        Impacts.load(generation.folder, generation.segments, len(generation))
