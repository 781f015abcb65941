"""Which letters are the same letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import fold
from searchsvc.analysis.folding import lower

untimed = settings(deadline=None)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ÉCONOMIE", "economie"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("йод", "йод"),
        ("Ёлка", "елка"),
        ("İstanbul", "istanbul"),
        ("٢٠२१２", "20212"),
        ("أإآٱا", "ااااا"),
        ("مدرسة", "مدرسه"),
        ("يىی", "ییی"),
        ("كک", "کک"),
        ("كـــتاب", "کتاب"),
        ("ئؤ", "یو"),
        ("Hawaiʻi", "hawaii"),
        ("Shīʿa", "shia"),
        ("می\u200cشود", "میشود"),
        ("हिन्दी मुम्बई सम्बन्ध", "हिंदी मुंबई संबंध"),
        ("चाँद ज़मीन पड़ा", "चांद जमीन पड़ा"),
        ("जन्म", "जन्म"),
    ],
)
def test_forms_of_a_letter_are_one(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_small_letters_keep_their_accents() -> None:
    assert lower("ÉTAT ＩＩ ٣") == "état ii 3"


@untimed
@given(st.text(max_size=30) | st.text("اأإآٱةهھۀئؤيىیكکـ٣ʻéÉİiI\u0307\u0301ßﬁ", max_size=10))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@untimed
@given(st.text(max_size=30) | st.text("اأإآٱةهھۀئؤيىیكکـ٣ʻéÉİiI\u0307\u0301ßﬁ", max_size=10))
def test_what_is_written_folds_to_the_folded_form(text: str) -> None:
    assert fold(lower(text)) == fold(text)
