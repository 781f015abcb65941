"""Imported once by the process that runs are forked from, so that a run is all work."""

from searchsvc.publish import canary, reindex

__all__ = ["canary", "reindex"]
