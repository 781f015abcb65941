"""What a soak found of each promise: kept or broken, one line each."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True, slots=True)
class Promise:
    """`found` is the figure, or what was there instead of what was promised."""

    what: str
    found: object
    is_kept: bool

    def __str__(self) -> str:
        return f"{'kept  ' if self.is_kept else 'BROKEN'}  {self.what}: {self.found}"


def none(what: str, found: Sequence[object]) -> Promise:
    """There may be none of them; the first few that there are, are told."""
    told = f"none of {what}" if not found else f"{len(found)}: {', '.join(map(str, found[:5]))}"
    return Promise(what, told if found else "none", not found)


def at_most(what: str, found: float, limit: float) -> Promise:
    return Promise(what, f"{found:.4g} (at most {limit:.4g})", found <= limit)


def at_least(what: str, found: float, limit: float) -> Promise:
    return Promise(what, f"{found:.4g} (at least {limit:.4g})", found >= limit)


def broken(promises: Sequence[Promise]) -> list[str]:
    return [str(promise) for promise in promises if not promise.is_kept]


def finish(promises: Sequence[Promise]) -> NoReturn:
    for promise in promises:
        print(promise, flush=True)
    sys.exit(1 if broken(promises) else 0)
