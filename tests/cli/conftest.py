"""The command, run in the folder of the corpus and the index with a bare environment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.processes import run_command

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    aside = tmp_path_factory.mktemp("printed")

    def run_here(*arguments: str, **environment: str) -> CompletedProcess[str]:
        return run_command(tmp_path, aside, arguments, environment)

    return run_here
