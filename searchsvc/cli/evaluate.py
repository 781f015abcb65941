"""`searchsvc evaluate`: how good the results are, by judged queries."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from searchsvc.cli.options import (
    DONE,
    REFUSED,
    fail,
    index_option,
    json_option,
    load_settings,
    print_json,
)

if TYPE_CHECKING:
    from searchsvc.evaluation import Judgements, Measured, System

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("evaluate")
@click.argument("queries", type=FILE)
@click.option("--qrels", metavar="FILE", type=FILE, help="Judgements, if QUERIES has none.")
@click.option("--against", metavar="SETTINGS", type=FILE, help="Other settings to compare with.")
@click.option("--fail-under", metavar="N", type=float, help="Exit with 1 if nDCG@10 is lower.")
@index_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    queries: Path,
    qrels: Path | None,
    against: Path | None,
    fail_under: float | None,
    index: str | None,
    as_json: bool,
) -> None:
    """Measure the live index by the judged QUERIES: nDCG@10, MAP, MRR and recall@100.

    QUERIES is a YAML file (a query, and the ids of its articles below it), a file of lines with an
    id, a tab and a query, or TREC topics; the latter two need --qrels.

    \b
        searchsvc evaluate queries.yaml
        searchsvc evaluate topics.tsv --qrels qrels.txt --against other.yaml --fail-under 0.6
    """
    from searchsvc.errors import SearchsvcError
    from searchsvc.evaluation import MEASURES, compare, measure

    settings = load_settings(context, index=index).settings
    report: dict[str, Any] = {}
    try:
        judgements, system = opened(queries, qrels, settings)
        measured = measure(judgements, system.rank(judgements.queries, settings))
        report |= {"means": measured.means, "queries": measured.values}
        if against is not None:
            from searchsvc.settings import load

            other = measure(judgements, system.rank(judgements.queries, load(against).settings))
            found = {name: compare(measured, other, name) for name in MEASURES}
            report["against"] = {"means": other.means, "queries": other.values}
            report["comparison"] = {
                name: {"difference": of.difference, "p": of.p, "better": of.better,
                       "worse": of.worse}
                for name, of in found.items()
            }  # fmt: skip
    except SearchsvcError as error:
        fail(str(error))
    if as_json:
        print_json(report)
    else:
        for line in _lines(judgements, measured, report):
            click.echo(line)
    is_under = fail_under is not None and measured.mean("nDCG@10") < fail_under
    if is_under:
        click.echo(f"searchsvc: nDCG@10 is under {fail_under:g}", err=True)
    sys.exit(REFUSED if is_under else DONE)


def opened(queries: Path, qrels: Path | None, settings: Any) -> tuple[Judgements, System]:
    """The judged queries and the index to ask; says how many judged articles it has not."""
    from searchsvc.evaluation import System, read

    judgements, system = read(queries, qrels), System(settings)
    judged = {one for answers in judgements.relevant.values() for one in answers}
    known = system.known(judged)
    if not known:
        fail(f"none of the {len(judged):,} judged articles is in {settings.index}")
    if missing := len(judged) - len(known):
        click.echo(f"{missing:,} of {len(judged):,} judged articles are not in the index", err=True)
    return judgements, system


def _lines(judgements: Judgements, measured: Measured, report: dict[str, Any]) -> Iterator[str]:
    """Queries from the worst to the best, then the means."""
    names = list(measured.means)
    yield " ".join(f"{name:>10}" for name in names)
    for query in sorted(measured.values, key=lambda query: measured.values[query]["nDCG@10"]):
        figures = " ".join(f"{measured.values[query][name]:10.3f}" for name in names)
        yield f"{figures}  {judgements.queries[query][:80]}"
    count = len(measured.values)
    means = measured.means
    yield " ".join(f"{means[name]:10.4f}" for name in names) + f"  mean of {count:,} queries"
    if "comparison" in report:
        others = report["against"]["means"]
        yield " ".join(f"{others[name]:10.4f}" for name in names) + "  mean of the other settings"
        for name, of in report["comparison"].items():
            yield (
                f"{name}: {of['difference']:+.4f} (better on {of['better']}, worse on "
                f"{of['worse']}; by chance with p = {of['p']:.3f})"
            )
