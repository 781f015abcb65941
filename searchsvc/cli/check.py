"""`searchsvc check`: validates articles and editors' files, or verifies the live index."""

from __future__ import annotations

import sys

import click

from searchsvc.cli.options import (
    DONE,
    REFUSED,
    corpus_argument,
    fail,
    json_option,
    print_json,
    settings_of,
)


@click.command("check")
@corpus_argument
@click.option(
    "--index",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[DIR]",
    help="Verify the live index instead.",
)
@json_option
@click.pass_context
def command(context: click.Context, corpus: str | None, index: str | None, as_json: bool) -> None:
    """Validate the articles in CORPUS and the editors' files, or with --index the live index.

    Says which keys of the files are read as what, and which are not.

    Exits with 1 if it found faults.

    \b
        searchsvc check corpus
        searchsvc check --index
    """
    if index is not None and corpus is not None:
        raise click.UsageError("give a corpus or --index, not both")
    settings = settings_of(context, corpus=corpus, index=index or None)
    if index is None and not settings.corpus.is_dir():
        raise click.UsageError(f"no such folder: {settings.corpus}")
    from searchsvc.publish.check import CorpusCheck, check_corpus, check_index

    try:
        report = check_corpus(settings) if index is None else check_index(settings)
    except OSError as error:
        fail(f"{settings.corpus if index is None else settings.index}: {error.strerror or error}")
    if isinstance(report, CorpusCheck):
        for line in report.census.lines():
            click.echo(line, err=as_json)
    for line in report.lines():
        click.echo(line, err=as_json)
    if as_json:
        print_json(report.to_json())
    sys.exit(REFUSED if report.has_faults else DONE)
