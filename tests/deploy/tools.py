"""Programs of others that check what stands in deploy/."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
_PLACES = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"])
"""The virtualenv of the tests first; then also where distributions keep servers."""


def tool(name: str, package: str) -> str:
    """Where a program is; without it the test is skipped."""
    found = shutil.which(name, path=_PLACES)
    if found is None:
        pytest.skip(f"needs {name} ({package})")
    return found


def said(*command: str | Path) -> str:
    """All that a command says; it has to end well."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
