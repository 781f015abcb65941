"""`searchsvc remove`: takes articles down, and keeps them down."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from searchsvc.cli.options import (
    DONE,
    LOCKED,
    REFUSED,
    fail,
    index_option,
    json_option,
    print_json,
    settings_of,
)

if TYPE_CHECKING:
    from searchsvc.publish.takedown import Takedown
    from searchsvc.settings import Settings


@click.command("remove")
@click.argument("ids", nargs=-1, metavar="ID...")
@index_option
@click.option("--undo", is_flag=True, help="Let the next reindex bring them back.")
@click.option("--list", "as_list", is_flag=True, help="Print what is taken down and since when.")
@click.option("--purge", is_flag=True, help="Leave none of their words in any file of the index.")
@click.option("--force", is_flag=True, help="Also ids that no file has yet.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    /,
    ids: tuple[str, ...],
    index: str | None,
    undo: bool,
    as_list: bool,
    purge: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Take articles down at once, and keep them down through every reindex.

    Running servers hide them with the next request. --purge also works alone, for all that is
    taken down. Exits with 1 if an id is unknown, with 3 when another run is at work for so long
    that the articles are hidden but not yet out of the index.

    \b
        searchsvc remove 2020/azure-supercomputer
        searchsvc remove --list
        searchsvc remove 2020/azure-supercomputer --undo
    """
    if as_list and (ids or undo or purge or force) or undo and (purge or force):
        raise click.UsageError("give --list alone; --undo takes neither --purge nor --force")
    if not (ids or as_list or purge):
        raise click.UsageError("name the articles, by their ids")
    settings = settings_of(context, index=index)
    from searchsvc.publish import takedown
    from searchsvc.publish.removals import RemovalsLost

    if as_list:
        _list(settings.index, as_json)
        return
    try:
        if undo:
            report = takedown.bring_back(settings, ids)
        else:
            report = takedown.take_down(settings, ids, purge=purge, force=force)
    except RemovalsLost as error:
        report = takedown.Takedown("refused", str(error))
    except OSError as error:
        report = takedown.Takedown("refused", f"{settings.index}: {error.strerror or error}")
    _tell(report, settings, undo)
    if as_json:
        print_json(report.to_json())
    if report.status == "pending":
        sys.exit(LOCKED)
    sys.exit(REFUSED if report.status == "refused" or report.unknown else DONE)


def _list(index: Path, as_json: bool) -> None:
    from searchsvc.publish.generations import IndexFolder
    from searchsvc.publish.removals import RemovalsLost, removals

    folder = IndexFolder(index)
    try:
        found = removals(folder)
    except RemovalsLost as error:
        fail(str(error))
    if not found and not folder.generations.is_dir():
        fail(f"there is no index in {index}")
    if as_json:
        rows = [
            {"id": article_id, "since": removal.since, "purged": removal.purged}
            for article_id, removal in found.items()
        ]
        print_json({"removed": rows})
        return
    for article_id, removal in found.items():
        purged = f", purged {removal.purged}" if removal.purged else ""
        click.echo(f"{article_id}  since {removal.since}{purged}")


def _tell(report: Takedown, settings: Settings, undo: bool) -> None:
    for article_id in report.removed:
        click.echo(f"removed  {article_id}", err=True)
    for article_id in report.undone:
        click.echo(f"undone  {article_id}; the next `searchsvc reindex` brings it back", err=True)
    for article_id in report.unknown:
        click.echo(_unknown(article_id, settings, undo), err=True)
    if report.purged:
        click.echo("purged: none of their words is left in the index folder", err=True)
    outcome = f"{report.status}: {report.reason}" if report.reason else report.status
    click.echo(
        f"{outcome} ({report.generation or 'no new index'}, {report.seconds:.1f} s)", err=True
    )


def _unknown(article_id: str, settings: Settings, undo: bool) -> str:
    if undo:
        return f"unknown  {article_id}: it is not taken down; `--list` prints what is"
    from searchsvc.publish.takedown import nearest

    near = nearest(settings, article_id)
    hint = f"; did you mean {near}?" if near else ""
    return f"unknown  {article_id}: no file has this id{hint} (--force keeps it out in any case)"
