"""Where the words of a query stand in texts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc import analysis
from searchsvc.analysis import english, stemmer
from searchsvc.query.nodes import positive
from searchsvc.query.syntax import parse
from searchsvc.search import match_finder
from searchsvc.search.match_finder import MatchFinder

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
    *("J.", "R.", "10", "000"),
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).flatmap(
    lambda words: st.sampled_from([" ", "  ", "\n", "\u00a0", "/", "\u2009"]).map(
        lambda space: space.join(words)
    )
) | st.text("ab'-. é日\u2019\u2014/&+1\n", max_size=20)
PLAIN_QUERIES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" OR ".join)


def finder(query: str, language: str = "en") -> MatchFinder:
    return MatchFinder.of(positive(parse(query)), language)


def found(query: str, text: str, language: str = "en") -> list[str]:
    return [text[match.start : match.end] for match in finder(query, language).matches(text)]


def words_of(text: str, language: str) -> Iterator[tuple[int, int, set[str]]]:
    """The words of a whole text as the tokeniser has them, with their stems."""
    stem = analysis.stemmer(language)
    for word in analysis.words(text, language):
        yield word.start, word.end, {stem(term) for _, term in word.terms.indexed}


@untimed
@given(PLAIN_QUERIES, TEXTS, st.sampled_from(["en", "de", "fr", "ga"]))
def test_the_words_found_are_those_of_the_tokeniser(query: str, text: str, language: str) -> None:
    one = finder(query, language)
    matches = [(start, end) for start, end, stems in words_of(text, language) if stems & one.stems]
    marked = {place for match in one.matches(text) for place in range(match.start, match.end)}
    if one.phrases or any(analysis.is_cjk(word.terms) for word in analysis.words(text, language)):
        return
    assert marked == {place for start, end in matches for place in range(start, end)}


@untimed
@given(PLAIN_QUERIES | st.sampled_from(['"new york"', "ru*", "r?n", "日本", "日*"]), TEXTS)
def test_matches_are_in_order_and_none_overlaps_another(query: str, text: str) -> None:
    ends = [end for match in finder(query).matches(text) for end in (match.start, match.end)]
    assert ends == sorted(ends)
    assert all(start < end for start, end in zip(ends[::2], ends[1::2], strict=True))


def test_equal_terms_are_told_from_others() -> None:
    matches = finder("run OR new OR sk*").matches("new runs, new — skis Running “new” sky run")
    assert [match.term for match in matches] == "new run new sk run new sk run".split()


@pytest.mark.parametrize(
    ("query", "text", "marks"),
    [
        ("die", "dying, lying and a die", ["dying", "die"]),
        ("a", "a cat (a) ba a", ["a", "a", "a"]),
        ("su*er", "super suer sugar", ["super", "suer"]),
        ("s?per", "super spper superb", ["super", "spper"]),
        ("su* cars", "super car sugar", ["super", "car", "sugar"]),
        ('"cars"', "car cars", ["cars"]),
        ('"e-mail client"', "email client, e-mail client, mail client", 2 * ["e", "c"]),
        ('"new york"', "new — york", ["new", "york"]),
        ('"new york"', "new and york", []),
        ('"new york"', "new\nyork", []),
        ('"new york" new', "new and new york", ["new", "new", "york"]),
        ("日本", "日本語と日本", ["日本", "日本"]),
        ("日本語", "日本語", ["日本語"]),
        ("日本語", "日本と本語", []),
        ("日", "今日は日曜日", ["日", "日", "日"]),
        ("teeth", "a tooth", ["tooth"]),
        ("mouse", "mice", ["mice"]),
        ("microsoft", "Microsoft’s", ["Microsoft’s"]),
        ("naïve", "naive", ["naive"]),
        ("co-op", "a co-op, coop, op", ["co-op", "coop", "op"]),
        ("x-ray", "a ray, x ray, X-ray", ["x", "ray", "X-ray"]),
        ('"日本語"', "本日本語", ["日本語"]),
        ("5G", "a 5g phone", ["5g"]),
        ("u.s.", "the U.S. and us", ["U.S", "us"]),
        ("jrr", "J. R. R. Tolkien", ["J. R. R."]),
        ("jrr", "J.R.R.Tolkien", ["J.R.R.Tolkien"]),
        ("rock'n'roll", "Rock 'n' roll, to rock", ["Rock", "'n'", "roll"]),
        ("rock'n'roll", "Rock & roll", ["Rock", "&", "roll"]),
        ('"rock and roll"', "Rock’n’roll", ["Rock’n’roll"]),
        ("usb3", "the USB 3.0, the 3", ["USB", "3.0"]),
        ("usb3", "a USB3.0 stick", ["USB3.0"]),
        ("usb 3", "a USB-3.0 stick", ["USB-3.0"]),
        ("10 000m", "10,000m, 10 000 m", ["10,000m", "10 000", "m"]),
        ("johnson&johnson", "and Johnson & Johnson", ["Johnson", "&", "Johnson"]),
    ],
)
def test_each_form_that_matches_is_found_and_no_more(
    query: str, text: str, marks: list[str]
) -> None:
    assert [mark[: len(m)] for mark, m in zip(found(query, text), marks, strict=True)] == marks


@pytest.mark.parametrize(
    ("language", "query", "text", "marks"),
    [
        ("fr", "économie", "l'économie, les économies", ["l'économie", "économies"]),
        ("de", "häuser", "Haus, Häuser, Hausboot", ["Haus", "Häuser"]),
        ("none", "cars", "car cars", ["cars"]),
        ("tr", "fenerbahçe", "Beşiktaş-Fenerbahçe maçı", ["Beşiktaş-Fenerbahçe"]),
        ("fr", "première", "premier, ETE PREMIERE", ["premier", "PREMIERE"]),
    ],
)
def test_forms_are_those_of_the_language(
    language: str, query: str, text: str, marks: list[str]
) -> None:
    assert found(query, text, language) == marks


@pytest.mark.parametrize("query", ["civil rights", '"civil rights"', "civ* rights", "cafés"])
def test_what_is_remembered_changes_no_match(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        " ".join(f"Civil{sign} {name} rights{sign} civil rights, Cafés" for sign in "!?.:-")
        + f" {name} civil-rights café {'civil/' * 10}"
        for name in map(str, range(40))
    ]
    expected = [MatchFinder.of(positive(parse(query)), "en").matches(text) for text in texts]
    monkeypatch.setattr(match_finder, "PIECES_KEPT", 7)
    used = finder(query)
    used.pieces.clear()
    assert [used.matches(text) for text in texts] == expected
    assert [] not in expected
    assert len(used.pieces) <= 7


def test_long_pieces_are_not_kept() -> None:
    one = finder("本")
    assert len(one.matches("日本" * 1000)) == 1000
    assert max(map(len, one.pieces), default=0) <= match_finder.LONGEST_KEPT


def test_only_the_beginning_of_an_endless_text_is_looked_at() -> None:
    text = "a " * match_finder.LENGTH_SEARCHED
    assert len(finder("a").matches(text)) == match_finder.LENGTH_SEARCHED // 2


@untimed
@given(st.text(max_size=60))
def test_texts_may_hold_anything(text: str) -> None:
    for query in ("a", "a*", "a?b", '"a b"', "日"):
        finder(query).matches(text)


def test_half_a_character_is_no_error() -> None:
    for query in ("a", "a*", "a?b", '"a b"'):
        assert found(query, "\ud800 a b \udfff axb")


@pytest.mark.parametrize(
    ("american", "british"),
    [
        ("inquiry", "enquiry"),
        ("estrogen", "oestrogen"),
        ("etiology", "aetiology"),
        ("esophagus", "oesophagus"),
        ("edema", "oedema"),
        ("tooth", "Teeth,"),
        ("skeptic", "sceptics."),
        ("mouse", "Mice"),
        ("die", "Dying"),
        ("hemoglobin", "haemoglobin"),
        ("pedophile", "paedophile"),
        ("fetus", "Foetus"),
        ("pajamas", "pyjamas"),
        ("mold", "mould,"),
        ("gray", "Grey"),
        ("mustache", "moustaches"),
        ("airplane", "Aeroplane"),
        ("jailed", "Gaoled,"),
    ],
)
def test_words_that_begin_otherwise_than_what_was_asked_for_are_found(
    american: str, british: str
) -> None:
    assert len(found(american, f"said {british} often")) == 1


@untimed
@given(st.lists(st.sampled_from(sorted({*english.SINGULARS, *english.APART})), min_size=1))
def test_what_a_plain_word_begins_with_leaves_none_out(words: list[str]) -> None:
    for word in words:
        assert found(word, f"said {word} often"), word
        stem = stemmer("en")(word)
        assert word[:2] in analysis.beginnings_of(stem), (word, stem)
