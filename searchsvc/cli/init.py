"""`searchsvc init`: looks at a folder and writes a settings file for it."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import click

from searchsvc.cli.options import DONE, fail


@click.command("init")
@click.argument("corpus", required=False, type=click.Path(path_type=Path, readable=False))
@click.option("--force", is_flag=True, help="Write over a settings file that is there.")
@click.pass_context
def command(context: click.Context, corpus: Path | None, force: bool) -> None:
    """Look at the folder of a site, or at CORPUS in it, and write searchsvc.yaml.

    Asks nothing. Finds the articles of Hugo, Jekyll, Eleventy, Astro, Zola and Pelican, their
    address and their language; an export of WordPress or Ghost that lies there alone is imported
    into `articles`.

    \b
        searchsvc init
        searchsvc init articles
    """
    from searchsvc.importing import NotImported
    from searchsvc.settings import FILE_NAME
    from searchsvc.sites import has_template, look_at, settings_text
    from searchsvc.sites.exports import import_exports

    file = Path(context.obj or FILE_NAME)
    folder = file.absolute().parent
    if file.exists() and not force:
        fail(f"{file} is there already; --force writes over it")
    if corpus is not None and not corpus.is_dir():
        raise click.UsageError(f"no such folder: {corpus}")
    try:
        for told in import_exports(folder) if corpus is None else ():
            click.echo(told, err=True)
        look = look_at(folder, corpus.absolute() if corpus else None)
        text = settings_text(look, folder)
        _write(file, text, force)
    except NotImported as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or file}: {error.strerror or error}")
    click.echo(text, nl=False)
    click.echo(f"\nwritten to {file}", err=True)
    for advice in look.census.advice():
        if "no link" not in advice or not has_template(look):
            click.echo(f"advice: {advice}", err=True)
    config = f"--config {shlex.quote(str(file))} " if context.obj else ""
    if look.census.articles:
        click.echo(f"next:  searchsvc {config}reindex && searchsvc {config}serve", err=True)
    else:
        click.echo(f"no live article was found; next:  searchsvc {config}check", err=True)
    sys.exit(DONE)


def _write(file: Path, text: str, force: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if force else os.O_EXCL)
    with open(os.open(file, flags, 0o644), "w", encoding="utf-8") as stream:
        stream.write(text)
