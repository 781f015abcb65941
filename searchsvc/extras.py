"""The packages that only some commands need: what to run where one is missing."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec


def how_to_install(extra: str) -> str:
    """The command that brings an extra into the virtualenv of this process, pip first if need be.

    The virtualenv of `make serve` has no pip.
    """
    python = shlex.quote(sys.executable)
    install = f"{python} -m pip install 'searchsvc[{extra}]'"
    return install if find_spec("pip") else f"{python} -m ensurepip && {install}"
