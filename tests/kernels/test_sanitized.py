"""The other tests of the kernels, where every access and every shift is checked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLAGS = ["-std=c11", "-g", "-O1", "-shared", "-fPIC", "-fno-omit-frame-pointer"]
CHECKS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


def checker() -> Path:
    """The library that has to be loaded before all others."""
    if sys.platform != "linux" or not shutil.which("gcc"):
        pytest.skip("gcc on Linux is needed to compile with checks")
    name = subprocess.check_output(["gcc", "-print-file-name=libasan.so"], text=True).strip()
    if not os.path.isabs(name):
        pytest.skip("gcc has no libasan here")
    return Path(name).resolve()


@pytest.fixture(scope="module")
def checked_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kernels and their tests alone, compiled with checks."""
    checker()
    folder = tmp_path_factory.mktemp("checked")
    kernels = folder / "searchsvc" / "kernels"
    tests = folder / "tests" / "kernels"
    no_libraries = shutil.ignore_patterns("_*.so", "__pycache__")
    shutil.copytree(ROOT / "searchsvc" / "kernels", kernels, ignore=no_libraries)
    shutil.copytree(ROOT / "tests" / "kernels", tests, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "searchsvc" / "__init__.py").touch()
    (folder / "tests" / "__init__.py").touch()
    sources = [str(path) for path in kernels.glob("*.c")]
    library = str(kernels / "_kernels.so")
    subprocess.run(["gcc", *FLAGS, *CHECKS, *sources, "-o", library], check=True)
    return folder


def run(folder: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "LD_PRELOAD": str(checker()),
        # Python itself keeps memory until it ends.
        "ASAN_OPTIONS": "detect_leaks=0",
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_the_kernels_stay_within_their_arrays(checked_copy: Path) -> None:
    others = {f"test_{name}.py" for name in ("sanitized", "library", "build")}
    names = {path.name for path in Path(__file__).parent.glob("test_*.py")}
    tests = [f"tests/kernels/{name}" for name in sorted(names - others)]
    done = run(checked_copy, ["-m", "pytest", "-q", "-p", "no:cacheprovider", *tests])
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "passed" in done.stdout


def test_an_access_past_an_array_would_be_noticed(checked_copy: Path) -> None:
    """Or the test above would prove nothing."""
    past = "import numpy as np; from searchsvc.kernels import count_codes as count; "
    past += "count(np.array([9000], np.int32), None, np.zeros(9000, np.uint8), 3)"
    done = run(checked_copy, ["-c", past])
    assert done.returncode != 0 and "heap-buffer-overflow" in done.stderr
