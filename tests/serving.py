"""Real servers for an application under test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
def running(command: list[str], folder: Path, word: str, **environment: str) -> Iterator[None]:
    """A server of another process, once its output has this word. It must end when it is told."""
    log = folder / "server.log"
    with log.open("w") as output:  # a pipe that nobody reads would stop it some day
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stdout=output,
            stderr=output,
        )
        try:
            while word not in log.read_text("utf-8"):
                assert process.poll() is None, log.read_text("utf-8")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            try:
                status = process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    assert status == 0, log.read_text("utf-8")


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The URL of `searchsvc serve` over an index that is there, once it answers."""
    port, folder = str(free_port()), settings.index.parent
    command = [sys.executable, "-m", "searchsvc", "serve", "--port", port]
    with running(command, folder, "curl", SEARCHSVC_INDEX=str(settings.index)):
        yield f"http://127.0.0.1:{port}"
