"""The numbers of a running service: declared once, counted by each worker, told as one.

In go requests, events and gauges of a worker (`Tally`); out comes the text that Prometheus reads
(`exposition`). A worker counts in cells of memory that it maps from a file of its own in a folder
that all workers share. Whoever answers a scrape adds the files up. The file of a worker that has
died is carried on by the next one, so nothing is lost, nothing is left over, and there are never
more files than there were workers at once. It knows nothing of HTTP frameworks or of the index.
"""

from __future__ import annotations

from searchsvc.metrics import declarations, exposition
from searchsvc.metrics.declarations import METRICS, UNMATCHED, Event, Level, Metric
from searchsvc.metrics.folder import shared_folder
from searchsvc.metrics.layout import Layout
from searchsvc.metrics.tally import Tally

__all__ = [
    "METRICS",
    "UNMATCHED",
    "Event",
    "Layout",
    "Level",
    "Metric",
    "Tally",
    "declarations",
    "exposition",
    "shared_folder",
]
