"""The errors that callers of the package meet; each says what to do."""

from __future__ import annotations

from dataclasses import dataclass


class SearchsvcError(Exception):
    """Base of all of them."""


@dataclass(frozen=True, slots=True)
class ParameterError:
    """One wrong parameter: its name, what was given, what it takes."""

    parameter: str
    got: str
    takes: str

    def __str__(self) -> str:
        return f"{self.parameter}: got {self.got!r}, takes {self.takes}"


class InvalidRequest(SearchsvcError):
    """A question that cannot be asked; `errors` names every wrong parameter."""

    def __init__(self, errors: tuple[ParameterError, ...]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = errors


class NoIndex(SearchsvcError):
    """There is no published index yet, or it cannot be read; the message says what to run."""


class ClusterAway(NoIndex):
    """The cluster that holds the index cannot be asked now; the message says what to look at."""


class InvalidSettings(SearchsvcError):
    """A wrong name or value in the settings; the message names the file and line."""


class Locked(SearchsvcError):
    """Another run holds the lock of the index."""
