"""What changes between one run and the next: the version of the index's format, and the clock."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.soak.faulty import Faults
from benchmarks.soak.live import Running, running, until
from benchmarks.soak.readers import asking
from benchmarks.soak.site import Site
from benchmarks.soak.versions import PATH, Versions, judge
from searchsvc.engine import open_engine
from searchsvc.search import SearchRequest

SOON = 20.0
UPGRADED = """
import sys
from searchsvc.cli import main
from searchsvc.index import manifest

manifest.FORMAT_VERSION += 1
if __name__ == "__main__":
    main(sys.argv[1:])
"""
NEXT = Faults(format_step=1)


@pytest.fixture
def articles(tmp_path: Path) -> Versions:
    site = Site(tmp_path)
    site.corpus.mkdir()
    articles = Versions(site)
    articles.write_next()
    assert site.reindex() == 0
    articles.note()
    return articles


@pytest.fixture
def service(articles: Versions) -> Iterator[Running]:
    with running(articles.site.index, answer_cache_mb=0) as service:
        yield service


def test_while_the_package_is_upgraded_the_service_before_answers_from_the_index_before(
    articles: Versions, service: Running
) -> None:
    site = articles.site
    before = site.live.current()
    with asking(service, [PATH], judge, clients=2, pause=0.02) as taken:
        articles.write_next()
        assert site.reindex(faults=NEXT) == 0, site.said()
        articles.note()
        until(lambda: "has format" in str(service.ready()["reason"]), SOON)
        assert service.ready()["generation"] == before
        script = site.folder / "upgraded.py"
        script.write_text(UPGRADED)
        with running(site.index, program=[str(script)], answer_cache_mb=0) as upgraded:
            kind = judge(PATH, upgraded.get(PATH))
            assert articles.faults(kind) is None and kind.generation == site.live.current()
            assert upgraded.ready()["stale"] is False
    assert taken.failures == articles.wrong(taken) == []
    assert {kind.generation for kind in taken.kinds} == {before}


def test_an_upgraded_service_says_what_to_run_and_answers_after_it(articles: Versions) -> None:
    site = articles.site
    script = site.folder / "upgraded.py"
    script.write_text(UPGRADED)
    with running(site.index, program=[str(script)], answer_cache_mb=0) as upgraded:
        answer = upgraded.get(PATH)
        assert answer.status == 503
        assert "searchsvc reindex" in answer.json()["detail"]
        assert site.reindex(faults=NEXT) == 0
        articles.note()
        assert articles.faults(judge(PATH, upgraded.get(PATH))) is None


def test_back_to_the_version_before_the_index_is_built_anew(
    articles: Versions, service: Running
) -> None:
    site = articles.site
    assert site.report(faults=NEXT)["status"] == "published", "nothing was changed but the format"
    assert site.report()["status"] == "published"
    articles.note()
    until(lambda: service.ready()["generation"] == site.live.current(), SOON)
    assert articles.faults(judge(PATH, service.get(PATH))) is None
    assert site.left_over() == site.findings() == []


def test_with_the_clock_30_days_back_and_forth_nothing_is_lost_and_names_rise(
    articles: Versions, service: Running
) -> None:
    site = articles.site
    with asking(service, [PATH], judge, clients=2, pause=0.02) as taken:
        names = [site.live.current()]
        for days in (-30, 30, 0, -30, 0):
            articles.write_next()
            assert site.reindex(faults=Faults(days=days)) == 0, site.said()
            articles.note()
            names.append(site.live.current())
            assert articles.is_published()
            until(lambda: service.ready()["generation"] == names[-1], SOON)
            assert service.ready()["stale"] is False
    assert taken.failures == articles.wrong(taken) == []
    assert all(before < after for before, after in itertools.pairwise(map(str, names)))
    assert site.left_over() == site.findings() == []


def test_what_was_held_by_a_clock_that_was_wrong_is_live_when_it_is_right(
    articles: Versions, service: Running
) -> None:
    site = articles.site
    yesterday = datetime.now(UTC) - timedelta(days=1)
    site.write("news", title="Held news", publishedDateTime=f"{yesterday:%Y-%m-%dT%H:%M:%SZ}")
    report = site.report(faults=Faults(days=-30))
    assert report["held"] == 1
    until(lambda: service.get("/search?q=held").json()["total"] == 1, SOON)
    report = site.report()
    assert (report["held"], report["rejected"]) == (0, 0)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    site.write("embargo", title="Embargoed", publishedDateTime=f"{tomorrow:%Y-%m-%dT%H:%M:%SZ}")
    assert site.report(faults=Faults(days=30))["held"] == 0
    until(lambda: service.ready()["generation"] == site.live.current(), SOON)
    assert service.get("/search?q=embargoed").json()["total"] == 0, "the service knows the time"
    assert site.report()["held"] == 1


def test_what_changes_within_the_clocks_jump_is_read_again(articles: Versions) -> None:
    """A file is known by its time and size: one that a wrong clock has dated is not overlooked."""
    site = articles.site
    for number, days in enumerate((-30, 30, -30, 0)):
        site.write("same", title=f"Turn {number}")  # always as many bytes
        assert site.reindex(faults=Faults(days=days)) == 0
        engine = open_engine(site.index)
        assert engine.search(SearchRequest("turn")).hits[0].title == f"Turn {number}"
        engine.close()


@pytest.mark.parametrize("days", [-30, 30])
def test_an_engine_that_was_open_answers_as_a_new_one_after_the_clock_has_jumped(
    articles: Versions, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = articles.site
    moment = datetime.now(UTC) + timedelta(days=days / 2)
    site.write("late", title="Shared news", publishedDateTime=f"{moment:%Y-%m-%dT%H:%M:%SZ}")
    assert site.reindex() == 0
    engine = open_engine(site.settings)
    real = type(site.settings).clock

    def found() -> list[tuple[str, float]]:
        request = SearchRequest("shared", size=100)
        hits = [[(hit.id, hit.score) for hit in one.search(request).hits] for one in (engine, new)]
        assert hits[0] == hits[1]
        return hits[0]

    seen = []
    for shift in (0, days, 0, -days, 0):
        with monkeypatch.context() as patch:
            patch.setattr(type(site.settings), "clock", lambda of, by=shift * 86_400: real(of) + by)
            new = open_engine(site.settings)
            seen.append("late" in {article_id for article_id, _ in found()})
            new.close()
    engine.close()
    is_past = days < 0
    assert seen == (
        [True, False, True, True, True] if is_past else [False, True, False, False, False]
    )
