"""Numbers as the text that Prometheus, or whoever reads OpenMetrics, takes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from searchsvc.metrics import declarations as declared
from searchsvc.metrics.cells import Row
from searchsvc.metrics.declarations import BUCKETS, METRICS, Event, Level, Metric
from searchsvc.metrics.layout import Layout

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric as Family

_LE = (*map(str, BUCKETS), "+Inf")


def written(families: Iterable[Family], accept: str) -> tuple[bytes, str]:
    """The text and its content type, for a client that accepts these."""
    # It takes a twentieth of a second to import: a worker that is never scraped need not.
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder

    class Collector:
        def collect(self) -> Iterable[Family]:
            return families

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector())
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


def families(
    layout: Layout, rows: list[Row], gauges: Mapping[Metric, float], version: str
) -> Iterator[Family]:
    """Every metric that has a value: what workers counted, what they tell, and other gauges."""
    from prometheus_client.core import GaugeMetricFamily

    yield from _counted(layout, _sum(layout, rows))
    for metric, value in (_levels(rows) | dict(gauges)).items():
        yield GaugeMetricFamily(metric.name, metric.help, value=value)
    build = GaugeMetricFamily(declared.BUILD.name, declared.BUILD.help, labels=["version"])
    build.add_metric([version], 1)
    yield build


def _sum(layout: Layout, rows: list[Row]) -> list[float]:
    total = np.zeros(layout.cells)
    for row in rows:
        total += row.cells
    summed: list[float] = total.tolist()
    return summed


def _counted(layout: Layout, cells: list[float]) -> Iterator[Family]:
    from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

    requests = CounterMetricFamily(*_named(declared.REQUESTS), labels=declared.REQUESTS.labels)
    seconds = HistogramMetricFamily(*_named(declared.SECONDS), labels=declared.SECONDS.labels)
    for timed in layout.read_timed(cells):
        labels = [timed.route, timed.status]
        requests.add_metric(labels, sum(timed.counts))
        buckets = list(zip(_LE, map(float, accumulate(timed.counts)), strict=True))
        seconds.add_metric(labels, buckets, timed.seconds)
    yield requests
    yield seconds
    for metric in METRICS.values():
        events = [event for event in Event if event.metric is metric]
        if events:
            counter = CounterMetricFamily(*_named(metric), labels=metric.labels)
            for event in events:
                counter.add_metric([event.label] * len(metric.labels), cells[layout.event(event)])
            yield counter


def _named(metric: Metric) -> tuple[str, str]:
    return metric.name, metric.help


def _levels(rows: list[Row]) -> dict[Metric, float]:
    """What the workers that live tell of themselves."""
    live = [row.cells for row in rows if row.is_live]
    since = [cells[Level.STALE_SINCE] for cells in live if cells[Level.STALE_SINCE]]
    found = {
        declared.WORKERS: float(len(live)),
        declared.WAITING: sum(cells[Level.WAITING] for cells in live),
        declared.STALE: float(len(since)),
        declared.STALE_SECONDS: max(time.time() - min(since), 0.0) if since else 0.0,
    }
    sizes = [_resident(int(cells[Level.PROCESS])) for cells in live]
    if sizes and None not in sizes:
        found[declared.MEMORY] = float(sum(size or 0 for size in sizes))
    return found


def _resident(process: int) -> int | None:
    """Bytes of a process in memory, where /proc tells."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
