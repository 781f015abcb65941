"""`searchsvc path`: the folder of the live generation."""

from __future__ import annotations

import click

from searchsvc.cli.options import fail, index_option, refuse_for_cluster, settings_of


@click.command("path")
@index_option
@click.pass_context
def command(context: click.Context, index: str | None) -> None:
    """Print the live generation's folder, a Whoosh index.

    \b
        python -c 'import sys, whoosh.index; print(whoosh.index.open_dir(sys.argv[1]))' \\
            "$(searchsvc path)"
    """
    settings = settings_of(context, index=index)
    refuse_for_cluster(settings, "there is no folder of it")
    from searchsvc.errors import NoIndex
    from searchsvc.publish.generations import IndexFolder

    folder = IndexFolder(settings.index)
    try:
        name = folder.current()
    except NoIndex as error:
        fail(str(error))
    if name is None:
        fail(f"there is no index in {folder.root} yet; run `searchsvc reindex`")
    if not folder.path(name).is_dir():
        fail(f"{folder.path(name)} is missing; run `searchsvc reindex`")
    click.echo(folder.path(name).resolve())
