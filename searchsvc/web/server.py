"""Runs the app in worker processes under granian until it is told to stop."""

from __future__ import annotations

import gc
import http.client
import json
import logging
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from types import FrameType

from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import MPServer

from searchsvc.errors import InvalidSettings, NoIndex, SearchsvcError
from searchsvc.logs import log_as, of_a_service
from searchsvc.metrics import shared_folder
from searchsvc.requestlog import stdout_writer
from searchsvc.settings import CONFIG_VARIABLE, PREFIX, Settings, load
from searchsvc.web.app import create_app
from searchsvc.web.lifeline import Lifeline
from searchsvc.web.listeners import probe
from searchsvc.web.service import service_of
from searchsvc.web.watchdog import Heart, Watchdog

THREADS = 512
"""Threads of a worker where any number of requests may wait; one of them is at work."""
SPARE_THREADS = 4
"""Beside those that wait and the one at work: for who is sent away, and who asks for health."""
CONNECTIONS = 4096
"""That a worker keeps open, as far as the system allows it files."""
SILENT_SECONDS = 10.0
"""After so long without a whole request, from its first byte on or since the last, a connection
is closed."""
HEADER_BYTES = 64 * 1024
"""Of one request's line and headers."""
STOP_SECONDS = 3
"""How long answers under way may take after a signal to stop."""
TELL_SECONDS = 1.0
"""Of these: for telling those who still wait that they wait in vain."""
STUCK_SECONDS = 10.0
"""A worker that is at one request for so long, and for twice the budget of a query, is stuck."""
HANDOVER = 3
"""A reload gives a new worker so many times what the slowest took to start, before the old one
stops."""
POLL_SECONDS = 0.02
GRANIAN_LOG = {
    "formatters": {"service": {"()": "searchsvc.logs.of_a_service"}},
    "handlers": {"console": {"class": "searchsvc.logs.StderrHandler", "formatter": "service"}},
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
}
"""What granian says is of the same form as what we say, and beside the access log."""
_LOG = logging.getLogger(__name__)


class NoWorker(SearchsvcError):
    """A worker process cannot start, or ends again and again."""


def serve(
    settings: Settings, config: Path | None, index: str | None, host: str, port: int, workers: int
) -> None:
    """Serve until SIGINT or SIGTERM; SIGHUP has new workers with the settings of then.

    Raises OSError if the address cannot be listened on, and NoWorker. Workers load the settings
    themselves: from the same file and the environment, where `index`, the flag, is put.
    """
    log_as(of_a_service())
    # Granian's workers would end one by one on a busy port.
    probe(host, port)
    if index is not None:
        os.environ[PREFIX + "INDEX"] = os.path.abspath(index)
    if config is not None:
        os.environ[CONFIG_VARIABLE] = str(config.absolute())
    logging.getLogger("_granian").addFilter(_is_news)
    with _counting_together(settings):
        _serve(settings, config, host, port, workers)


@contextmanager
def _counting_together(settings: Settings) -> Iterator[None]:
    """Names a folder to the workers, in which they count as one."""
    with ExitStack() as stack:
        folder = settings.metrics_dir
        try:
            folder = folder or stack.enter_context(shared_folder())
        except OSError as error:
            _LOG.warning("each worker tells its own metrics: %s", error)
        if folder is not None:
            os.environ[PREFIX + "METRICS_DIR"] = str(folder.absolute())
        yield


