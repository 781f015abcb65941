"""A cluster whose nodes a module may kill."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from tests.opensearch.cluster import REASON, urls
from tests.opensearch.nodes import Nodes, running

PORTS, COUNT, TRANSPORT = range(19600, 19700, 4), 3, 100
"""Where nodes may begin; each listens `TRANSPORT` above that as well."""


def free_port() -> int:
    """The first of so many ports in a row that nobody uses; each worker looks elsewhere."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    places = (worker * 6 % len(PORTS) + place for place in range(len(PORTS)))
    found = (PORTS[place % len(PORTS)] for place in places)
    return next(port for port in found if all(map(is_free, wanted(port))))


def wanted(port: int) -> list[int]:
    return [port + number + above for number in range(COUNT) for above in (0, TRANSPORT)]


def is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    if not urls():
        pytest.skip(REASON)
    with running(tmp_path_factory.mktemp("nodes"), free_port(), COUNT) as started:
        yield started
