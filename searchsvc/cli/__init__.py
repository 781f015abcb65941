"""The command."""

from searchsvc.cli.commands import main

__all__ = ["main"]
