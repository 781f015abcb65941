"""/metrics: what all workers have counted, and how the index is, as Prometheus reads it."""

from __future__ import annotations

import time
from contextlib import suppress

from flask import Flask, Response, request

from searchsvc.errors import NoIndex
from searchsvc.metrics import Level, Metric, declarations, exposition
from searchsvc.publish import last_run
from searchsvc.publish.generations import IndexFolder
from searchsvc.web import route
from searchsvc.web.route import Route
from searchsvc.web.service import Service, service


def add_to(app: Flask) -> None:
    route.add(app, [Route(path="/metrics", view=metrics, media_type="text/plain")])


def metrics() -> Response:
    """The numbers of the service as a whole, whichever worker is asked."""
    tally = service().tally
    gauges = _gauges(service())
    families = exposition.families(tally.layout, tally.rows(), gauges, service().release)
    text, content_type = exposition.written(families, request.headers.get("Accept", ""))
    return Response(text, content_type=content_type)


def _gauges(service: Service) -> dict[Metric, float]:
    """What stands in the index folder, and the generation that answers."""
    settings = service.settings
    gauges = {
        declarations.QUEUE_LIMIT: float(settings.queue_limit),
        declarations.INDEX_UP: 0.0,
        declarations.ROLLED_BACK: float(IndexFolder(settings.index).rolled_back() is not None),
    }
    with suppress(NoIndex):
        status = service.engine.status()
        age = max(time.time() - status.published_at.timestamp(), 0.0)
        gauges |= {
            declarations.INDEX_UP: 1.0,
            declarations.ARTICLES: float(status.articles),
            declarations.AGE: age,
        }
    trouble = service.engine.trouble()  # as asking has just found it
    service.tally.set(Level.STALE_SINCE, trouble.since if trouble else 0.0)
    if (run := last_run.read(settings.index)) is not None:
        gauges |= {
            declarations.LAST_RUN: run.at,
            declarations.LAST_SECONDS: run.seconds,
            declarations.LAST_EXIT: float(run.exit_code),
            declarations.REJECTED: float(run.rejected),
            declarations.LOST: float(run.lost),
        }
        if run.succeeded_at:
            gauges[declarations.LAST_SUCCESS] = run.succeeded_at
    return gauges
