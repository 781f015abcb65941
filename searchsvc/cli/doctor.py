"""`searchsvc doctor`: what is wrong with the index folder, and mends it."""

from __future__ import annotations

import sys

import click

from searchsvc.cli.options import (
    DONE,
    LOCKED,
    REFUSED,
    fail,
    index_option,
    json_option,
    print_json,
    refuse_for_cluster,
    settings_of,
)


@click.command("doctor")
@index_option
@click.option("--fix", is_flag=True, help="Mend what can be mended.")
@json_option
@click.pass_context
def command(context: click.Context, index: str | None, fix: bool, as_json: bool) -> None:
    """Say what is wrong with the index folder, a line each, and what to do about it.

    Nothing is changed without --fix. Exits with 0 if nothing is wrong, or no longer, else with 1;
    with 3 when another run is at work and something is to be mended.

    \b
        searchsvc doctor
        searchsvc doctor --fix
    """
    settings = settings_of(context, index=index)
    refuse_for_cluster(settings, "`searchsvc check --index` looks at it")
    from searchsvc.errors import Locked
    from searchsvc.publish.doctor import examine

    try:
        diagnosis = examine(settings, fix=fix)
    except Locked as error:
        fail(str(error), LOCKED)
    except OSError as error:
        fail(f"{settings.index}: {error.strerror or error}")
    for line in diagnosis.lines():
        click.echo(line, err=as_json)
    if as_json:
        print_json(diagnosis.to_json())
    sys.exit(REFUSED if diagnosis.findings else DONE)
