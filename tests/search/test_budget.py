"""Hostile queries end about when the time is up, and what they found until then is right."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from searchsvc.articles.article import Article
from searchsvc.search import SearchRequest
from searchsvc.search.budget import Budget
from tests.index.worlds import Night
from tests.search.oracle import PUBLISHED, Moment, Newsstand

ARTICLES = 20_000
MILLISECONDS = 400
COMMON = [f"common{number}" for number in range(40)]

HOSTILE = {
    "thirty common words": " ".join(COMMON[:30]),
    "common words joined by OR": " OR ".join(COMMON),
    "one character and any": "common1 OR " + "a?" * 30 + "a",
    "a pattern of the greatest length": "a?" * 245 + "a",
    "stars in a row": "a*" * 200 + "b",
    "sixty-four patterns": " ".join(f"*{number % 10}?*{number}" for number in range(64)),
    "beginnings": " OR ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"),
    "a long phrase": '"' + " ".join(COMMON[:25] * 4) + '"',
    "many phrases": " ".join(f'"{a} {b}"' for a in COMMON[:12] for b in COMMON[12:20]),
    "exclusions": "common1 " + " ".join(f"-{word}" for word in COMMON[2:]),
    "brackets": "(" * 60 + "common1 OR common2" + ")" * 60,
    "unknown words": " ".join(f"komnon{number}" for number in range(7)),
}


@pytest.fixture(scope="module")
def moment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moment]:
    chance = random.Random(1)
    rare = [f"{a}{b}{number}" for number in range(200) for a in "abcd" for b in "xyz"]

    def text(size: int) -> str:
        return " ".join(chance.choices(COMMON, k=size) + chance.choices(rare, k=size // 3))

    added = [
        Article(
            f"{number}",
            text(6),
            text(24),
            topics=(f"Topic {number % 50}",),
            published_at=PUBLISHED - timedelta(hours=number),
        )
        for number in range(ARTICLES)
    ]
    folder: Path = tmp_path_factory.mktemp("many") / "index"
    folder.mkdir()
    moment = Newsstand(folder, [Night(added, [], [])], None).at()
    moment.search(SearchRequest("common1 comon1", explain=True))  # makes what is made once
    yield moment


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_takes_half_more_than_its_time_at_most(moment: Moment, name: str) -> None:
    request = SearchRequest(HOSTILE[name], size=100, explain=True, facets="topic", collapse="story")
    started = time.process_time()
    result = moment.search(request, ms=MILLISECONDS)
    assert (time.process_time() - started) * 1000 < 1.5 * MILLISECONDS
    whole = moment.search(request)
    if not result.partial:
        assert [hit.id for hit in result.hits] == [hit.id for hit in whole.hits]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_found_in_part_of_the_time_matches(moment: Moment, name: str) -> None:
    text = HOSTILE[name]
    whole = moment.context()
    matching = set(whole.find(whole.parse(text)).matches.docs.tolist())
    if whole.find(whole.parse(text)).is_relaxed:
        return  # fewer articles with all words may ask for fewer words
    for milliseconds in (0.0, 2.0, 10.0):
        part = moment.context(milliseconds=milliseconds)
        found = part.find(part.parse(text))
        assert set(found.matches.docs.tolist()) <= matching
        assert part.budget.is_spent or len(found.matches) == len(matching)


def test_a_budget_is_over_after_its_time_and_stays_so() -> None:
    now = time.perf_counter()
    assert not Budget.of(now, 10_000).is_over()
    budget = Budget.of(now - 1, 10)
    assert not budget.is_spent
    assert budget.is_over() and budget.is_spent and budget.is_over()
