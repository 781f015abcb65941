"""Requests that Schemathesis makes from the OpenAPI document, right ones and wrong ones.

All its checks hold: no error inside, statuses, types, headers and bodies as documented, right
requests accepted, wrong ones refused, other methods told what is allowed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.conftest import ROOT
from tests.serving import served

EXAMPLES = "10"
"""Random requests of each kind to each route, beside those at every boundary of the schemas."""


def test_every_check_of_schemathesis_passes(tmp_path: Path) -> None:
    settings = replace(Settings(), corpus=ROOT / "corpus", index=tmp_path / "index")
    reindex(settings)
    with served(settings) as url:
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json"]
        done = subprocess.run(
            [*command, "--checks", "all", "--max-examples", EXAMPLES, "--seed", "1"]
            + ["--generation-deterministic", "--no-color"],
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "SCHEMATHESIS_HOOKS": "tests.web.schemathesis_hooks",
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr
    routes = len(create_app(settings).extensions["searchsvc.routes"])
    assert f"Tested: {routes}" in done.stdout
