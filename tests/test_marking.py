"""Where the words of a query stand, and that looking at few pieces of a text finds them all."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import LANGUAGES, english, stemmer
from searchsvc.analysis.beginnings import beginnings
from searchsvc.errors import InvalidRequest
from searchsvc.query.nodes import positive
from searchsvc.query.syntax import parse
from searchsvc.search import marking
from searchsvc.search.marking import Finder

untimed = settings(deadline=None)
WORDS = (
    *("run", "running", "Runs", "dying", "die", "news", "new", "York", "e-mail", "email", "A.I."),
    *("AI", "covid-19", "covid19", "COVID", "19", "C++", ".NET", "R&D", "at&t", "don’t", "dont"),
    *(
        "naïve",
        "naive",
        "x",
        "…",
        "—",
        "-",
        "U.S.",
        "us",
        "285,000",
        "285000",
        "日本語",
        "本",
        "5G",
    ),
    *("(die)", "“new", "York”", "it's", "new/york", "die_new", "3.5", "état", "état-major", "ﬁx"),
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).flatmap(
    lambda words: st.sampled_from([" ", "  ", "\n", "\u00a0", "/", "\u2009"]).map(
        lambda space: space.join(words)
    )
) | st.text("ab'-. é日\u2019\u2014/&+1", max_size=20)
QUERIES = st.lists(
    st.sampled_from(WORDS)
    | st.sampled_from(['"new york"', '"covid 19"', '"e-mail"', "ru*", "r?n", "d*g", "日本", "co*"]),
    min_size=1,
    max_size=3,
).map(" OR ".join) | st.text('ab é日*"-\u2019.+&1', min_size=1, max_size=12)


def finder(query: str, language: str = "en") -> Finder:
    return Finder.of(positive(parse(query)), language)


def places(finder: Finder, text: bytes) -> list[tuple[int, int]]:
    """From where to where each match is, in bytes."""
    marks = finder.marks(text)
    return list(zip(marks[::3], marks[1::3], strict=True))


def found(query: str, text: str, language: str = "en") -> list[str]:
    encoded = text.encode()
    return [encoded[start:end].decode() for start, end in places(finder(query, language), encoded)]


@untimed
@given(QUERIES, st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from(["en", "de", "ga", "fr"]))
def test_the_pieces_looked_at_hold_all_matches(query: str, texts: list[str], language: str) -> None:
    try:
        quick = finder(query, language)
    except InvalidRequest:
        return
    text = "\n".join(texts).encode()
    assert quick.marks(text) == replace(quick, keys=None).marks(text)


@untimed
@given(QUERIES, st.lists(TEXTS, min_size=1, max_size=4))
def test_texts_are_looked_at_as_if_each_were_alone(query: str, texts: list[str]) -> None:
    try:
        one = finder(query)
    except InvalidRequest:
        return
    alone, start = [], 0
    for text in texts:
        alone += [(start + begin, start + end) for begin, end in places(one, text.encode())]
        start += len(text.encode()) + 1
    assert places(one, "\n".join(texts).encode()) == alone


def test_equal_terms_have_equal_numbers() -> None:
    marks = finder("run OR new OR sk*").marks("new runs, new — skis Running “new” sky run".encode())
    assert marks[2::3] == [0, 1, 0, 2, 1, 0, 2, 1]


_AMONG_SIGNS = "runs News die dying new's New’s NEW'S it's r - — | …".split()
_SIGNS = st.text("\"'([<.,:;!?)]>", max_size=2)


@untimed
@given(
    st.sampled_from(["run", "new*", "d?e", '"news"', "news OR dying", '"new news" dying', "ge"]),
    st.lists(
        st.tuples(
            _SIGNS,
            st.sampled_from(_AMONG_SIGNS),
            _SIGNS,
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_plain_words_among_signs_are_read_as_the_tokeniser_reads_them(
    query: str, parts: list[tuple[str, str, str]]
) -> None:
    text, one = " ".join("".join(part) for part in parts), finder(query)
    slow = (
        one.read(text)
        if one.phrases
        else [
            (start + begin, start + end, term)
            for start, piece in _pieces(text)
            for begin, end, term in one.read(piece)
        ]
    )
    sizes = [(len(text[:start].encode()), len(text[:end].encode())) for start, end, _ in slow]
    assert places(one, text.encode()) == sizes


def _pieces(text: str) -> list[tuple[int, str]]:
    return [(found.start(), found[0]) for found in re.finditer(r"\S+", text)]


_LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
_SYLLABLES = st.lists(
    st.sampled_from("ge be ver un i y ing ed er ly sk ie dj bh a".split()), min_size=1
)


def begins_as_said(language: str, word: str) -> bool:
    return word.startswith(beginnings(stemmer(language)(word), language))


@given(st.sampled_from(sorted(LANGUAGES)), _LETTERS | _SYLLABLES.map("".join))
def test_every_word_begins_as_is_said_of_its_stem(language: str, word: str) -> None:
    assert begins_as_said(language, word)


def test_so_do_the_words_whose_stems_are_listed() -> None:
    listed = {**english.APART, **english.SINGULARS, **english.COMPOUNDS}
    assert [word for word in listed if not begins_as_said("en", word)] == []


@pytest.mark.parametrize(
    ("query", "text", "marks"),
    [
        ("die", "dying, lying and a die", ["dying", "die"]),
        ("su*er", "super suer sugar", ["super", "suer"]),
        ("s?per", "super spper superb", ["super", "spper"]),
        ('"cars"', "car cars", ["cars"]),
        ('"e-mail client"', "email client, e-mail client, mail client", 2 * ["e", "c"]),
        ('"new york"', "new — york", ["new", "york"]),
        ('"new york"', "new and york", []),
        ('"new york"', "new\nyork", []),
        ("日本", "日本語と日本", ["日本", "日本"]),
        ("日本語", "日本語", ["日本語"]),
        ("日", "今日は日曜日", ["日", "日", "日"]),
        ("teeth", "a tooth", ["tooth"]),
        ("mouse", "mice", ["mice"]),
        ("naïve", "naive", ["naive"]),
        ("co-op", "a co-op, coop, op", ["co-op", "coop", "op"]),
        ("x-ray", "a ray, x ray, X-ray", ["x", "ray", "X-ray"]),
        ('"日本語"', "本日本語", ["日本語"]),
        ("5G", "a 5g phone", ["5g"]),
        ("u.s.", "the U.S. and us", ["U.S", "us"]),
    ],
)
def test_each_form_that_matches_is_found_and_no_more(
    query: str, text: str, marks: list[str]
) -> None:
    assert [mark[: len(m)] for mark, m in zip(found(query, text), marks, strict=True)] == marks


@pytest.mark.parametrize("query", ["civil rights", '"civil rights"', "civ* rights", "cafés"])
def test_what_a_finder_remembers_changes_no_match(query: str) -> None:
    texts = [
        " ".join(f"Civil{sign} {name} rights{sign} civil rights, Cafés" for sign in "!?.:-")
        + f" {name} civil-rights café"
        for name in map(str, range(40))
    ]
    used = finder(query)
    for text in (*texts, *reversed(texts)):
        new, data = finder(query), text.encode()
        assert places(used, data) == places(new, data) != []
    assert len(used.known) <= marking.MARKED_KEPT


def test_terms_have_one_number_in_all_texts() -> None:
    used = finder("red blue green")
    assert used.marks(b"blue green")[2::3] == [0, 1]
    assert used.marks(b"red green blue")[2::3] == [2, 1, 0]
