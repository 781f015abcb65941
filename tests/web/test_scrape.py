"""/metrics: what is counted of requests, what is told of the index."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from searchsvc.metrics import METRICS
from searchsvc.publish.reindex import reindex
from searchsvc.publish.rollback import rollback
from searchsvc.search.result import Trouble
from searchsvc.settings import Settings
from searchsvc.web import create_app
from searchsvc.web.service import service_of
from tests.web.fake_engine import FakeEngine

Write = Callable[..., Path]


def samples(client: FlaskClient) -> dict[str, float]:
    """By name with labels, as they are written: `name{label="value"}`."""
    response = client.get("/metrics")
    assert response.status_code == 200
    found = {}
    for family in text_string_to_metric_families(response.text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def _requests(route: str, status: int = 200) -> str:
    return f'searchsvc_http_requests_total{{route="{route}",status="{status}"}}'


def _outcome(name: str) -> str:
    return f'searchsvc_search_outcomes_total{{outcome="{name}"}}'


def test_it_is_text_that_nobody_keeps(client: FlaskClient) -> None:
    response = client.get("/metrics")
    assert response.content_type.startswith("text/plain; version=")
    assert response.headers["Cache-Control"] == "no-store"
    assert client.head("/metrics").status_code == 200


def test_requests_are_counted_by_template_and_status(client: FlaskClient) -> None:
    client.get("/search?q=ai")
    client.get("/search/?q=ai")
    client.get("/search?size=x")
    client.get("/articles/2021/fugaku")
    client.get("/articles/no/such/article")
    client.get("/no/such/route")
    client.post("/search")
    found = samples(client)
    assert found[_requests("/search")] == 2
    assert found[_requests("/search", 400)] == 1
    assert found[_requests("/articles/<path:article_id>")] == 1
    assert found[_requests("/articles/<path:article_id>", 404)] == 1
    assert found[_requests("unmatched", 404)] == 1
    assert found[_requests("unmatched", 405)] == 1
    count = 'searchsvc_http_request_duration_seconds_count{route="/search",status="200"}'
    assert found[count] == 2


@pytest.mark.parametrize("path", ["/search", "/"])
def test_searches_are_counted_by_what_they_came_to(
    client: FlaskClient, engine: FakeEngine, path: str
) -> None:
    client.get(f"{path}?q=supercomputer")
    client.get(f"{path}?q=nothing+has+this")
    engine.extra = {"corrected": "supercomputer", "relaxed": True}
    client.get(f"{path}?q=fugaku")
    engine.extra = {"partial": True}
    client.get(f"{path}?q=hostile")
    found = samples(client)
    assert found["searchsvc_searches_total"] == 4
    for name in ("zero_results", "corrected", "relaxed", "partial"):
        assert found[_outcome(name)] == 1, name


def test_a_ready_answer_counts_as_what_it_came_to_when_it_was_made(client: FlaskClient) -> None:
    for _ in range(3):
        client.get("/search?q=nothing+has+this")
    found = samples(client)
    assert found[_outcome("zero_results")] == 3
    assert found['searchsvc_answer_cache_lookups_total{result="hit"}'] == 2
    assert found['searchsvc_answer_cache_lookups_total{result="miss"}'] == 1


@pytest.mark.parametrize(
    "asked", ["/search", "/search?q=zzz&page=2", "/search?q=zzz&typing=true", "/feed?q=zzz", "/"]
)
def test_lists_further_pages_words_half_typed_and_feeds_are_no_searches(
    client: FlaskClient, asked: str
) -> None:
    client.get(asked)
    assert samples(client)["searchsvc_searches_total"] == 0


def test_what_a_client_holds_already_costs_no_search_and_counts_as_none(
    client: FlaskClient,
) -> None:
    tag = client.get("/search?q=ai").headers["ETag"]
    client.get("/search?q=ai", headers={"If-None-Match": tag})
    found = samples(client)
    assert found["searchsvc_searches_total"] == 1
    assert found[_requests("/search", 304)] == 1


def test_who_is_sent_away_is_counted_and_it_answers_all_the_same(client: FlaskClient) -> None:
    admission = service_of(client.application).admission
    with admission:
        assert samples(client)["searchsvc_workers"] == 1
    admission.close()
    assert client.get("/search?q=ai").status_code == 503
    found = samples(client)
    assert found['searchsvc_requests_shed_total{reason="stopping"}'] == 1
    assert found[_requests("/search", 503)] == 1


def test_it_tells_of_an_index_that_is_not_the_live_one(
    client: FlaskClient, engine: FakeEngine
) -> None:
    assert samples(client)["searchsvc_index_stale_workers"] == 0
    engine.in_trouble = Trouble("states.npy is damaged", time.time() - 60)
    found = samples(client)
    assert found["searchsvc_index_stale_workers"] == 1
    assert 60 <= found["searchsvc_index_stale_seconds"] < 90


def test_without_an_index_it_says_so(empty_client: FlaskClient) -> None:
    found = samples(empty_client)
    assert found["searchsvc_index_up"] == 0
    assert "searchsvc_index_articles" not in found
    assert "searchsvc_reindex_last_exit_code" not in found


@pytest.fixture
def served(settings: Settings, write: Write) -> FlaskClient:
    """A service over an index that has been built."""
    for number in range(20):
        write(f"a{number}", title=f"Chip {number}")
    reindex(settings)
    return create_app(settings).test_client()


def test_it_tells_of_the_index_and_of_the_last_reindex(
    served: FlaskClient, settings: Settings, write: Write
) -> None:
    found = samples(served)
    assert found["searchsvc_index_up"] == 1 and found["searchsvc_index_articles"] == 20
    assert 0 <= found["searchsvc_index_generation_age_seconds"] < 60
    assert found["searchsvc_reindex_last_exit_code"] == 0
    assert found["searchsvc_reindex_last_duration_seconds"] > 0
    succeeded = found["searchsvc_reindex_last_success_timestamp_seconds"]
    assert found["searchsvc_reindex_last_run_timestamp_seconds"] == succeeded
    for number in range(15):
        write(f"a{number}", title="")
    assert reindex(settings).status == "refused"
    found = samples(served)
    assert found["searchsvc_reindex_last_exit_code"] == 1
    assert found["searchsvc_reindex_rejected_files"] == 15
    assert found["searchsvc_reindex_lost_articles"] == 15
    assert found["searchsvc_reindex_last_success_timestamp_seconds"] == succeeded
    assert found["searchsvc_reindex_last_run_timestamp_seconds"] > succeeded


def test_it_tells_of_a_rollback_that_holds(
    served: FlaskClient, settings: Settings, write: Write
) -> None:
    write("new", title="New")
    reindex(settings)
    assert samples(served)["searchsvc_index_rolled_back"] == 0
    rollback(settings)
    assert samples(served)["searchsvc_index_rolled_back"] == 1


def test_every_metric_that_is_declared_is_told(served: FlaskClient) -> None:
    served.get("/search?q=chip")
    names = {name.partition("{")[0] for name in samples(served)}
    expected = {series for metric in METRICS.values() for series in metric.series}
    if not Path("/proc/self/statm").exists():
        expected -= {"searchsvc_resident_memory_bytes"}
    assert names == expected


def test_two_applications_that_share_a_folder_are_told_as_one(
    engine: FakeEngine, tmp_path: Path
) -> None:
    settings = replace(Settings(), metrics_dir=tmp_path / "metrics")
    first, second = (create_app(settings, engine).test_client() for _ in range(2))
    first.get("/search?q=ai")
    second.get("/search?q=ai")
    for client in (first, second):
        found = samples(client)
        assert found[_requests("/search")] == 2 and found["searchsvc_workers"] == 2


def test_each_application_counts_for_itself_without_one(app: Flask, engine: FakeEngine) -> None:
    app.test_client().get("/search?q=ai")
    other = create_app(Settings(), engine).test_client()
    assert _requests("/search") not in samples(other)
