"""`searchsvc import`: feeds and exports become files of articles."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from searchsvc.cli.options import DONE, json_option, print_json, refuse

KINDS = ("rss", "wordpress", "ghost", "jsonl")


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@json_option
def command(kind: str, source: Path, out: Path, as_json: bool) -> None:
    """Write the articles of SOURCE, a file or a folder, as files into OUT, a corpus.

    Feeds (RSS, Atom), exports of WordPress and Ghost, JSON with an object a line; also as .gz and
    .zip. Nothing is fetched. Who imports again changes only files whose article has changed.

    \b
        searchsvc import wordpress export.xml articles
        searchsvc import jsonl articles.jsonl.gz articles
    """
    from searchsvc.importing import NotImported, entries_of, write_entries
    from searchsvc.importing.entry import SkippedEntries

    skipped = SkippedEntries()
    try:
        report = write_entries(entries_of(kind, source, skipped), out, skipped)
    except NotImported as error:
        refuse(str(error), as_json=as_json)
    for line in report.skipped:
        click.echo(f"skipped  {printable(line)}", err=True)
    counts = f"{report.written:,} written, {report.unchanged:,} unchanged"
    click.echo(f"{counts}, {len(report.skipped):,} skipped ({out})", err=True)
    if as_json:
        print_json(report.to_json())
    sys.exit(DONE)


def printable(text: str) -> str:
    from searchsvc.articles.rejection import printable

    return printable(text)
