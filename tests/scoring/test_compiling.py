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


TOGETHER = """
import sys
from pathlib import Path
from searchsvc.scoring import kernels
from searchsvc.scoring.kernels import compiling, together
together._cores = lambda: 2
if sys.argv[2:]:
    together.__name__ = "no.such.module"  # what helps dies at once
kernels.set_cache_dir(Path(sys.argv[1]))
names = ["count_live", "mark", "keep", "best_of_range", "add_optional"]
together.compile_in_turn(names, kernels.__getattr__)
for name in names:
    kernel = getattr(kernels, name)
    assert len(kernel.signatures) == 1
    print(name, "compiled" if kernel.stats.cache_misses else "loaded")
"""


def compile_together(folder: Path, *flags: str) -> list[str]:
    command = [sys.executable, "-c", TOGETHER, str(folder), *flags]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def run(folder: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", USE, folder], capture_output=True, text=True, check=True
    )


def test_a_folder_keeps_compiled_kernels(tmp_path: Path) -> None:
    run(str(tmp_path))
    assert list(tmp_path.rglob("*.nbi"))


def test_with_no_folder_to_write_kernels_are_compiled_in_memory() -> None:
    assert "set cache_dir to a writable folder" in run("").stderr


def test_processes_compile_together_and_find_everything_the_next_time(tmp_path: Path) -> None:
    first = compile_together(tmp_path)
    assert first[:2] == ["count_live compiled", "mark compiled"]
    names = {path.name.partition(".")[2].partition("-")[0] for path in tmp_path.rglob("*.nbi")}
    assert {"count_live", "mark", "keep", "best_of_range", "add_optional"} <= names
    assert all(line.endswith(" loaded") for line in compile_together(tmp_path))


def test_helpers_that_die_leave_the_work_to_the_one_they_help(tmp_path: Path) -> None:
    lines = compile_together(tmp_path, "alone")
    assert [line.split()[1] for line in lines] == ["compiled"] * 5


def test_importing_a_module_for_its_parts_compiles_none_of_its_kernels() -> None:
    script = "from searchsvc.scoring.kernels import words; print(words.all_words.signatures)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "[]\n"
