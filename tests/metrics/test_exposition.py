"""The text that Prometheus reads, checked by its own parser."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families

from searchsvc.metrics import METRICS, Event, Layout, Level, Tally, exposition
from searchsvc.metrics.declarations import ARTICLES, BUCKETS

LAYOUT = Layout(("/search", '/odd"\n\\<x>'))
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def _text(tally: Tally, accept: str = "") -> str:
    families = exposition.families(LAYOUT, tally.rows(), {ARTICLES: 292.0}, "1.2.3")
    return exposition.written(families, accept)[0].decode()


def _samples(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _value(text: str, name: str, **labels: str) -> float:
    return _samples(text)[name, frozenset(labels.items())]


def test_counts_of_all_workers_are_added_up(tmp_path: Path) -> None:
    first, second = Tally(LAYOUT, tmp_path), Tally(LAYOUT, tmp_path)
    first.request("/search", 200, 0.002)
    second.request("/search", 200, 0.3)
    second.request("/search", 503, 9.0)
    second.count(Event.QUEUE_FULL)
    first.set(Level.WAITING, 2)
    second.set(Level.WAITING, 3)
    for tally in (first, second):
        text = _text(tally)
        ok = {"route": "/search", "status": "200"}
        assert _value(text, "searchsvc_http_requests_total", **ok) == 2
        name = "searchsvc_http_request_duration_seconds"
        assert _value(text, f"{name}_count", **ok) == 2
        assert _value(text, f"{name}_sum", **ok) == pytest.approx(0.302)
        assert _value(text, f"{name}_bucket", le="0.001", **ok) == 0
        assert _value(text, f"{name}_bucket", le="0.0025", **ok) == 1
        assert _value(text, f"{name}_bucket", le="0.5", **ok) == 2
        assert _value(text, f"{name}_bucket", le="+Inf", **ok) == 2
        shed = {"route": "/search", "status": "503"}
        assert _value(text, f"{name}_bucket", le="5.0", **shed) == 0
        assert _value(text, f"{name}_bucket", le="+Inf", **shed) == 1
        assert _value(text, "searchsvc_requests_shed_total", reason="queue_full") == 1
        assert _value(text, "searchsvc_requests_waiting") == 5
        assert _value(text, "searchsvc_workers") == 2
        assert _value(text, "searchsvc_index_articles") == 292
        assert _value(text, "searchsvc_build_info", version="1.2.3") == 1


def test_events_are_told_before_they_happen_first() -> None:
    """A rate needs the nought before the first one."""
    text = _text(Tally(LAYOUT))
    assert _value(text, "searchsvc_search_outcomes_total", outcome="zero_results") == 0
    assert _value(text, "searchsvc_requests_shed_total", reason="stopping") == 0


def test_routes_are_escaped() -> None:
    tally = Tally(LAYOUT)
    tally.request('/odd"\n\\<x>', 200, 0.1)
    text = _text(tally)
    assert _value(text, "searchsvc_http_requests_total", route='/odd"\n\\<x>', status="200") == 1


def test_workers_that_are_not_up_to_date_are_counted(tmp_path: Path) -> None:
    first, second = Tally(LAYOUT, tmp_path), Tally(LAYOUT, tmp_path)
    second.open()
    assert _value(_text(first), "searchsvc_index_stale_workers") == 0
    assert _value(_text(first), "searchsvc_index_stale_seconds") == 0
    first.set(Level.STALE_SINCE, 1.0)
    text = _text(second)
    assert _value(text, "searchsvc_index_stale_workers") == 1
    assert _value(text, "searchsvc_index_stale_seconds") > 1_000_000


def test_every_name_is_declared_with_its_kind_and_labels() -> None:
    tally = Tally(LAYOUT)
    tally.request("/search", 200, 0.1)
    families = list(text_string_to_metric_families(_text(tally)))
    by_series = {name: metric for metric in METRICS.values() for name in metric.series}
    for family in families:
        for sample in family.samples:
            metric = by_series[sample.name]
            assert family.type == metric.kind and family.documentation == metric.help
            assert sample.labels.keys() - {"le"} == set(metric.labels)
    assert len(families) > 10


def test_openmetrics_is_told_to_who_asks_for_it() -> None:
    tally = Tally(LAYOUT)
    tally.request("/search", 200, 0.1)
    text = _text(tally, OPENMETRICS)
    assert text.endswith("# EOF\n")
    assert any(family.name == "searchsvc_searches" for family in openmetrics_families(text))
    assert "# EOF" not in _text(tally, "text/plain")


def test_buckets_rise() -> None:
    assert list(BUCKETS) == sorted(BUCKETS)
