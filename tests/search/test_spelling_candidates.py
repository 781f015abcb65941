"""Words of an index near a typed one, against a look at all of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import stemmer
from searchsvc.index.impacts import Impacts
from searchsvc.index.strings import TermDictionary
from searchsvc.index.vocabulary import Vocabulary
from searchsvc.search import spelling_candidates
from searchsvc.search.spelling_candidates import SpellingCandidates
from tests.kernels.plain_edits import edits_between


def candidates_of(counts: Mapping[str, int], language: str = "none") -> SpellingCandidates:
    """Of words, each with the number of its articles; no two words of a stem share an article."""
    stem = stemmer(language)
    words, _ = TermDictionary.sorted_of(word.encode("utf-8", "surrogatepass") for word in counts)
    texts = [word.decode("utf-8", "surrogatepass") for word in words]
    stems, _ = TermDictionary.sorted_of(
        {stem(word).encode("utf-8", "surrogatepass") for word in texts}
    )
    stem_of = np.array(
        stems.find_all([stem(word).encode("utf-8", "surrogatepass") for word in texts]), np.int32
    )
    sizes = [counts[word] for word in texts]
    frequencies = np.bincount(stem_of, sizes, len(stems)).astype(np.int32)
    starts = np.concatenate(([0], np.cumsum(frequencies))).astype(np.int64)
    docs = np.concatenate(
        [np.zeros(0, np.int32), *(np.arange(n, dtype=np.int32) for n in frequencies)]
    )
    impacts = Impacts(
        vocabulary=Vocabulary(words, stems, stem_of, ()),
        starts=starts,
        docs=docs,
        sats=np.ones(len(docs), np.uint16),
        forms=np.zeros(len(docs), np.uint8),
        side_starts=np.zeros(len(texts) + 1, np.int64),
        side_docs=np.zeros(0, np.int32),
        side_sats=np.zeros(0, np.uint16),
        form_of=np.zeros(len(texts), np.uint8),
        frequencies=frequencies,
        document_counts=np.array(sizes, np.int32),
    )
    return SpellingCandidates(impacts, language)


LETTERS = st.text("abcмжαß힣𐐨é\ud800", min_size=1, max_size=9)


@settings(deadline=None)
@given(LETTERS, st.sets(LETTERS, max_size=40), st.integers(1, 2))
def test_near_words_are_those_within_the_edits(word: str, vocabulary: set[str], edits: int) -> None:
    near = candidates_of(dict.fromkeys(vocabulary, 1)).near(word, edits)
    expected = {
        other: distance
        for other in vocabulary - {word}
        if (distance := edits_between(word, other)) <= edits
    }
    assert {other.word: other.edits for other in near} == expected


@settings(deadline=None)
@given(st.text("abcdefghij", min_size=2, max_size=12), st.data())
def test_a_word_with_one_random_edit_is_near_the_word(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    before, after = word[:place], word[place:]
    typed = data.draw(
        st.sampled_from(
            [
                before + letter + after,
                before + after[1:],
                before + letter + after[1:],
                before + after[:2][::-1] + after[2:],
            ]
        )
    )
    near = candidates_of({word: 1}).near(typed, 1)
    assert [other.word for other in near] == ([word] if typed != word else [])


def test_other_forms_of_the_word_itself_are_left_out() -> None:
    candidates = candidates_of({"prices": 3, "pricey": 1, "price": 5, "prince": 2}, "en")
    assert [near.word for near in candidates.near("price", 1)] == ["prince", "pricey"]
    (prince, _) = candidates.near("price", 1)
    assert (prince.articles, prince.in_any_form) == (2, 2)


def test_the_commonest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling_candidates, "MAX_NEAR", 2)
    near = candidates_of({"aabc": 1, "babc": 4, "cabc": 3}).near("abc", 1)
    assert [(other.word, other.articles) for other in near] == [("babc", 4), ("cabc", 3)]


def test_the_likeliest_are_of_different_stems() -> None:
    candidates = candidates_of({"lander": 4, "landed": 9, "landes": 2, "lands": 5}, "en")
    assert [candidate.meant for candidate in candidates.likeliest("landex")] == [
        "landed",
        "lander",
    ]


@pytest.mark.parametrize("word", ["covid19", "2021", "c++", ".net", "at&t", "abc"])
def test_numbers_signs_and_short_words_have_no_candidates(word: str) -> None:
    vocabulary = {word + "s": 100, word[:-1]: 100, "moon": 1}
    candidates = candidates_of(vocabulary, "en")
    assert candidates.likeliest(word) == candidates.commoner(word) == []
    assert candidates.written_apart(word) == []


@pytest.mark.parametrize(
    ("word", "own", "other", "articles", "is_meant"),
    [
        ("harbur", 1, "harbour", 4, False),
        ("harbur", 1, "harbour", 5, True),
        ("harbur", 3, "harbour", 14, False),
        ("harbur", 3, "harbour", 15, True),
        ("laud", 1, "land", 30, False),
        ("laud", 1, "land", 200, True),
        ("lland", 1, "land", 30, True),
    ],
)
def test_a_less_likely_slip_needs_a_commoner_word(
    word: str, own: int, other: str, articles: int, is_meant: bool
) -> None:
    candidates = candidates_of({word: own, other: articles})
    assert [c.meant for c in candidates.commoner(word)] == ([other] if is_meant else [])


def test_a_word_may_be_two_that_articles_write() -> None:
    candidates = candidates_of({"machine": 1, "learning": 1, "mach": 1, "ine": 1}, "en")
    assert candidates.written_apart("machinelearning") == [("machine", "learning")]
    assert candidates.written_apart("machine") == [("mach", "ine")]
    assert candidates.written_apart("learning") == []


def test_an_empty_index_has_no_candidates() -> None:
    candidates = candidates_of({})
    assert not candidates.near("word", 1)
    assert not candidates.likeliest("word")
    assert candidates.rarity("word") > 0
