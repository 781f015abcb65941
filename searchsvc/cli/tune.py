"""`searchsvc tune`: settings by which judged articles stand further up."""

from __future__ import annotations

from pathlib import Path

import click

from searchsvc.cli.evaluate import FILE, opened
from searchsvc.cli.options import fail, index_option, load_settings


@click.command("tune")
@click.argument("queries", type=FILE)
@click.option("--qrels", metavar="FILE", type=FILE, help="Judgements, if QUERIES has none.")
@index_option
@click.pass_context
def command(context: click.Context, queries: Path, qrels: Path | None, index: str | None) -> None:
    """Search boosts and weights by half of the judged QUERIES; print the settings to paste.

    They are printed only if the other half of the queries gains as well; exits with 1 if not.

    \b
        searchsvc tune queries.yaml >> searchsvc.yaml
    """
    from searchsvc.errors import SearchsvcError
    from searchsvc.evaluation import tune
    from searchsvc.evaluation.tuning import FEWEST_QUERIES

    settings = load_settings(context, index=index).settings
    try:
        judgements, system = opened(queries, qrels, settings)
        if len(judgements.queries) < FEWEST_QUERIES:
            fail(f"{queries}: tuning needs at least {FEWEST_QUERIES} judged queries")
        tuned = tune(system, judgements, settings, lambda line: click.echo(line, err=True))
    except SearchsvcError as error:
        fail(str(error))
    for half, (before, after) in (("searched", tuned.seen), ("other", tuned.unseen)):
        click.echo(f"nDCG@10 of the {half} half: {before:.4f} -> {after:.4f}", err=True)
    if not tuned.changed:
        fail("nothing better was found; the settings stay")
    if not tuned.is_accepted:
        fail("what was found gains nothing on the other half of the queries; the settings stay")
    click.echo(f"by chance with p = {tuned.comparison.p:.3f}", err=True)
    for name, value in tuned.changed.items():
        click.echo(f"{name}: {value:g}")
