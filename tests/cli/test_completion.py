"""Completion by click, in real shells, by the lines of docs/operations.md."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT


def _line(shell: str) -> str:
    """What the documentation says to put into the shell's start-up file."""
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    (line,) = re.findall(rf"^.*_SEARCHSVC_COMPLETE={shell}_source.*$", text, re.MULTILINE)
    return str(line).strip()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """With the command on the path, and nothing of the person who runs the tests."""
    shim = tmp_path / "searchsvc"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m searchsvc "$@"\n')
    shim.chmod(0o755)
    return {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "TERM": "dumb",
    }


def _shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name} (apt: {name})")
    return found


def test_bash_completes_commands_and_options(environment: dict[str, str]) -> None:
    script = f"""
        {_line("bash")}
        complete -p searchsvc
        COMP_WORDS=(searchsvc ro) COMP_CWORD=1; _searchsvc_completion searchsvc
        echo "${{COMPREPLY[@]}}"
        COMP_WORDS=(searchsvc reindex --max-re) COMP_CWORD=2; COMPREPLY=()
        _searchsvc_completion searchsvc
        echo "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        [_shell("bash"), "--norc", "-c", script], env=environment, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[1:] == ["rollback", "--max-rejects --max-removals"]


def test_fish_completes_commands_and_options(environment: dict[str, str]) -> None:
    script = f"""
        {_line("fish")}
        complete --do-complete "searchsvc ro"
        complete --do-complete "searchsvc reindex --max-re"
    """
    done = subprocess.run(
        [_shell("fish"), "--no-config", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
    )
    words = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert words == ["rollback", "--max-rejects", "--max-removals"], done.stderr


def test_zsh_completes_at_its_prompt(environment: dict[str, str]) -> None:
    zsh = _shell("zsh")
    process, terminal = pty.fork()
    if process == 0:
        os.execve(zsh, [zsh, "-f", "-i"], environment)
    try:
        _type(terminal, "PS1='% '; autoload -Uz compinit; compinit -u\n", until=b"% ")
        _type(terminal, f"{_line('zsh')}; echo re''ady\n", until=b"ready")
        shown = _type(terminal, "echo; searchsvc rollb\t", until=b"rollback")
        assert b"searchsvc rollback" in shown
    finally:
        os.kill(process, 9)
        os.waitpid(process, 0)
        os.close(terminal)


def _type(terminal: int, text: str, until: bytes) -> bytes:
    """What the terminal shows from then on."""
    os.write(terminal, text.encode())
    shown, deadline = b"", time.monotonic() + 20
    while until not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 4096)
    return shown


def test_folders_are_completed_as_paths(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "searchsvc"],
        env={
            **environment,
            "_SEARCHSVC_COMPLETE": "bash_complete",
            "COMP_WORDS": "searchsvc reindex cor",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        text=True,
    )
    assert done.stdout == "file,cor\n"
