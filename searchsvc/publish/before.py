"""What was live before a run: what its report counts against, and what it may carry over.

Several things tell it, as any of them may be lost: the state of the live generation, the record
that is kept beside CURRENT, the states of older generations.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from math import isfinite
from typing import Any, Protocol

import numpy as np
import orjson

from searchsvc.analysis import ANALYSIS_VERSION
from searchsvc.articles.listing import Outcome
from searchsvc.durable import write_atomically
from searchsvc.errors import NoIndex
from searchsvc.index.manifest import MANIFEST, Manifest, read_manifest, verify
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.state import CorpusState, FileState
from searchsvc.settings import Settings

LIVE = "LIVE"
_READ_WITH = ("language", "fields")
"""What of `built_with` no run changes without a person's word."""
_ALWAYS = float("inf")
"""The time of a state whose own is lost: nothing in it is held."""


def built_with(settings: Settings) -> dict[str, str]:
    """What an index depends on: if any of it differs, the next run reads everything anew.

    Weights of fields are not among it: they are applied to what is carried over.
    """
    return {
        "whoosh": version("whoosh"),
        "pystemmer": version("pystemmer"),
        "analysis": str(ANALYSIS_VERSION),
        "language": settings.language,
        "timezone": str(settings.timezone),
        "fields": str(settings.conventions),
        "bodies": str(settings.index_body),
    }


class Built(Protocol):
    """What is known of an index that can be added to."""

    @property
    def weights(self) -> Sequence[float]:
        """Of the text fields."""


@dataclass(frozen=True, slots=True)
class Before:
    """What a run finds.

    name       the live generation, if there is one
    manifest   of that generation, if it can be added to
    state      what was published at `clock` (epoch seconds)
    language   of the articles, None where nothing tells
    fields     how their files were read (`Conventions` as text), None where nothing tells
    is_lost    there is an index, and nothing tells what was live in it
    """

    name: str | None
    manifest: Built | None
    state: CorpusState
    clock: float
    language: str | None
    is_lost: bool
    fields: str | None = None

    @property
    def carried(self) -> CorpusState:
        """What the run need not read again."""
        return self.state if self.manifest else CorpusState.of(())


@dataclass(frozen=True, slots=True)
class _Record:
    """The file LIVE: the articles that were published, as paths may since have changed by id."""

    generation: str
    built_with: dict[str, str]
    ids: list[str]

    @classmethod
    def load(cls, folder: IndexFolder) -> _Record | None:
        try:
            fields: dict[str, Any] = orjson.loads((folder.root / LIVE).read_bytes())
            packed = zlib.decompress(base64.b64decode(fields["ids"], validate=True))
            ids = packed.decode().split("\0") if packed else []
            if len(ids) == fields["articles"]:
                told = {key: str(fields[key]) for key in _READ_WITH if key in fields}
                return cls(str(fields["generation"]), told, ids)
        except (OSError, ValueError, TypeError, KeyError, zlib.error):
            pass
        return None

    def state(self) -> CorpusState:
        """As if each had been published from a file of no suffix."""
        return CorpusState.of(FileState(f"{i}.", -1, 0, Outcome.PUBLISHED) for i in self.ids)


def is_recorded(folder: IndexFolder, name: str) -> bool:
    record = _Record.load(folder)
    return record is not None and record.generation == name


def record_live(
    folder: IndexFolder, name: str, built_with: Mapping[str, str], state: CorpusState
) -> None:
    """Keeps beside CURRENT what is published with a generation, and how its files were read."""
    ids = state.ids(np.flatnonzero(state.having(Outcome.PUBLISHED)).tolist())
    packed = zlib.compress("\0".join(ids).encode(), 1)
    fields = {
        "generation": name,
        "articles": len(ids),
        **{key: built_with[key] for key in _READ_WITH if key in built_with},
        "ids": base64.b64encode(packed).decode(),
    }
    write_atomically(folder.root / LIVE, orjson.dumps(fields) + b"\n")


def find_before(folder: IndexFolder, settings: Settings, *, full: bool) -> Before:
    """What is live, and whether the next generation can begin from it."""
    name = folder.named()
    told = manifest_fields(folder, name) if name else {}
    state = CorpusState.load(folder.path(name)) if name else None
    manifest = None
    is_lost, clock = False, _clock(told)
    if state is None:
        state, is_lost = _from_memory(folder)
        clock = _ALWAYS
    elif name and not full:
        manifest = _manifest(folder, name, settings)
    read_with = _read_with(folder, told)
    return Before(
        *(name, manifest, state, clock, read_with.get("language")),
        is_lost=is_lost,
        fields=read_with.get("fields"),
    )


def _from_memory(folder: IndexFolder) -> tuple[CorpusState, bool]:
    """What was live where the live generation does not tell, and whether that is lost."""
    if record := _Record.load(folder):
        return record.state(), False
    others = folder.whole()
    for other in others:
        if (state := CorpusState.load(folder.path(other))) is not None:
            return state, False
    return CorpusState.of(()), bool(others) or folder.was_published()


def _read_with(folder: IndexFolder, told: dict[str, Any]) -> dict[str, str]:
    """How the live articles were read: the live manifest, then LIVE, then older ones tell it."""
    found = _built_with(told)
    if all(key in found for key in _READ_WITH):
        return found
    record = _Record.load(folder)
    others = [_built_with(manifest_fields(folder, other)) for other in folder.whole()]
    for other in (record.built_with if record else {}, *others):
        found = {**other, **found}
    return found


def _manifest(folder: IndexFolder, name: str, settings: Settings) -> Manifest | None:
    """None if the generation is damaged or was built otherwise: everything is built anew."""
    try:
        manifest = read_manifest(folder.path(name))
        if manifest.built_with == built_with(settings):
            verify(folder.path(name), manifest.files)
            return manifest
    except NoIndex:
        pass
    return None


def manifest_fields(folder: IndexFolder, name: str) -> dict[str, Any]:
    """What a manifest says, of whatever format it is; nothing if it cannot be read."""
    try:
        content = (folder.path(name) / MANIFEST).read_bytes()
        found = orjson.loads(content.rstrip().rpartition(b"\n")[0])
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def _clock(told: dict[str, Any]) -> float:
    clock = told.get("clock")
    if isinstance(clock, int | float) and not isinstance(clock, bool) and isfinite(clock):
        return float(clock)
    return _ALWAYS


def _built_with(told: dict[str, Any]) -> dict[str, str]:
    given = told.get("built_with")
    pairs = given.items() if isinstance(given, dict) else ()
    return {name: value for name, value in pairs if isinstance(value, str)}
