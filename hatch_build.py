"""Compiles the kernels when the package is built or installed, for hatchling.

The library lies beside its sources, in a checkout too, so that an editable install finds it. Where
no C compiler is on the path, the one in the package `ziglang` is used, in the build alone.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import platform_tags

FOLDER = Path("searchsvc") / "kernels"
SUFFIX = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
FLAGS = ["-std=c11", "-O3", "-shared", "-fPIC", "-fno-math-errno", "-fvisibility=hidden"]


class KernelsHook(BuildHookInterface[Any]):
    """Puts the compiled library into the wheel, which is then one of this platform."""

    def dependencies(self) -> list[str]:
        return [] if installed_compiler() else ["ziglang"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        library = build(Path(self.root) / FOLDER)
        if version == "editable":
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform()}"
        build_data["force_include"][str(library)] = str(FOLDER / library.name)


def installed_compiler() -> list[str] | None:
    """The command of the C compiler on the path, `$CC` first."""
    named = shlex.split(os.environ.get("CC", ""))
    for command in filter(None, (named, ["cc"], ["gcc"], ["clang"])):
        if shutil.which(command[0]):
            return command
    return None


def platform() -> str:
    """The platform this is built on; manylinux is for a tool that checks it to promise."""
    tags = (tag for tag in platform_tags() if not tag.startswith(("manylinux", "musllinux")))
    return next(tags)


def build(folder: Path) -> Path:
    """Compiles the C files of the folder, unless the library is newer and loads here."""
    library = folder / f"_kernels{SUFFIX}"
    sources = sorted(folder.glob("*.c"))
    if is_current(library, [*sources, *folder.glob("*.h"), Path(__file__)]):
        return library
    # Aside, then in one step: a running service has the old one mapped.
    fresh = library.with_name(f"_building{os.getpid()}{SUFFIX}")
    compiler = installed_compiler() or [sys.executable, "-m", "ziglang", "cc"]
    try:
        subprocess.run([*compiler, *FLAGS, *map(str, sources), "-o", str(fresh)], check=True)
        fresh.replace(library)
    finally:
        fresh.unlink(missing_ok=True)
    return library


def is_current(library: Path, sources: list[Path]) -> bool:
    if not library.exists():
        return False
    if library.stat().st_mtime < max(source.stat().st_mtime for source in sources):
        return False
    try:
        ctypes.CDLL(str(library))
    except OSError:  # of another machine, in a shared or copied checkout
        return False
    return True
