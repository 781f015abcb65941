"""Where compiled kernels are kept, and that none of it stops a service."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

USE = """
import sys
from pathlib import Path
from searchsvc.scoring import kernels
kernels.set_cache_dir(Path(sys.argv[1]) if sys.argv[1] else None)
if not sys.argv[1]:
    from numba.core import caching
    cache = getattr(caching, "CacheImpl", None) or caching._CacheImpl
    cache._locator_classes = []
assert kernels.lowest.__name__ == "lowest"
"""


def run(folder: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", USE, folder], capture_output=True, text=True, check=True
    )


def test_a_folder_keeps_compiled_kernels(tmp_path: Path) -> None:
    run(str(tmp_path))
    assert list(tmp_path.rglob("*.nbi"))


def test_with_no_folder_to_write_kernels_are_compiled_in_memory() -> None:
    assert "set cache_dir to a writable folder" in run("").stderr
