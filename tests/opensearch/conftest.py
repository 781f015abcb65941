"""A cluster whose nodes a module may kill."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.opensearch.cluster import REASON, urls
from tests.opensearch.nodes import Nodes, running

FIRST_PORT, APART = 19600, 4


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Three of them, on ports that no other worker of the tests uses."""
    if not urls():
        pytest.skip(REASON)
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    with running(tmp_path_factory.mktemp("nodes"), FIRST_PORT + APART * worker) as started:
        yield started
