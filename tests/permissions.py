"""Processes for which permissions hold, also where the tests are run by root."""

from __future__ import annotations

import os
import subprocess
import sys

_CAPABILITIES = "-dac_override,-dac_read_search"
"""What lets root read everything."""
UNPRIVILEGED = (
    ("setpriv", "--bounding-set", _CAPABILITIES, "--inh-caps", _CAPABILITIES)
    if os.geteuid() == 0
    else ()
)
"""What to write in front of a command so that it is bound by permissions."""


def bound_by_permissions(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python with these arguments, and takes down what it prints."""
    command = [*UNPRIVILEGED, sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True)
