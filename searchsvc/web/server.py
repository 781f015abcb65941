"""Runs the app under granian, a worker process each, until it is told to stop."""

from __future__ import annotations

import gc
import json
import os
import socket
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from searchsvc.errors import NoIndex
from searchsvc.settings import CONFIG_VARIABLE, PREFIX, Settings
from searchsvc.web.app import create_app
from searchsvc.web.service import service_of

THREADS = 1
"""Of a worker: two hand the interpreter's lock to and fro at every kernel, at twice the cost."""
ANNOUNCE_SECONDS = 60
STOP_SECONDS = 3
"""For answers under way when it is told to stop; a client that reads nothing would keep it up."""


def serve(settings: Settings, config: Path | None, host: str, port: int, workers: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises OSError if the address cannot be listened on.

    Workers load the settings themselves, from the same file and the environment.
    """
    _probe(host, port)
    url = _url(host, port)
    threading.Thread(target=_announce, args=(url,), daemon=True).start()
    os.environ[PREFIX + "INDEX"] = str(settings.index.absolute())
    if config is not None:
        os.environ[CONFIG_VARIABLE] = str(config.absolute())
    Granian(
        "searchsvc.web.server:worker",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        websockets=False,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_access=False,
    ).serve()


def worker() -> Flask:
    """The app of one process, with all it needs at hand before it is asked.

    What is loaded first lasts as long as the process: frozen, since the collector of cycles would
    go through it every few thousand requests, and stand still for .06 s. An index does not last, so
    it is opened after that.
    """
    app = create_app()
    engine = service_of(app).engine
    engine.prepare()
    gc.collect()
    gc.freeze()
    with suppress(NoIndex):
        engine.status()
    return app


def _url(host: str, port: int) -> str:
    """Where a browser on this machine finds it."""
    if host in ("0.0.0.0", "::", ""):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _announce(url: str) -> None:
    """Print where to look, once it really answers."""
    deadline = time.monotonic() + ANNOUNCE_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/search?size=1", timeout=5):
                text = f"\nOpen   {url}/\nor     curl '{url}/search?q=supercomputer'\n"
                break
        except urllib.error.HTTPError as error:
            text = f"\nServing on {url}, but there is no answer yet: {_detail(error)}\n"
            break
        except OSError:
            time.sleep(0.1)
    else:
        text = f"\nNo answer from {url} yet\n"
    print(text, flush=True)


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, OSError):
        return str(error)


def _probe(host: str, port: int) -> None:
    """Granian's workers would die one by one on a busy port; say so at once instead."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
