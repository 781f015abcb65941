"""Many incremental runs give what one full run gives: on a real site's real history."""

from __future__ import annotations

import gzip
import json
import random
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchsvc.engine import Engine, open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.settings import Allowance, Settings
from tests.conftest import SHARED

HISTORY = SHARED / "data" / "smartable" / "power-apps-news-updates.jsonl.gz"
STEPS = 50
QUERIES = 200
ALL = Allowance(100, True)

pytestmark = pytest.mark.shared


def _queries(corpus: Path) -> list[str]:
    """Words, pairs and phrases drawn from the articles' titles."""
    chance = random.Random(3)
    titles = []
    for path in sorted(corpus.rglob("*.md")):
        if found := re.search(r'^title: "?(.*?)"?$', path.read_text("utf-8"), re.MULTILINE):
            titles.append(re.findall(r"\w+", found[1]))
    queries = []
    while len(queries) < QUERIES:
        words = chance.choice(titles)
        if not words:
            continue
        start = chance.randrange(len(words))
        part = words[start : start + chance.randint(1, 3)]
        shape = chance.choice(['"{}"', "{}", "{}", "{}*"])
        queries.append(shape.format(" ".join(part)))
    return queries


def _answers(engine: Engine, query: str) -> list[tuple[str, float]]:
    hits = engine.search(SearchRequest(query, size=100)).hits
    return [(hit.id, hit.score) for hit in hits]


def test_50_incremental_runs_equal_one_full_build(settings: Settings, tmp_path: Path) -> None:
    settings = replace(
        settings,
        now=datetime(2021, 6, 15, 12, tzinfo=UTC),
        max_rejects=ALL,
        max_removals=ALL,
        time_budget_ms=60_000,
    )
    with gzip.open(HISTORY, "rt", encoding="utf-8") as lines:
        updates = [json.loads(line) for line in lines]
    chance = random.Random(5)
    size = -(-len(updates) // STEPS)
    for step in range(STEPS):
        for update in updates[step * size : (step + 1) * size]:
            path = settings.corpus / update["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(update["text"], encoding="utf-8", newline="")
        files = sorted(path for path in settings.corpus.rglob("*") if path.is_file())
        for path in chance.sample(files, 2):
            path.unlink()
        report = reindex(settings)
        assert report.status != "refused", report.reason
    built = reindex(replace(settings, index=tmp_path / "full"))
    assert report.counts.articles == built.counts.articles > 50
    assert report.counts.with_front_matter == built.counts.with_front_matter

    stepwise, whole = open_engine(settings), open_engine(replace(settings, index=tmp_path / "full"))
    found = 0
    for query in _queries(settings.corpus):
        ours, expected = _answers(stepwise, query), _answers(whole, query)
        assert [article_id for article_id, _ in ours] == [article_id for article_id, _ in expected]
        assert [score for _, score in ours] == pytest.approx([s for _, s in expected], abs=1e-4)
        found += bool(ours)
    assert found > QUERIES / 2
