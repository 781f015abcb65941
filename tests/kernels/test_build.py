"""The compiled part of the package: how it is built, and what is in the archives."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path.name for path in (ROOT / "searchsvc" / "kernels").glob("*.[ch]"))


def load_hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hook: Any = load_hook()
LIBRARY = f"_kernels{hook.SUFFIX}"


def checkout(folder: Path) -> Path:
    """What a fresh checkout has of the package."""
    folder.mkdir()
    for name in "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".gitignore":
        shutil.copy(ROOT / name, folder)
    left_out = shutil.ignore_patterns("__pycache__", LIBRARY)
    shutil.copytree(ROOT / "searchsvc", folder / "searchsvc", ignore=left_out)
    return folder


def build(folder: Path, target: str, out: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(out)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (built,) = out.iterdir()
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    source = checkout(folder / "source")
    # What lies in a checkout that has been built in place is no source.
    (source / "searchsvc" / "kernels" / LIBRARY).write_bytes(b"built")
    return build(source, "sdist", folder / "out")


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the sdist, as pip does where it has no wheel."""
    if not hook.installed_compiler():
        pytest.skip("a C compiler is needed; ziglang is too large for a test")
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return build(source, "wheel", folder / "out")


def test_the_sdist_has_the_sources_and_the_hook_but_nothing_compiled(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert "hatch_build.py" in names
    assert {f"searchsvc/kernels/{name}" for name in SOURCES} <= names
    assert not [name for name in names if name.endswith((".so", ".dylib", ".dll"))]


def test_the_wheel_is_of_this_platform_and_of_any_python(wheel: Path) -> None:
    _, _, python, abi, platform = wheel.stem.split("-")
    assert (python, abi) == ("py3", "none")
    assert platform != "any"
    with zipfile.ZipFile(wheel) as archive:
        assert f"searchsvc/kernels/{LIBRARY}" in archive.namelist()
        (metadata,) = [name for name in archive.namelist() if name.endswith("/WHEEL")]
        assert "Root-Is-Purelib: false" in archive.read(metadata).decode()


def test_the_wheel_has_what_serves_and_what_pages_are_made_of(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    web = ROOT / "searchsvc" / "web"
    files = [path for name in ("static", "templates") for path in (web / name).rglob("*.*")]
    assert {"searchsvc/wsgi.py", *(str(path.relative_to(ROOT)) for path in files)} <= names


def test_the_wheel_works_where_there_is_no_compiler(wheel: Path, tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    install = [*pip, "install", "-q", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, env={**os.environ, "PATH": ""})
    # numpy is the one of this environment.
    (site,) = folder.rglob("site-packages")
    (site / "numpy.pth").write_text(str(Path(np.__file__).parents[1]))
    program = "import numpy as np; from searchsvc import kernels; print(kernels.__file__); "
    program += "print(kernels.lowest(np.arange(3, dtype='i4'), np.array([2, 0, 1], 'i4'), 2))"
    run = [str(python), "-c", program]
    out = subprocess.check_output(run, cwd=tmp_path, env={"PATH": ""}, text=True)
    assert out.splitlines() == [str(site / "searchsvc" / "kernels" / "__init__.py"), "[1 2]"]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would compile, each of which writes a file instead."""
    commands: list[list[str]] = []

    def write(command: list[str], check: bool) -> None:
        commands.append(command)
        Path(command[-1]).write_bytes(b"built")

    monkeypatch.setattr(hook.subprocess, "run", write)
    return commands


@pytest.fixture
def kernels(tmp_path: Path) -> Path:
    """The folder of the kernels, the library in it newer than its sources."""
    folder = tmp_path / "kernels"
    shutil.copytree(ROOT / "searchsvc" / "kernels", folder)
    os.utime(folder / LIBRARY, (2**31, 2**31))
    return folder


def test_a_library_that_is_up_to_date_is_not_built_again(
    kernels: Path, commands: list[list[str]]
) -> None:
    assert hook.build(kernels) == kernels / LIBRARY
    assert not commands


def test_a_library_older_than_a_source_is_built_again(
    kernels: Path, commands: list[list[str]]
) -> None:
    os.utime(kernels / LIBRARY, (0, 0))
    hook.build(kernels)
    assert len(commands) == 1 and (kernels / LIBRARY).read_bytes() == b"built"
    assert not list(kernels.glob("_building*"))


def test_a_library_of_another_machine_is_built_again(
    kernels: Path, commands: list[list[str]]
) -> None:
    (kernels / LIBRARY).write_bytes(b"of another machine")
    os.utime(kernels / LIBRARY, (2**31, 2**31))
    hook.build(kernels)
    assert len(commands) == 1


def test_the_compiler_named_by_the_environment_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "cc", "mycc":
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CC", "mycc -m64")
    assert hook.installed_compiler() == ["mycc", "-m64"]
    monkeypatch.setenv("CC", "absent")
    assert hook.installed_compiler() == ["cc"]
    monkeypatch.delenv("CC")
    assert hook.installed_compiler() == ["cc"]


def test_ziglang_is_asked_for_only_where_there_is_no_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = hook.KernelsHook(str(ROOT), {}, None, None, str(tmp_path), "wheel")
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert plugin.dependencies() == ["ziglang"]
    (tmp_path / "gcc").write_text("")
    (tmp_path / "gcc").chmod(0o755)
    assert plugin.dependencies() == []
