"""What is said where a package is missing works where it is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from searchsvc import extras


def test_it_names_the_python_that_runs_and_the_extra() -> None:
    told = extras.how_to_install("watch")
    assert told.endswith("-m pip install 'searchsvc[watch]'")
    assert sys.executable in told


def test_where_there_is_no_pip_it_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the virtualenv of `make serve`."""
    made = [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "of us")]
    subprocess.run(made, check=True)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "of us" / "bin" / "python"))
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    first, then, install = extras.how_to_install("watch").partition(" && ")
    assert then and "pip install" in install
    done = subprocess.run(
        ["sh", "-c", f"{first} --version"], check=True, capture_output=True, text=True
    )
    assert done.stdout.startswith("pip "), "the pip that it would bring"
