"""Runs the app under granian, a worker process each, until it is told to stop."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces

from searchsvc.settings import CONFIG_VARIABLE, PREFIX, Settings

THREADS = 2
"""Queries hold the interpreter's lock: more threads than this only wait for each other."""


def serve(settings: Settings, config: Path | None, host: str, port: int, workers: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises OSError if the address cannot be listened on.

    Workers load the settings themselves, from the same file and the environment.
    """
    _probe(host, port)
    os.environ[PREFIX + "INDEX"] = str(settings.index.absolute())
    if config is not None:
        os.environ[CONFIG_VARIABLE] = str(config.absolute())
    Granian(
        "searchsvc.web:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        log_access=False,
        process_name="searchsvc",
    ).serve()


def _probe(host: str, port: int) -> None:
    """Granian's workers would die one by one on a busy port; say so at once instead."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
