"""Real servers for an application under test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from searchsvc.settings import Settings
from tests.conftest import ROOT


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The URL of the application, served by threads of this process on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The URL of `searchsvc serve` over an index that is there, once it answers."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    process = subprocess.Popen(
        [sys.executable, "-m", "searchsvc", "serve", "--index", str(settings.index)]
        + ["--port", str(port)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        # It announces where it answers as soon as it does.
        assert any("curl" in line for line in process.stdout), process.poll()
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=15)
