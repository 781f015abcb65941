"""Keys of categories and types as readers read them."""

from __future__ import annotations

import pytest

from searchsvc.web.labels import label
from searchsvc.web.languages import wording_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("news", "News"),
        ("NEWS", "News"),
        ("real_estate", "Real estate"),
        ("long-read", "Long read"),
        ("iPhone", "IPhone"),
        ("Économie", "Économie"),
        ("_", "_"),
    ],
)
def test_a_key_in_words(value: str, text: str) -> None:
    assert label("category", value, wording_of("en")) == text
    assert label("type", value, wording_of("en")) == text


def test_a_common_key_is_in_the_language_of_the_page() -> None:
    assert label("category", "opinion", wording_of("de")) == "Meinung"
    assert label("category", "Lokales", wording_of("de")) == "Lokales"


@pytest.mark.parametrize("field", ["topic", "provider"])
def test_names_stay_as_they_are(field: str) -> None:
    assert label(field, "news_of-the world", wording_of("de")) == "news_of-the world"
