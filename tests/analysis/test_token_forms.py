"""What one word is found by."""

from __future__ import annotations

import pytest

from searchsvc.analysis import Terms, compound_keys, is_cjk, terms_of, unfinished_number


@pytest.mark.parametrize(
    ("raw", "language", "terms"),
    [
        ("Word", "en", Terms(("word",))),
        ("Naïve", "en", Terms(("naive",), written="naïve")),
        ("COVID-19", "en", Terms(("covid", "19"), "covid19")),
        ("5km", "en", Terms(("5", "km"), "5km")),
        ("3-5", "en", Terms(("3", "5"), "3-5")),
        ("5-10km", "en", Terms(("5", "10", "km"), "5-10km")),
        ("&", "de", Terms(("und",))),
        ("S&P", "en", Terms(("s", "and", "p"), "s&p", also=("sp",))),
        ("J. R.", "en", Terms(("jr",), also=("j", "r"))),
        ("d’État", "fr", Terms(("etat",), written="état", also=("d", "detat"))),
        ("Ankara'da", "tr", Terms(("ankara",), also=("da", "ankarada"))),
        ("#MeToo", "en", Terms(("me", "too"), "metoo")),
        ("n", "en", Terms(("n",), also=("and",))),
        ("'n'", "en", Terms(("and",), also=("n",))),
        ("’n’", "de", Terms(("und",), also=("and", "n"))),
        ("n'", "fr", Terms(("n",))),
        (
            "rock'n'roll",
            "en",
            Terms(("rock", "and", "roll"), "rock&roll", also=("rocknroll",), within=((1, "n"),)),
        ),
        ("USB3.0", "en", Terms(("usb", "3.0"), "usb3.0", also=("usb3",), within=((1, "3"),))),
        ("1.2.3.4.5", "en", Terms(("1.2.3.4.5",), within=((0, "1"), (0, "1.2"), (0, "1.2.3")))),
        (
            "Pré-eleições",
            "pt",
            Terms(("pre", "eleicoes"), "preeleicoes", within=((0, "pré"), (1, "eleições"))),
        ),
        ("ʻ", "en", Terms(())),
        ("", "en", Terms(())),
    ],
)
def test_forms_of_a_word(raw: str, language: str, terms: Terms) -> None:
    assert terms_of(raw, language) == terms


def test_a_text_has_the_written_word_and_others_at_the_place_of_the_first_part() -> None:
    indexed = list(terms_of("l'État", "fr").indexed)
    assert indexed == [(0, "état"), (0, "l"), (0, "letat"), (0, "etat")]
    assert list(terms_of("日本語").indexed) == [(0, "日本"), (1, "本語"), (1, "語")]


def test_no_accents_are_written_where_folding_is_spelling() -> None:
    assert [terms_of(raw).written for raw in ("straße", "naive", "Ｆull", "İstanbul")] == [None] * 4


@pytest.mark.parametrize(
    ("raw", "keys"),
    [
        ("start-up", ("startup start up",)),
        ("#MeToo", ("metoo me too",)),
        ("covid-19", ()),
        ("5km", ()),
        ("state-of-the-art", ()),
        ("word", ()),
    ],
)
def test_a_hyphen_tells_of_a_compound_but_a_number_needs_no_telling(
    raw: str, keys: tuple[str, ...]
) -> None:
    assert compound_keys(terms_of(raw)) == keys


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("10,00", "en", "1000"),
        ("$10,0", "en", "100"),
        ("1,00,0", "en", "1000"),
        ("1,234,5", "en", "12345"),
        ("１０,００", "en", "1000"),
        ("10.00", "de", "1000"),
        ("1.234.5", "de", "12345"),
        ("10,000", "en", None),
        ("10.00", "en", None),
        ("10,00", "fr", None),
        ("1,2,3,4567", "en", None),
        ("A10,00", "en", None),
        ("1.2,3", "en", None),
        ("10,", "en", None),
        ("", "en", None),
    ],
)
def test_a_number_may_have_yet_to_get_all_its_digits(
    text: str, language: str, number: str | None
) -> None:
    assert unfinished_number(text, language) == number


@pytest.mark.parametrize("raw", ["日本", "한국", "ไทย", "ລາວ", "ខ្មែរ", "မြန်မာ"])
def test_scripts_without_spaces(raw: str) -> None:
    assert is_cjk(terms_of(raw))
    assert not is_cjk(terms_of("word"))
