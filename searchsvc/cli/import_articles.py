"""`searchsvc import`: feeds and exports become files of articles."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from searchsvc.cli.options import DONE, fail, json_option, print_json

KINDS = ("rss", "wordpress", "ghost", "jsonl")


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("source", type=click.Path(path_type=Path, readable=False))
@click.argument("out", type=click.Path(path_type=Path, readable=False))
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
        fail(str(error))
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
