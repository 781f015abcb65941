"""Imported once by the process that runs are forked from, so that a run is all work."""

from searchsvc.publish import reindex
from searchsvc.scoring.kernels import compile_all

__all__ = ["reindex"]

compile_all()
