"""`searchsvc rollback`: makes the previous generation live."""

from __future__ import annotations

import sys

import click

from searchsvc.cli.options import (
    DONE,
    LOCKED,
    REFUSED,
    index_option,
    json_option,
    print_json,
    refuse_for_cluster,
    settings_of,
)


@click.command("rollback")
@index_option
@json_option
@click.pass_context
def command(context: click.Context, index: str | None, as_json: bool) -> None:
    """Make the previous generation live, and keep it so.

    Later reindexes are refused until one is run with --forward. The generation that was live is
    removed. Exits with 1 when there is none to return to, with 3 when another run is at work.

    \b
        searchsvc rollback
        searchsvc reindex corpus --forward
    """
    settings = settings_of(context, index=index)
    refuse_for_cluster(settings, "`searchsvc reindex --full` builds a new one beside it")
    from searchsvc.errors import Locked
    from searchsvc.publish.removals import RemovalsLost
    from searchsvc.publish.rollback import Rollback, rollback

    code = REFUSED
    try:
        report = rollback(settings)
    except Locked as error:
        report, code = Rollback("refused", str(error), None), LOCKED
    except RemovalsLost as error:
        report = Rollback("refused", str(error), None)
    except OSError as error:
        reason = f"{settings.index}: {error.strerror or error}"
        report = Rollback("refused", reason, None)
    if report.status == "done":
        code = DONE
        click.echo(
            f"{report.generation} is live, {report.articles:,} articles; {report.left} is gone.\n"
            "Reindexes leave it so until you run `searchsvc reindex --forward`.",
            err=True,
        )
    else:
        click.echo(f"refused: {report.reason}", err=True)
    if as_json:
        print_json(report.to_json())
    sys.exit(code)
