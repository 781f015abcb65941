"""An article that expires is gone from that moment on, without a reindex."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from searchsvc.engine import Engine, open_engine
from searchsvc.index import Generation
from searchsvc.index.columns import NEVER
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings
from searchsvc.suggest.request import SuggestRequest

Write = Callable[..., Path]

EXPIRES = datetime(2021, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def site(write: Write) -> None:
    write("a", title="Heron colony counted", date="2021-01-01", topics=["Birds"])
    write(
        "b", title="Heron offer", date="2021-02-01", expiryDate="2021-03-01T12:00:00Z", tags=["Ads"]
    )
    write("c", title="Heron draft", draft=True)


def found(engine: Engine) -> list[str]:
    return sorted(hit.id for hit in engine.search(SearchRequest("heron")).hits)


def at(settings: Settings, now: datetime) -> Engine:
    return open_engine(replace(settings, now=now))


def test_it_vanishes_from_all_answers_without_a_reindex(write: Write, settings: Settings) -> None:
    site(write)
    report = reindex(replace(settings, now=EXPIRES - timedelta(days=1)))
    assert (report.counts.articles, report.counts.unpublished) == (2, 1)
    before, after = at(settings, EXPIRES - SECOND), at(settings, EXPIRES)
    assert found(before) == ["a", "b"]
    assert before.article("b") is not None
    assert found(after) == ["a"]
    assert after.article("b") is None
    assert after.status().articles == 1
    facets = after.search(SearchRequest("heron", facets=("topic",))).facets
    assert [facet.value for facet in facets["topic"]] == ["Birds"]
    texts = [suggestion.text for suggestion in after.suggest(SuggestRequest("hero"))]
    assert "Heron colony counted" in texts and "Heron offer" not in texts
    assert after.search(SearchRequest("offer")).total == 0


def test_a_server_notices_as_time_passes(write: Write, settings: Settings) -> None:
    site(write)
    reindex(replace(settings, now=EXPIRES - timedelta(days=1)))
    engine = at(settings, EXPIRES - SECOND)
    stamp = engine.stamp()
    assert found(engine) == ["a", "b"]
    later = replace(settings, now=EXPIRES)
    engine._settings = later  # type: ignore[attr-defined]
    assert found(engine) == ["a"]
    assert engine.stamp() != stamp


def test_the_next_run_counts_it_as_unpublished(write: Write, settings: Settings) -> None:
    site(write)
    reindex(replace(settings, now=EXPIRES - SECOND))
    report = reindex(replace(settings, now=EXPIRES))
    assert (report.status, report.counts.removed, report.lost) == ("published", 1, ())
    assert (report.counts.articles, report.counts.unpublished, report.counts.held) == (1, 2, 0)
    assert found(at(settings, EXPIRES)) == ["a"]
    assert reindex(replace(settings, now=EXPIRES + SECOND)).status == "unchanged"


def test_one_that_is_put_off_comes_back(write: Write, settings: Settings) -> None:
    site(write)
    reindex(replace(settings, now=EXPIRES))
    write("b", title="Heron offer", date="2021-02-01", expiryDate="2021-04-01")
    report = reindex(replace(settings, now=EXPIRES))
    assert report.counts.added == 1
    assert found(at(settings, EXPIRES)) == ["a", "b"]
    write("b", title="Heron offer", date="2021-02-01")
    reindex(replace(settings, now=EXPIRES))
    assert found(at(settings, EXPIRES + timedelta(days=999))) == ["a", "b"]


@pytest.mark.embedded_only("about the segments of a generation")
def test_many_expire_after_many_small_changes_and_a_merge(write: Write, settings: Settings) -> None:
    now = EXPIRES - timedelta(days=30)
    for number in range(30):
        day = f"2021-03-{number + 1:02}"
        write(f"n{number:02}", title=f"Heron {number}", date="2021-01-01", expiryDate=day)
        if number % 3 == 0:
            reindex(replace(settings, now=now))
    report = reindex(replace(settings, now=now))
    assert report.counts.articles == 30
    generation = Generation(settings.index / "generations" / str(report.generation))
    assert (generation.expires_at[generation.are_present] != NEVER).all()
    assert np.unique(generation.expires_at[generation.are_present]).size == 30
    for day in (1, 2, 15, 30):
        engine = at(settings, datetime(2021, 3, day, tzinfo=UTC))
        assert engine.search(SearchRequest("heron")).total == 30 - day


def test_an_embargo_and_an_expiry_bound_one_another(write: Write, settings: Settings) -> None:
    write("a", title="Heron week", date="2021-03-01", expiryDate="2021-03-08")
    report = reindex(replace(settings, now=datetime(2021, 2, 1, tzinfo=UTC)))
    assert (report.counts.held, report.counts.unpublished) == (1, 0)
    for day, is_out in ((1, True), (7, True), (8, False)):
        assert found(at(settings, datetime(2021, 3, day, tzinfo=UTC))) == (["a"] if is_out else [])


def test_one_that_expired_before_its_embargo_never_comes(write: Write, settings: Settings) -> None:
    write("a", title="Heron never", date="2021-03-08", expiryDate="2021-03-01")
    reindex(replace(settings, now=datetime(2021, 2, 1, tzinfo=UTC)))
    for day in (1, 8, 9):
        assert found(at(settings, datetime(2021, 3, day, tzinfo=UTC))) == []
