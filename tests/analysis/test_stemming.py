"""What the forms of a word have in common."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from Stemmer import Stemmer

from searchsvc.analysis import LANGUAGES, index_stems, stemmer, terms_of, words


def stems_of(text: str, language: str) -> set[str]:
    """The stems a text is found by."""
    stem = stemmer(language).index_stem
    return {stem(term) for word in words(text, language) for _, term in word.terms.indexed}


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("pt", ["vacinação", "vacinações"]),
        ("es", ["catalán", "catalanes"]),
        ("pt", ["eleição", "eleições"]),
        ("pt", ["nação", "nações"]),
        ("pt", ["avião", "aviões"]),
        ("pt", ["hotel", "hotéis"]),
        ("pt", ["nível", "níveis"]),
        ("pt", ["possível", "possíveis"]),
        ("pt", ["automóvel", "automóveis"]),
        ("es", ["joven", "jóvenes"]),
        ("es", ["imagen", "imágenes"]),
        ("es", ["régimen", "regímenes"]),
        ("es", ["líder", "líderes"]),
        ("es", ["árbol", "árboles"]),
        ("es", ["síndrome", "síndromes"]),
        ("es", ["índice", "índices"]),
        ("es", ["célebre", "célebres"]),
        ("hi", ["हिन्दी", "हिंदी"]),
        ("fr", ["premier", "première", "premières"]),
        ("pl", ["wybory", "wyborów"]),
        ("de", ["Haus", "Häuser", "Häusern"]),
        ("fr", ["nation", "nations"]),
        ("hi", ["लड़के", "लड़का"]),
        ("ar", ["مدرسة", "المدرسة"]),
        ("ar", ["إسلام", "الإسلام", "اسلام"]),
        ("fa", ["كتاب", "کتاب", "کتاب\u200cها"]),
        ("ru", ["ёлка", "елка", "ёлки"]),
        ("en", ["café", "cafes", "cafés"]),
    ],
)
def test_forms_find_each_other_with_their_accents(language: str, forms: list[str]) -> None:
    for asked in forms:
        stem = stemmer(language).query_stem(terms_of(asked, language))
        assert [text for text in forms if stem not in stems_of(text, language)] == []


@pytest.mark.parametrize(
    ("language", "text", "asked"),
    [
        ("pt", "vacinação", "vacinacao"),
        ("fr", "première", "premiere"),
        ("pl", "wyborów", "wyborow"),
    ],
)
def test_accents_need_not_be_typed(language: str, text: str, asked: str) -> None:
    assert stemmer(language).query_stem(terms_of(asked, language)) in stems_of(text, language)


@pytest.mark.parametrize(
    ("language", "asked", "stems"),
    [
        ("fr", "première", ("premi", "premier")),
        ("fr", "premiere", ("premier",)),
        ("de", "häuser", ("haus",)),
        ("en", "naïve", ("naiv",)),
        ("en", "covid-19", ("covid19",)),
    ],
)
def test_a_text_may_lack_the_accents_typed(
    language: str, asked: str, stems: tuple[str, ...]
) -> None:
    assert stemmer(language).query_stems(terms_of(asked, language)) == stems


@settings(deadline=None)
@given(
    st.sampled_from(sorted(LANGUAGES)),
    st.text("aeinstzéèêãçõáíóúñäöüßłśżёйاأةيکदि", min_size=1, max_size=10),
)
def test_a_word_finds_itself_and_counts_once(language: str, word: str) -> None:
    stem = stemmer(language)
    for found in words(word, language):
        indexed = [stem.index_stem(term) for _, term in found.terms.indexed]
        assert len(indexed) == len(set(indexed)) or len(found.terms.parts) > 1
        if len(found.terms.parts) == 1:
            assert stem.query_stem(found.terms) in indexed


def test_accents_are_a_form_of_their_own_where_the_stem_is_the_same() -> None:
    assert stemmer("en")("naïve") == "naïve" != stemmer("en")("naive")
    assert stemmer("pt")("vacinação") == "vacin"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_there(language: str) -> None:
    assert stemmer(language)("a")


@pytest.mark.parametrize("language", ["none", "he", "ja", "zh", "th", "ko"])
def test_a_language_without_a_stemmer_has_every_word_as_it_is(language: str) -> None:
    stem = stemmer(language)
    assert [stem("cats"), stem("naïve"), stem("日本")] == ["cats", "naïve", "日本"]
    assert stem.query_stem(terms_of("naïve", language)) == "naive"


@pytest.mark.parametrize("term", ["c++", "c#", ".net", "5g", "3.5", "at&t", "2020", "日本"])
def test_what_is_no_plain_word_is_not_stemmed(term: str) -> None:
    assert stemmer("en")(term) == term


def test_names_keep_their_form() -> None:
    stem = stemmer("en", frozenset(["harris", "davies", "oval"]))
    assert [stem("harris"), stem("davies"), stem("oval")] == ["harris", "davies", "oval"]
    assert stem("harry") == stemmer("en")("harry") != stem("harris")
    assert stem.query_stem(terms_of("Harris's")) == "harris"
    assert index_stems("en", ["davies", "davys"], frozenset(["davies"])) == ["davies", "davi"]
    french = stemmer("fr", frozenset(["andre"]))
    assert french("andré") == "andré"
    assert french.query_stem(terms_of("André", "fr")) == "andre"


def test_many_stems_at_once_are_the_same_stems() -> None:
    terms = ["running", "naïve", "crises", "colour", "日本"]
    assert index_stems("en", terms) == list(map(stemmer("en"), terms))


def test_threads_do_not_get_each_others_stems() -> None:
    roots, ends = ("commun", "organ", "walk", "stabil"), ("ication", "ization", "ing", "ities")
    texts = [f"{a}{b}{c}" for a in "bcdfghjklmnp" for b in roots for c in ends]
    alone = Stemmer("english")
    expected = [alone.stemWord(text) for text in texts]
    stemmer.cache_clear()
    stem = stemmer("en")
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: [stem(text) for text in texts], range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert found == [expected] * 4
