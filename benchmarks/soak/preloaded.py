"""Imported once by the process that commands are forked from, so that a run is all work."""

from searchsvc.cli import main
from searchsvc.index import whoosh_adapter
from searchsvc.publish import builder, canary, doctor, reindex

__all__ = ["builder", "canary", "doctor", "main", "reindex", "whoosh_adapter"]
