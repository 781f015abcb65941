"""Who listens on a port, and which port is free."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.web.listeners import free_port, holder_of, probe


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_cannot_be_listened_on(taken: int) -> None:
    with pytest.raises(OSError):
        probe("127.0.0.1", taken)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux tells")
def test_the_holder_of_a_port_is_named(taken: int) -> None:
    assert f"(process {os.getpid()})" in (holder_of(taken) or "")


def test_a_port_that_nobody_holds_has_no_holder() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    assert holder_of(port) is None


def test_a_free_port_can_be_listened_on(taken: int) -> None:
    port = free_port("127.0.0.1", taken)
    assert port != taken
    probe("127.0.0.1", port)
