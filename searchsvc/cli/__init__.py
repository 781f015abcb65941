"""The `searchsvc` command: one module for each of its commands.

A module imports what its command works with only when that runs, so that `--help` is quick.
"""

from __future__ import annotations

import atexit
import gc
from pathlib import Path

import click

from searchsvc.cli import (
    check,
    doctor,
    evaluate,
    import_articles,
    init,
    path,
    reindex,
    remove,
    report,
    rollback,
    search,
    serve,
    show_settings,
    suggest,
    tune,
    watch,
)
from searchsvc.logs import LineFormatter, log_as

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", metavar="FILE", type=click.Path(path_type=Path), help="Settings file.")
@click.version_option(package_name="searchsvc", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """Full-text search for news sites: a folder of articles in, ranked answers out.

    \b
        searchsvc reindex corpus
        searchsvc serve
        curl 'http://127.0.0.1:8000/search?q=supercomputer'
    """
    context.obj = config
    log_as(LineFormatter())
    # The process ends soon: a last search for cycles would only delay it.
    atexit.register(gc.freeze)


for module in (
    reindex,
    serve,
    search,
    suggest,
    check,
    remove,
    rollback,
    doctor,
    evaluate,
    tune,
    watch,
    report,
    show_settings,
    init,
    import_articles,
    path,
):
    main.add_command(module.command)
