"""Alerts, dashboard and their documents name metrics, labels and pages that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser as promql
import pytest
import yaml

from searchsvc.metrics import METRICS, UNMATCHED, Event, Layout, declarations
from searchsvc.requestlog import LogEntry
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.conftest import ROOT

DOCS = ROOT / "docs"
ALERTS: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((ROOT / "deploy" / "grafana.json").read_text("utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ADDED = {"instance", "job", "le"}
"""Labels that Prometheus itself, or a histogram, adds."""
OF_PROMETHEUS = {"up"}
BY_SERIES = {series: metric for metric in METRICS.values() for series in metric.series}
VALUES = {
    "route": {*(str(rule) for rule in create_app(Settings()).url_map.iter_rules()), UNMATCHED},
    "status": {*map(str, declarations.STATUSES), declarations.OTHER},
    **{
        event.metric.labels[0]: {
            other.label for other in Event if other.metric.labels == event.metric.labels
        }
        for event in Event
        if event.metric.labels
    },
}


def _expressions() -> Iterator[Any]:
    for rule in ALERTS:
        yield pytest.param(rule["expr"], id=rule["alert"])
    for panel in PANELS:
        for target in panel["targets"]:
            yield pytest.param(target["expr"], id=f"{panel['title']} {target['refId']}")
    for annotation in DASHBOARD["annotations"]["list"]:
        yield pytest.param(annotation["expr"], id=annotation["name"])
    for number, code in enumerate(re.findall(r"\| `(.*[({].*)` \|$", _document("metrics"), re.M)):
        yield pytest.param(code, id=f"metrics.md {number}")


def _document(name: str) -> str:
    return (DOCS / f"{name}.md").read_text("utf-8")


def _parsed(expression: str) -> promql.Expr:
    for variable, value in (("$__rate_interval", "1m"), ("$instance", ".*")):
        expression = expression.replace(variable, value)
    return promql.parse(expression)


def _selectors(expression: str) -> list[tuple[str, list[promql.Matcher]]]:
    """The metrics that an expression asks for, with what it asks of their labels."""
    found: list[tuple[str, list[promql.Matcher]]] = []

    def visit(node: promql.Expr) -> None:
        if isinstance(node, promql.VectorSelector):
            found.append((node.name, list(node.matchers.matchers)))

    promql.walk(_parsed(expression), visit)
    return found


@pytest.mark.parametrize("expression", list(_expressions()))
def test_an_expression_asks_for_metrics_labels_and_values_that_there_are(expression: str) -> None:
    selectors = _selectors(expression)
    assert selectors
    for name, matchers in selectors:
        if name in OF_PROMETHEUS:
            continue
        assert name in BY_SERIES, name
        labels = {*BY_SERIES[name].labels, *ADDED}
        for matcher in matchers:
            assert matcher.name in labels, f"{name} has no label {matcher.name}"
            known = VALUES.get(matcher.name)
            if known is not None:
                hits = [
                    value
                    for value in known
                    if re.fullmatch(matcher.value, value) or value == matcher.value
                ]
                assert hits, f"{matcher.name} is never {matcher.value}"


@pytest.mark.parametrize("expression", list(_expressions()))
def test_an_expression_groups_by_labels_that_its_metrics_have(expression: str) -> None:
    labels = {label for name, _ in _selectors(expression) for label in _labels(name)}
    for group in re.findall(r"\bby \(([^)]*)\)", expression):
        assert {part.strip() for part in group.split(",")} <= labels | ADDED


def _labels(name: str) -> tuple[str, ...]:
    return BY_SERIES[name].labels if name in BY_SERIES else ()


def test_an_expression_that_is_none_is_found() -> None:
    with pytest.raises(ValueError):
        _parsed("rate(searchsvc_searches_total[5m)")
    assert _selectors("rate(a[5m]) / on () b{c='d'}")[1][0] == "b"


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_has_a_severity_a_summary_and_a_page_of_its_own(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"]
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    text = (ROOT / page).read_text("utf-8")
    anchors = {heading.strip().lower() for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    assert anchor == rule["alert"].lower() and anchor in anchors


def test_every_page_of_an_alert_has_its_alert() -> None:
    headings = re.findall(r"^## (\w+)$", _document("alerts"), re.MULTILINE)
    assert sorted(headings) == sorted(rule["alert"] for rule in ALERTS)


def test_the_alerts_are_named_once() -> None:
    names = [rule["alert"] for rule in ALERTS]
    assert len(names) == len(set(names))


def test_panels_do_not_overlap_and_have_ids_of_their_own() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert taken.setdefault((x, y), panel["title"]) == panel["title"]
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))


def test_the_dashboard_shows_every_metric() -> None:
    shown = {
        BY_SERIES[name].name
        for panel in PANELS
        for target in panel["targets"]
        for name, _ in _selectors(target["expr"])
    }
    assert shown == METRICS.keys()


def test_every_metric_is_documented_with_its_kind_labels_and_help() -> None:
    rows = _document("metrics").splitlines()
    for metric in METRICS.values():
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        assert f"| `{metric.name}` | {metric.kind} | {labels} | {metric.help} |" in rows, metric
    named = re.findall(r"`(searchsvc_\w+)`", "".join(_document(n) for n in ("metrics", "alerts")))
    assert set(named) <= METRICS.keys()


def test_there_are_no_more_series_than_the_document_says() -> None:
    routes = tuple(str(rule) for rule in create_app(Settings()).url_map.iter_rules())
    assert Layout(routes).cells * 8 < 50_000


def test_the_line_of_the_access_log_in_the_document_is_one() -> None:
    line, warning = re.findall(r"```json\n(.*?)```", _document("logs"), re.DOTALL)
    entry = LogEntry.from_line(line.replace("\n", " ").encode())
    written = json.loads(entry.to_line(with_texts=True))
    assert written.items() >= json.loads(line).items()
    table = _document("logs").split("| key | what it is |")[1].split("\n\n")[0]
    assert {
        *re.findall(r"`(\w+)`", "".join(row.split("|")[1] for row in table.splitlines()[2:]))
    } | {"zero"} == written.keys()
    assert json.loads(warning).keys() == {"time", "level", "message", "logger"}
