"""The application of wsgi.py and of the package, as a server starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECK = """
import searchsvc.wsgi, wsgi
assert wsgi.app is searchsvc.wsgi.app
client = wsgi.app.test_client()
print(client.get("/healthz").status_code, client.get("/search").status_code)
"""


def test_it_starts_without_an_index(tmp_path):
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SEARCHSVC_INDEX": str(tmp_path / "index"),
        "SEARCHSVC_ACCESS_LOG": "false",
    }
    run = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert run.stdout.split() == ["200", "503"], run.stderr
