"""What these tests need of the system."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def linux() -> None:
    """Processes are looked at while they run."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs Linux's /proc")