def _serve(settings: Settings, config: Path | None, host: str, port: int, workers: int) -> None:
    server = MPServer(
        "searchsvc.web.server:worker",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        # Told the version, granian's clock runs from the beginning of a connection.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(SILENT_SECONDS * 1000), max_buffer_size=HEADER_BYTES
        ),
        websockets=False,
        workers=workers,
        backpressure=_connections(),
        blocking_threads=_threads(settings),
        # A worker that fails before the first answer would fail again.
        respawn_failed_workers=False,
        workers_kill_timeout=STOP_SECONDS,
        respawn_interval=1.0,
        log_access=False,
        log_dictconfig=GRANIAN_LOG,
    )

    def announce() -> None:
        said = _announcement(host, port)
        server.respawn_failed_workers = True
        with suppress(OSError):  # nobody reads it, or there is no room for it
            print(said, flush=True)

    def on_start(seconds: float) -> None:
        server.respawn_interval = max(server.respawn_interval, HANDOVER * seconds)
        # Granian gives up when one ends soon after it was replaced. Who has served is replaced
        # however often that is; who cannot even start is not.
        server.respawned_wrks.clear()

    server.on_startup(partial(_reload_on_hangup, server, config))
    watchdog = Watchdog(on_start)
    for run in (announce, watchdog.watch):
        threading.Thread(target=run, daemon=True).start()
    try:
        server.serve(target_loader=partial(worker, watchdog.heart), wrap_loader=False)
    except SystemExit as end:
        if not end.code:
            raise
        when = "cannot start any more" if server.respawn_failed_workers else "cannot start"
        raise NoWorker(f"a worker {when}; the reason stands above") from None


def _threads(settings: Settings) -> int:
    return settings.queue_limit + SPARE_THREADS if settings.queue_limit else THREADS


def _reload_on_hangup(server: MPServer, config: Path | None) -> None:
    """Has SIGHUP replace the workers one by one; wrong settings are told, and nothing changes.

    SIGHUP also says that the terminal has gone in which the service was started: then it stops.
    """
    has_terminal = os.isatty(0)

    def reload(number: int, frame: FrameType | None) -> None:
        if has_terminal and not os.isatty(0):
            server.signal_handler_interrupt()  # type: ignore[no-untyped-call]
            return
        try:
            server.blocking_threads = _threads(load(config).settings)
        except InvalidSettings as error:
            _LOG.error("not reloaded, the settings stay as they were: %s", error)
        else:
            server.signal_handler_reload()  # type: ignore[no-untyped-call]

    signal.signal(signal.SIGHUP, reload)


def ready_app() -> Flask:
    """The app of one process, with the index open before it is asked.

    What is loaded first lasts as long as the process. It is frozen, so that the collector of
    cycles does not go through it every few thousand requests. An index does not last: it is opened
    after that.
    """
    app = create_app()
    gc.collect()
    gc.freeze()
    try:
        service_of(app).engine.status()
    except NoIndex as error:
        _LOG.warning("%s", error)
    return app


def worker(heart: Heart) -> Flask:
    """The app of a process of its own, which beats, and stops with its parent."""
    began = time.monotonic()
    lifeline = Lifeline(heart.beat, STOP_SECONDS)
    log_as(of_a_service())
    app = ready_app()
    service = service_of(app)
    service.tally.open()
    Finalize(None, stdout_writer().flush, exitpriority=0)  # a process that was forked has no atexit
    admission, patience = service.admission, 2 * service.settings.time_budget_ms / 1000
    lifeline.serve(
        lambda: admission.seconds_at_work() < max(STUCK_SECONDS, patience),
        admission.close,
        max(STOP_SECONDS - TELL_SECONDS, 0.0),
    )
    heart.beat(started_after=time.monotonic() - began)
    return app


def _is_news(record: logging.LogRecord) -> bool:
    """Granian warns of many threads; ours wait, all but one."""
    return "Python threads" not in record.getMessage()


def _connections() -> int:
    """How many a worker may keep open. Raises what the system allows as far as it lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = hard if hard != resource.RLIM_INFINITY else 1 << 16
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(128, min(CONNECTIONS, most // 2))


def _announcement(host: str, port: int) -> str:
    """Wait until the service answers, however long that takes, and say where to look."""
    host = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    while True:
        connection = http.client.HTTPConnection(host, port, timeout=5)
        try:
            connection.request("GET", "/search?size=1")
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            time.sleep(POLL_SECONDS)
            continue
        finally:
            connection.close()
        if response.status == http.client.OK:
            return f"\nOpen   {url}/\nor     curl '{url}/search?q=supercomputer'\n"
        return f"\nServing on {url}, but it cannot answer yet: {_detail(body)}\n"


def _detail(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace")
