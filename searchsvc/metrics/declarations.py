"""Every metric in one table: name, kind, labels and help."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Literal

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the latency histograms, in seconds; one more holds what took longer."""
STATUSES = (200, 204, 301, 304, 308, 400, 404, 405, 406, 413, 414, 500, 503)
"""That are told apart; any other is `other`, so that nobody can make more series."""
OTHER = "other"
UNMATCHED = "unmatched"
"""The route of a request that is at none."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric as Prometheus sees it."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """The names under which its samples are told."""
        if self.kind == "histogram":
            return tuple(f"{self.name}_{part}" for part in ("bucket", "sum", "count"))
        return (self.name,)


REQUESTS = Metric(
    "searchsvc_http_requests_total",
    "counter",
    "requests answered; the route is a template such as /articles/<path:article_id>",
    ("route", "status"),
)
SECONDS = Metric(
    "searchsvc_http_request_duration_seconds",
    "histogram",
    "seconds from a request's arrival in a worker to its answer, waiting included",
    ("route", "status"),
)
SHED = Metric(
    "searchsvc_requests_shed_total",
    "counter",
    "requests sent away with 503: queue_full, waited_too_long or stopping",
    ("reason",),
)
WAITING = Metric("searchsvc_requests_waiting", "gauge", "requests that wait for their worker")
QUEUE_LIMIT = Metric(
    "searchsvc_queue_limit", "gauge", "requests that may wait for one worker; 0 is any number"
)
SEARCHES = Metric(
    "searchsvc_searches_total",
    "counter",
    "first pages of searches with words, of /search and /, that were typed to the end",
)
OUTCOMES = Metric(
    "searchsvc_search_outcomes_total",
    "counter",
    "those of them that found nothing (zero_results), were corrected, relaxed, or cut short by "
    "the time budget (partial); one may be several",
    ("outcome",),
)
CACHE = Metric(
    "searchsvc_answer_cache_lookups_total",
    "counter",
    "answers that were ready (hit) or had to be made (miss)",
    ("result",),
)
WORKERS = Metric("searchsvc_workers", "gauge", "worker processes at work")
WORKER_STARTS = Metric(
    "searchsvc_worker_starts_total", "counter", "workers started, replacements included"
)
MEMORY = Metric(
    "searchsvc_resident_memory_bytes",
    "gauge",
    "resident memory of all workers, with what they map of the index (Linux)",
)
LOG_DROPPED = Metric(
    "searchsvc_log_lines_dropped_total",
    "counter",
    "lines of the access log that nobody took in time",
)
BUILD = Metric("searchsvc_build_info", "gauge", "1, with the version of searchsvc", ("version",))
INDEX_UP = Metric("searchsvc_index_up", "gauge", "1 if there is an index to answer from, else 0")
ARTICLES = Metric("searchsvc_index_articles", "gauge", "articles of the generation that answers")
AGE = Metric(
    "searchsvc_index_generation_age_seconds",
    "gauge",
    "seconds since the generation that answers was published",
)
STALE = Metric(
    "searchsvc_index_stale_workers",
    "gauge",
    "workers that do not answer from the live generation, as /readyz explains",
)
STALE_SECONDS = Metric(
    "searchsvc_index_stale_seconds", "gauge", "for how long one of them has not; 0 if all do"
)
ROLLED_BACK = Metric(
    "searchsvc_index_rolled_back", "gauge", "1 while a rollback keeps reindexes from publishing"
)
LAST_RUN = Metric(
    "searchsvc_reindex_last_run_timestamp_seconds",
    "gauge",
    "when the last reindex ended, in seconds since 1970",
)
LAST_SUCCESS = Metric(
    "searchsvc_reindex_last_success_timestamp_seconds",
    "gauge",
    "when the last one ended that was not refused",
)
LAST_SECONDS = Metric(
    "searchsvc_reindex_last_duration_seconds", "gauge", "how long the last reindex took"
)
LAST_EXIT = Metric(
    "searchsvc_reindex_last_exit_code", "gauge", "0 if the last reindex was done, 1 if refused"
)
REJECTED = Metric(
    "searchsvc_reindex_rejected_files", "gauge", "files that the last reindex rejected"
)
LOST = Metric(
    "searchsvc_reindex_lost_articles",
    "gauge",
    "articles that were live and whose files the last reindex rejected",
)

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        REQUESTS, SECONDS, SHED, WAITING, QUEUE_LIMIT, SEARCHES, OUTCOMES, CACHE, WORKERS,
        WORKER_STARTS, MEMORY, LOG_DROPPED, BUILD, INDEX_UP, ARTICLES, AGE, STALE, STALE_SECONDS,
        ROLLED_BACK, LAST_RUN, LAST_SUCCESS, LAST_SECONDS, LAST_EXIT, REJECTED, LOST,
    )
}  # fmt: skip


class Event(Enum):
    """What is counted one by one: a metric, and the value of its label if it has one."""

    SEARCH = SEARCHES, ""
    NOTHING_FOUND = OUTCOMES, "zero_results"
    CORRECTED = OUTCOMES, "corrected"
    RELAXED = OUTCOMES, "relaxed"
    PARTIAL = OUTCOMES, "partial"
    CACHE_HIT = CACHE, "hit"
    CACHE_MISS = CACHE, "miss"
    QUEUE_FULL = SHED, "queue_full"
    WAITED_TOO_LONG = SHED, "waited_too_long"
    STOPPING = SHED, "stopping"
    WORKER_START = WORKER_STARTS, ""
    LOG_LINE_DROPPED = LOG_DROPPED, ""

    def __init__(self, metric: Metric, label: str) -> None:
        self.metric = metric
        self.label = label
        self.place = len(type(self).__members__)


class Level(IntEnum):
    """What a worker tells of itself: it holds as long as that worker lives."""

    PROCESS = 0
    WAITING = 1
    STALE_SINCE = 2
