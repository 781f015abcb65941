"""`searchsvc reindex`: brings the index up to date."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from searchsvc.cli.options import (
    DONE,
    LOCKED,
    REFUSED,
    index_option,
    json_option,
    print_json,
    settings_of,
    tell,
)

if TYPE_CHECKING:
    from searchsvc.publish.report import Counts, ReindexReport


@click.command("reindex")
@click.argument("corpus", required=False)
@index_option
@click.option("--full", is_flag=True, help="Read and index every file anew.")
@click.option("--forward", is_flag=True, help="Publish again after a rollback.")
@click.option("--max-rejects", metavar="N|P%", help="Refuse to reject more files than this.")
@click.option("--max-removals", metavar="N|P%", help="Refuse if more articles' files are gone.")
@click.option("--wait", is_flag=True, help="Wait for another run to end.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    /,
    full: bool,
    forward: bool,
    wait: bool,
    as_json: bool,
    **flags: str | None,
) -> None:
    """Bring the index up to date with the articles in CORPUS.

    A running server shows the result within two seconds. Exits with 0 when done or when there is
    nothing to do, with 1 when refused (the old index stays live), with 3 when another run is at
    work.

    \b
        searchsvc reindex corpus --json
        searchsvc reindex /srv/news/articles --index /srv/news/index --max-removals 50%
    """
    settings = settings_of(context, **flags)
    from searchsvc.errors import Locked
    from searchsvc.publish import progress
    from searchsvc.publish.reindex import reindex
    from searchsvc.publish.report import refused

    try:
        report = reindex(
            settings, full=full, forward=forward, wait=wait, progress=progress.for_stderr()
        )
        code = REFUSED if report.status == "refused" else DONE
    except Locked as error:
        report, code = refused(str(error)), LOCKED
    except OSError as error:
        report, code = refused(f"{settings.index}: {error.strerror or error}"), REFUSED
    _tell(report)
    if as_json:
        print_json(report.to_json())
    sys.exit(code)


def _tell(report: ReindexReport) -> None:
    counts = report.counts
    for rejection in report.rejects:
        word = "lost" if rejection.id in report.lost else "rejected"
        tell(f"{word}  {rejection}")
    for article_id in sorted({*report.lost}.difference(r.id for r in report.rejects)):
        tell(f"lost  {article_id}: its file has no front matter any more")
    for file in report.kept:
        tell(f"kept  {file}; it stays as it was")
    for article_id in report.taken_down:
        tell(f"taken down  {article_id}; `searchsvc remove --undo` brings it back")
    for fault in report.editors:
        tell(f"ignored  {fault}; what was last right stays in use")
    if counts.with_front_matter + counts.skipped:
        tell(_counted(counts))
    outcome = f"{report.status}: {report.reason}" if report.reason else report.status
    tell(f"{outcome} ({report.generation or 'no index'}, {report.seconds:.1f} s)")


def _counted(counts: Counts) -> str:
    return (
        f"{counts.articles:,} articles ({counts.added:,} added, {counts.changed:,} changed, "
        f"{counts.removed:,} removed), {counts.unpublished:,} unpublished, {counts.held:,} held, "
        f"{counts.rejected:,} rejected, {counts.skipped:,} files without front matter"
    )
