"""`searchsvc reindex`: brings the index up to date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from searchsvc.cli.options import (
    DONE,
    LOCKED,
    REFUSED,
    Said,
    corpus_argument,
    index_option,
    json_option,
    log_json_option,
    print_json,
    settings_of,
    teller,
)

if TYPE_CHECKING:
    from searchsvc.articles.rejection import Rejection
    from searchsvc.publish.report import Counts, ReindexReport


@click.command("reindex")
@corpus_argument
@index_option
@click.option("--full", is_flag=True, help="Read and index every file anew.")
@click.option("--forward", is_flag=True, help="Publish again after a rollback.")
@click.option("--max-rejects", metavar="N|P%", help="Refuse to reject more files than this.")
@click.option("--max-removals", metavar="N|P%", help="Refuse if more articles' files are gone.")
@click.option("--wait", is_flag=True, help="Wait for another run to end.")
@log_json_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    /,
    full: bool,
    forward: bool,
    wait: bool,
    log_json: bool,
    as_json: bool,
    **flags: str | None,
) -> None:
    """Bring the index up to date with the articles in CORPUS.

    A running server shows the result within two seconds. Exits with 0 when done or when there is
    nothing to do, with 1 when refused (the old index stays live), with 3 when another run is at
    work.

    \b
        searchsvc reindex corpus --json
        searchsvc reindex corpus --log-json
        searchsvc reindex /srv/news/articles --index /srv/news/index --max-removals 50%
    """
    say = teller(log_json)
    settings = settings_of(context, **flags)
    from searchsvc.errors import Locked
    from searchsvc.publish import progress
    from searchsvc.publish.reindex import reindex
    from searchsvc.publish.report import refused

    try:
        report = reindex(
            settings,
            full=full,
            forward=forward,
            wait=wait,
            progress=progress.for_stderr(as_json=log_json),
        )
        code = REFUSED if report.status == "refused" else DONE
    except Locked as error:
        report, code = refused(str(error)), LOCKED
    except OSError as error:
        report, code = refused(f"{settings.index}: {error.strerror or error}"), REFUSED
    for said in _said(report):
        say(said)
    if as_json:
        print_json(report.to_json())
    sys.exit(code)


def _said(report: ReindexReport) -> Iterator[Said]:
    """What a run came to, file by file; the outcome is last."""
    counts, lost = report.counts, set(report.lost)
    for fault in report.rejects:
        word = "lost" if fault.id in lost else "rejected"
        yield _of_file("warning", word, f"{word}  {fault}", fault)
    for article_id in sorted(lost.difference(fault.id for fault in report.rejects)):
        text = f"lost  {article_id}: its file has no front matter any more"
        yield Said("warning", "lost", text, {"id": article_id})
    for fault in report.kept:
        yield _of_file("warning", "kept", f"kept  {fault}; it stays as it was", fault)
    for article_id in report.taken_down:
        text = f"taken down  {article_id}; `searchsvc remove --undo` brings it back"
        yield Said("info", "taken_down", text, {"id": article_id})
    for fault in report.editors:
        text = f"ignored  {fault}; what was last right stays in use"
        yield _of_file("warning", "ignored", text, fault)
    if counts.with_front_matter + counts.skipped:
        yield Said("info", "counted", _counted(counts), asdict(counts))
    outcome = f"{report.status}: {report.reason}" if report.reason else report.status
    yield Said(
        "error" if report.status == "refused" else "info",
        report.status,
        f"{outcome} ({report.generation or 'no index'}, {report.seconds:.1f} s)",
        {
            "reason": report.reason,
            "generation": report.generation,
            "seconds": round(report.seconds, 3),
        },
    )


def _of_file(level: str, event: str, text: str, fault: Rejection) -> Said:
    return Said(level, event, text, asdict(fault))


def _counted(counts: Counts) -> str:
    return (
        f"{counts.articles:,} articles ({counts.added:,} added, {counts.changed:,} changed, "
        f"{counts.removed:,} removed), {counts.unpublished:,} unpublished, {counts.held:,} held, "
        f"{counts.rejected:,} rejected, {counts.skipped:,} files without front matter"
    )
