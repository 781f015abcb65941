"""Processes of their own that have nothing left to import: forked from one that has it all."""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from typing import Any

_forked = multiprocessing.get_context("forkserver")
_forked.set_forkserver_preload(["tests.preloaded"])


def start(target: Any, *arguments: object) -> ForkServerProcess:
    process = _forked.Process(target=target, args=arguments)
    process.start()
    return process


def run_command(
    folder: Path, aside: Path, arguments: tuple[str, ...], environment: dict[str, str]
) -> CompletedProcess[str]:
    """Runs `searchsvc` in a folder, with nothing but this environment; what it prints goes aside.

    As a program does: with handles, a working folder and an exit code of its own.
    """
    printed = aside / "stdout", aside / "stderr"
    process = start(_command, folder, printed, arguments, environment)
    process.join(60)
    if process.exitcode is None:
        process.kill()
        raise TimeoutExpired(arguments, 60)
    out, err = (path.read_text("utf-8") for path in printed)
    return CompletedProcess(arguments, process.exitcode, out, err)


def _command(
    folder: Path,
    printed: tuple[Path, Path],
    arguments: tuple[str, ...],
    environment: dict[str, str],
) -> None:
    from searchsvc.cli import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin = open(os.devnull)
    for path, stream in zip(printed, (sys.stdout, sys.stderr), strict=True):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, stream.fileno())
        os.close(handle)
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=False)
    main(list(arguments), prog_name="searchsvc")
