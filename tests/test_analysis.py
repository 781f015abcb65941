"""Text to terms: what is one word, and which spellings are the same word."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from Stemmer import Stemmer

from searchsvc import analysis
from searchsvc.analysis import (
    BREAK,
    BREAK_POSITIONS,
    LANGUAGES,
    english,
    fold,
    stemmer,
    title_key,
    words,
)

untimed = settings(deadline=None)
TRICKY = st.text("aB9é日本ह्ि'’.,-+&#_ \nCn\u0301\u200d１", max_size=30)


def terms(text: str) -> list[str]:
    return [part for word in words(text) for part in word.terms.parts]


def spellings(text: str) -> set[str]:
    """Every term under which a text is found."""
    return {term for word in words(text) for _, term in word.terms.indexed}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t — … !?", []),
        ("Cats and DOGS", ["cats", "and", "dogs"]),
        ("Microsoft's", ["microsoft"]),
        ("Microsoft’s cats’", ["microsoft", "cats"]),
        ("don't O’Brien rock'n'roll", ["dont", "obrien", "rocknroll"]),
        ("A.I. U.S.A.", ["ai", "usa"]),
        ("C++ C# F# .NET ASP.NET", ["c++", "c#", "f#", ".net", "asp", "net"]),
        ("5G 4K", ["5g", "4k"]),
        ("285,000 1,234,567.89", ["285000", "1234567.89"]),
        ("3.5 1.2.3", ["3.5", "1.2.3"]),
        ("AT&T R&D", ["at", "t", "r", "d"]),
        ("U.S.-China U.S.'s A.I.’s", ["us", "china", "us", "ai"]),
        ("3.5-inch 285,000-strong", ["3.5", "inch", "285000", "strong"]),
        ("Ｃ＋＋ Ｃ＃ ＡＴ＆Ｔ ２８５，０００", ["c++", "c#", "at", "t", "285000"]),
        ("said.'Then", ["said", "then"]),
        ("e-mail", ["e", "mail"]),
        ("covid-19 COVID19", ["covid", "19", "covid", "19"]),
        ("naïve café Ångström", ["naive", "cafe", "angstrom"]),
        ("Straße Œuvre Łódź ıstanbul", ["strasse", "oeuvre", "lodz", "istanbul"]),
        ("ﬁne ＦＵＬＬ ２０２０", ["fine", "full", "2020"]),
        ("snake_case #tag @name", ["snake", "case", "tag", "name"]),
        ("https://a.example/b", ["https", "a", "example", "b"]),
        ("日本語", ["日本", "本語"]),
        ("日", ["日"]),
        ("Appleの新製品2020", ["apple", "の新", "新製", "製品", "2020"]),
        ("Привет, йод ЁЛКА", ["привет", "йод", "елка"]),
        ("ΟΔΟΣ οδός", ["οδοσ", "οδοσ"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("தமிழ்", ["தமிழ்"]),
        ("مُحَمَّد", ["محمد"]),
        ("ἀρχή", ["αρχη"]),
        ("👩\u200d💻 🚀🚀 👍🏽 🇺🇸 ☎️ ☎ ★", ["👩\u200d💻", "🚀", "🚀", "👍", "🇺🇸", "☎"]),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("A.I.", "AI"),
        ("U.S.", "us"),
        ("e-mail", "email"),
        ("covid-19", "covid19"),
        ("covid-19", "covid 19"),
        ("285,000", "285000"),
        ("naïve", "naive"),
        ("nai\u0308ve", "naïve"),
        ("Microsoft’s", "Microsoft"),
        ("Microsoft‘s", "Microsoft's"),
        ("top‑ten", "top-ten"),
        ("ＡＩ", "ai"),
        ("２０２０", "2020"),
        ("ｶﾞｽ", "ガス"),
        ("Ａ.Ｉ.", "AI"),
        ("U.S.-China", "us-china"),
        ("AT&T", "AT & T"),
        ("R&D", "r & d"),
        ("👍🏽", "👍"),
        ("日本語", "語"),
    ],
)
def test_one_spelling_finds_the_other(written: str, asked: str) -> None:
    assert spellings(asked) & spellings(written)
    assert set(terms(asked)) <= spellings(written)


@untimed
@given(TRICKY | st.text(max_size=30))
def test_words_lie_in_order_and_slice_the_text(text: str) -> None:
    end = position = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.position >= position
        assert word.terms.parts and all(word.terms.parts)
        assert analysis.terms_of(text[word.start : word.end]) == word.terms
        end, position = word.end, word.position + len(word.terms.parts)


@untimed
@given(TRICKY | st.text(max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@untimed
@given(st.text("abcé日C", min_size=1, max_size=8))
def test_case_makes_no_other_word(word: str) -> None:
    assert terms(word) == terms(word.upper()) == terms(word.lower())


def test_positions_count_parts_and_leap_at_a_break() -> None:
    found = [(word.terms.parts[0], word.position) for word in words(f"a covid-19 b{BREAK}c")]
    assert found == [("a", 0), ("covid", 1), ("b", 3), ("c", 4 + BREAK_POSITIONS)]


@pytest.mark.parametrize("hostile", ["a-" * 200_000, "A." * 200_000, "'" * 500_000, "1," * 200_000])
def test_a_word_of_any_length_ends(hostile: str) -> None:
    """Were the expression to go back over what it read, this would not end."""
    assert sum(len(word.terms.parts) for word in words(hostile)) <= 200_000


# Stems


@pytest.mark.parametrize(
    "forms",
    [
        ["supercomputer", "supercomputers"],
        ["run", "running", "runs"],
        ["organize", "organization", "organisations"],
        ["university", "universities"],
        ["universe", "universes"],
        ["policy", "policies"],
        ["police", "policed"],
        ["general", "generals", "generally"],
        ["generate", "generates", "generated"],
        ["deposit", "deposits", "deposited"],
        ["deposition", "depositions"],
        ["organ", "organs"],
        ["united", "unite", "uniting"],
        ["crisis", "crises"],
        ["woman", "women"],
        ["gpu", "gpus"],
        ["ngo", "ngos"],
        ["nft", "nfts"],
        ["mp", "mps"],
        ["index", "indexes", "indices"],
        ["हिन्दी"],
    ],
)
def test_forms_of_a_word_share_a_stem(forms: list[str]) -> None:
    stem = stemmer("hi" if not forms[0].isascii() else "en")
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organization", "organ"),
        ("policy", "police"),
        ("university", "universe"),
        ("general", "generate"),
        ("news", "new"),
        ("deposition", "deposit"),
        ("united", "units"),
        ("important", "imports"),
        ("several", "severe"),
        ("executives", "executions"),
        ("this", "thi"),
        ("thus", "thu"),
    ],
)
def test_words_of_other_meanings_stay_apart(one: str, other: str) -> None:
    assert stemmer("en")(one) != stemmer("en")(other)


@pytest.mark.parametrize("term", ["c++", "c#", ".net", "5g", "3.5", "at&t", "2020", "日本"])
def test_what_is_no_plain_word_is_not_stemmed(term: str) -> None:
    assert stemmer("en")(term) == term


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("de", "hauser", "hausern"), ("fr", "nations", "nation"), ("hi", "लड़के", "लड़का")],
)
def test_each_language_has_its_stems(language: str, one: str, other: str) -> None:
    assert stemmer(language)(one) == stemmer(language)(other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_there(language: str) -> None:
    assert stemmer(language)("a")


def test_a_word_is_of_one_family() -> None:
    words_listed = english._FALSE_FRIENDS.split()
    assert len(words_listed) == len(set(words_listed)) == len(english.APART)
    assert not set(english.APART) & set(english.SINGULARS)


def test_accents_are_a_form_of_their_own_beside_the_folded_one() -> None:
    (word,) = words("Naïve")
    assert list(word.terms.indexed) == [(0, "naïve"), (0, "naive")]
    assert stemmer("en")("naïve") == "naïve" != stemmer("en")("naive")
    assert [word.terms.written for word in words("straße naive Ｆull İstanbul")][:3] == [None] * 3


def test_threads_do_not_get_each_others_stems(monkeypatch: pytest.MonkeyPatch) -> None:
    roots, ends = ("commun", "organ", "walk", "stabil"), ("ication", "ization", "ing", "ities")
    texts = [f"{a}{b}{c}" for a in "bcdfghjklmnp" for b in roots for c in ends]
    alone = Stemmer("english")
    expected = [alone.stemWord(text) for text in texts]
    analysis.tokenizer._stemmer.cache_clear()
    stem = stemmer("en")
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: [stem(text) for text in texts], range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert found == [expected] * 4


# Whole titles


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The A.I. race", "the AI  race!"),
        ("Covid-19 in the U.S.", "COVID 19 in the US"),
        ("“Naïve” café", "naive cafe"),
        ("285,000 cores", "285000 cores"),
    ],
)
def test_titles_of_equal_words_have_equal_keys(one: str, other: str) -> None:
    assert title_key(one) == title_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("a b", "b a"), ("a b", "a"), ("cats", "cat"), ("news", "new"), ("C", "C++")]
)
def test_titles_of_other_words_have_other_keys(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


def test_a_title_without_words_has_no_key() -> None:
    assert title_key("!!! … ★") == ""
