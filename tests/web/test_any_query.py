"""No text that can be typed is an error of ours: random ones through parser, engine and route.

    FUZZ=100000 FUZZ_SEED=1 python -m pytest tests/web/test_any_query.py

asks more of them than the suite has time for.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from searchsvc.errors import InvalidRequest
from searchsvc.publish.reindex import reindex
from searchsvc.query.syntax import parse
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.conftest import ROOT

COUNT = int(os.environ.get("FUZZ", 600))
SEED = int(os.environ.get("FUZZ_SEED", 20200520))
PIECES = [
    *(
        "supercomputer",
        "Microsoft's",
        "AI",
        "A.I.",
        "C++",
        "covid-19",
        "e-mail",
        "285,000",
        "naïve",
    ),
    *(
        "the",
        "who",
        "OR",
        "or",
        "AND",
        "NOT",
        "machine",
        "learning",
        "日本",
        "語",
        "東京都",
        "Москва",
    ),
    *(
        '"',
        "“",
        "”",
        "'",
        "’",
        "(",
        ")",
        "((",
        "))",
        "-",
        "--",
        "*",
        "**",
        "?",
        "!",
        ":",
        "::",
        ",",
    ),
    *("title:", "topic:", "provider:", "site:", "type:", "category:", "when:", "before:", "after:"),
    *("2020", "2020-05", "2020-05-20", "2020-13", "9999", "0000", "7d", "3m", "99999y", "0h", "d"),
    *(
        "title:(",
        "-(",
        '-"',
        "-title:",
        'topic:"',
        "su*er",
        "s?per",
        "a*b*c*d*e",
        "*a",
        "?x",
        "a**b",
    ),
    *(
        "🚀",
        "👩\u200d💻",
        "\u0301",
        "\u200d",
        "\ufeff",
        "\x00",
        "\ud800",
        "ﬁ",
        "İ",
        "ß",
        "☎️",
        "Ａ",
        "：",
    ),
    *("&amp;", "<b>", "<script>", "%00", "\\", "/", "https://a.example/?q=1", "10:30", "^2", "~1"),
    *(" ", " ", " ", " ", " ", "\t", "\n", "\u3000", "\xa0", "."),
]


def texts(count: int) -> Iterator[str]:
    """The same every time: pieces in a row, mostly few, some past the limits, some mere noise."""
    chance = random.Random(SEED)
    for _ in range(count):
        size = chance.choice((1, 2, 3, 4, 6, 8, 12, 20, 60))
        if chance.random() < 0.1:
            yield "".join(
                chr(chance.choice((0, 0x80, 0x2000, 0x4E00)) + chance.randrange(256))
                for _ in range(size)
            )
        elif chance.random() < 0.05:
            yield chance.choice(PIECES) * chance.choice((100, 3_000))
        else:
            yield "".join(chance.choice(PIECES) for _ in range(size))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    settings = replace(
        Settings(),
        corpus=ROOT / "corpus",
        index=folder / "index",
        now=datetime(2021, 7, 1, tzinfo=UTC),
    )
    assert reindex(settings).status == "published"
    return settings


def test_any_text_is_read_and_answered(settings: Settings) -> None:
    app = create_app(settings)
    client = app.test_client()
    engine = app.extensions["searchsvc"].engine
    answered = refused = 0
    for number, text in enumerate(texts(COUNT)):
        options: dict[str, Any] = {
            "typing": number % 2 == 0,
            "explain": number % 5 == 0,
            "sort": ("relevance", "newest")[number % 3 == 0],
        }
        try:
            assert str(parse(text, typing=number % 2 == 0))
        except InvalidRequest:
            pass
        try:
            result = engine.search(SearchRequest(text, **options))
        except InvalidRequest as error:
            refused += 1
            assert {item.parameter for item in error.errors} == {"q"}
        else:
            answered += 1
            assert len(result.hits) == min(result.total, 10)
        asked = {"q": text.encode("utf-8", "surrogatepass"), "typing": "true"}
        response = client.get("/search", query_string=asked)
        assert response.status_code in (200, 400), text
        assert response.get_json()
    assert answered > COUNT // 2 and refused > COUNT // 100


@pytest.mark.parametrize("text", ["word " * 700, "(a OR b) " * 400])
def test_no_number_of_words_is_too_many(settings: Settings, text: str) -> None:
    response = create_app(settings).test_client().get("/search", query_string={"q": text})
    assert response.status_code == 200


def test_past_the_limit_of_characters_a_problem_says_so(settings: Settings) -> None:
    got, takes = "4,001 characters", "a text of at most 4,000 characters"
    response = create_app(settings).test_client().get("/search", query_string={"q": "x" * 4_001})
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert response.get_json()["errors"] == [{"parameter": "q", "got": got, "takes": takes}]
