"""Imported once by the process that others are forked from, so that they are all work."""

from searchsvc import cli, engine
from searchsvc.cli import check, doctor, reindex, remove, rollback, search, suggest
from searchsvc.publish import canary
from searchsvc.publish import reindex as publish_reindex

__all__ = [
    "canary", "check", "cli", "doctor", "engine", "publish_reindex", "reindex", "remove",
    "rollback", "search", "suggest",
]  # fmt: skip
