"""Messages, dates and numbers as each language writes them."""

from __future__ import annotations

from datetime import datetime

import pytest

from searchsvc.settings import UI_LANGUAGES
from searchsvc.web.languages import wording_of

MOMENT = datetime(2020, 6, 5)


@pytest.mark.parametrize(
    ("language", "day", "weekday", "month"),
    [
        ("en", "5 Jun 2020", "Friday, 5 June 2020", "June 2020"),
        ("de", "5. Juni 2020", "Freitag, 5. Juni 2020", "Juni 2020"),
        ("fr", "5 juin 2020", "vendredi 5 juin 2020", "juin 2020"),
        ("es", "5 jun 2020", "viernes, 5 de junio de 2020", "junio de 2020"),
        ("pt", "5 de jun. de 2020", "sexta-feira, 5 de junho de 2020", "junho de 2020"),
        ("it", "5 giu 2020", "venerdì 5 giugno 2020", "giugno 2020"),
        ("nl", "5 jun 2020", "vrijdag 5 juni 2020", "juni 2020"),
        ("pl", "5 cze 2020", "piątek, 5 czerwca 2020", "czerwiec 2020"),
        ("ar", "5 يونيو 2020", "الجمعة، 5 يونيو 2020", "يونيو 2020"),
        ("he", "5 ביוני 2020", "יום שישי, 5 ביוני 2020", "יוני 2020"),
        ("ja", "2020年6月5日", "2020年6月5日金曜日", "2020年6月"),
    ],
)
def test_dates(language: str, day: str, weekday: str, month: str) -> None:
    wording = wording_of(language)
    assert wording.day(MOMENT) == day
    assert wording.weekday(MOMENT) == weekday
    assert wording.month(MOMENT) == month
    assert "6" in wording.long_day(MOMENT) or "5" in wording.long_day(MOMENT)


@pytest.mark.parametrize(
    ("language", "four", "seven"),
    [
        ("en", "1,234", "1,234,567"),
        ("de", "1.234", "1.234.567"),
        ("fr", "1\u202f234", "1\u202f234\u202f567"),
        ("es", "1234", "1.234.567"),
        ("pl", "1234", "1\xa0234\xa0567"),
    ],
)
def test_numbers(language: str, four: str, seven: str) -> None:
    wording = wording_of(language)
    assert [wording.number(value) for value in (7, 1_234, 1_234_567)] == ["7", four, seven]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", {0: "0 articles", 1: "1 article", 1_000: "1,000 articles"}),
        ("fr", {0: "0 article", 1: "1 article", 2: "2 articles"}),
        ("pl", {1: "1 artykuł", 3: "3 artykuły", 5: "5 artykułów", 22: "22 artykuły"}),
        ("ar", {1: "مقال واحد", 2: "مقالان", 3: "3 مقالات", 11: "11 مقالًا", 100: "100 مقال"}),
        ("he", {1: "כתבה אחת", 2: "שתי כתבות", 3: "3 כתבות"}),
        ("ja", {1: "1件の記事", 2: "2件の記事"}),
    ],
)
def test_plurals(language: str, texts: dict[int, str]) -> None:
    wording = wording_of(language)
    for count, text in texts.items():
        assert wording.say_many("%(count)s article", "%(count)s articles", count) == text


def test_english_is_british_and_some_run_from_right_to_left() -> None:
    assert wording_of("en").tag == "en-GB" and wording_of("de").tag == "de"
    directions = {language: wording_of(language).direction for language in UI_LANGUAGES}
    assert {language for language in directions if directions[language] == "rtl"} == {"ar", "he"}


def test_a_sign_of_per_cent_in_a_value_is_no_placeholder() -> None:
    said = wording_of("de").say("Articles for “%(words)s”", words="100 %(x)s %")
    assert said == "Artikel zu „100 %(x)s %“"
