"""`searchsvc watch`: reindexes as files change."""

from __future__ import annotations

import os
import signal
from importlib.util import find_spec
from types import FrameType
from typing import NoReturn

import click

from searchsvc.cli.options import (
    USAGE,
    Said,
    corpus_argument,
    fail,
    index_option,
    log_json_option,
    settings_of,
    teller,
)
from searchsvc.extras import how_to_install


@click.command("watch")
@corpus_argument
@index_option
@log_json_option
@click.pass_context
def command(context: click.Context, corpus: str | None, index: str | None, log_json: bool) -> None:
    """Bring the index up to date with CORPUS now, and whenever a file of it changes.

    Tells of each run on stderr. Other runs may be made meanwhile; refusals hold. Ctrl-C or SIGTERM
    ends it. Needs the package watchfiles, of the extra `watch`.

    \b
        searchsvc watch corpus
        searchsvc watch /srv/news/articles --index /srv/news/index
    """
    tell = teller(log_json)

    def say(line: str) -> None:
        event = line.split(maxsplit=1)[0].rstrip(":")
        level = "warning" if event in ("refused", "rejected") else "info"
        tell(Said(level, event, line))

    settings = settings_of(context, corpus=corpus, index=index)
    if find_spec("watchfiles") is None:
        fail(f"watch needs the package watchfiles: {how_to_install('watch')}", USAGE)
    if not os.path.isdir(settings.corpus):  # also one that is out of reach
        raise click.UsageError(f"no such folder: {settings.corpus}")
    from searchsvc.publish.watch import CannotWatch, watch

    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)  # a shell has background jobs ignore it
    try:
        watch(settings, say)
    except KeyboardInterrupt:
        say("stopped")
    except CannotWatch as error:
        fail(str(error))


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
