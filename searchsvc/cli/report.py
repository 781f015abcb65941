"""`searchsvc report`: what readers searched for, by the access log."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from searchsvc.cli.options import (
    DONE,
    REFUSED,
    allow_terminal_without_utf8,
    json_option,
    print_json,
    settings_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.requestlog import (
        DayNumbers,
        LogEntry,
        LogFile,
        LogStatistics,
        Proposal,
        QueryNumbers,
    )

FILE = click.Path(allow_dash=True, readable=False)


@click.command("report")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...", type=FILE)
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 1000),
              help="Queries in each list.")  # fmt: skip
@click.option("--suggest-synonyms", is_flag=True, help="Print lines for synonyms.yaml instead.")
@click.option("--least", default=2, show_default=True, type=click.IntRange(1),
              help="Searches that have to suggest a synonym.")  # fmt: skip
@json_option
@click.pass_context
def command(
    context: click.Context,
    logs: tuple[str, ...],
    top: int,
    suggest_synonyms: bool,
    least: int,
    as_json: bool,
) -> None:
    """Print the top, zero-result, corrected and slow queries of each day in access logs.

    LOG is a file, as it is or gzip, or - for standard input. Queries are there if the service ran
    with log_queries. Lines of other programs are counted and passed over. Exits with 1 if a file
    cannot be read to its end, or has no line of an access log at all.

    \b
        searchsvc report access.log
        searchsvc report access.log.2.gz access.log.1 access.log --json
        journalctl -u searchsvc -o cat | searchsvc report -
        searchsvc report access.log --suggest-synonyms >> synonyms.yaml
    """
    from searchsvc.requestlog import LogFile, LogStatistics, Proposals, read

    settings = settings_of(context)
    statistics, proposals = LogStatistics(), Proposals()
    grow: Callable[[LogEntry], None] = proposals.add if suggest_synonyms else statistics.add
    files = []
    for name in dict.fromkeys(logs):
        file = LogFile("standard input" if name == "-" else name)
        files.append(file)
        for entry in read(name, file):
            grow(entry)
    body: dict[str, Any] = {"files": [asdict(file) for file in files]}
    if suggest_synonyms:
        found = _unknown(proposals.found(least), settings.synonyms, settings.curation)
        lines: Iterable[str] = (proposal.line() for proposal in found)
        body["synonyms"] = [proposal.to_json() for proposal in found]
    else:
        lines = _lines(statistics, top)
        body |= statistics.to_json(top)
    _tell(files, statistics)
    if as_json:
        print_json(body)
    else:
        allow_terminal_without_utf8()
        for line in lines:
            click.echo(line)
    is_read = all(file.fault is None and (file.entries or not file.bad) for file in files)
    sys.exit(DONE if is_read else REFUSED)


def _unknown(proposals: list[Proposal], synonyms: Path, curation: Path) -> list[Proposal]:
    """Those that the editors' file does not have yet."""
    from searchsvc import editorial
    from searchsvc.analysis import words

    rules, _ = editorial.inspect(synonyms, curation)
    known = rules.synonyms.others

    def form(text: str) -> tuple[Any, ...]:
        return tuple(word.terms for word in words(text))

    return [one for one in proposals if form(one.target) not in known.get(form(one.source), ())]


def _tell(files: list[LogFile], statistics: LogStatistics) -> None:
    """What the numbers do not hold, on stderr."""
    for file in files:
        if file.bad:
            lines = "line is" if file.bad == 1 else "lines are"
            first = f"{file.name}:{file.first_bad}"
            _say(f"{file.bad:,} {lines} of no access log, {first} the first")
        if file.fault:
            _say(f"{file.name}: read up to line {file.lines:,} alone: {file.fault}")
    if statistics.missed:
        _say(f"too many different queries: those asked up to {statistics.missed:,} times may be "
             "missing, or counted so many too few")  # fmt: skip
    if statistics.dropped_days:
        _say("too many days: the oldest are left out")
    days = statistics.days()
    if any(day.without_text for day in days) and not any(day.queries for day in days):
        _say("no texts of queries are in the log: run the service with `log_queries: true`")


def _say(text: str) -> None:
    from searchsvc.logs import one_line

    click.echo(one_line(f"searchsvc: {text}"), err=True)


def _lines(statistics: LogStatistics, top: int) -> Iterator[str]:
    for day in statistics.days():
        yield from _day(day)
        lists = day.lists(top)
        yield from _list("top", lists["top"], lambda query: f"{query.searches:,}")
        yield from _list("nothing found", lists["zero_results"], lambda query: f"{query.zero:,}")
        yield from _list("corrected", lists["corrections"], lambda query: f"{query.corrected:,}")
        yield from _list("slow", lists["slow"], lambda query: f"{query.slowest:,.1f} ms")
        yield ""


def _day(day: DayNumbers) -> Iterator[str]:
    yield (
        f"{day.day}  {day.searches:,} searches, {day.requests:,} requests, {day.errors:,} errors"
    )
    if day.searches:
        shares = (
            ("nothing found", day.zero),
            ("corrected", day.corrected),
            ("relaxed", day.relaxed),
            ("partial", day.partial),
            ("ready", day.cached),
        )
        told = ", ".join(f"{name} {count / day.searches:.1%}" for name, count in shares)
        yield f"  {told}; p50 {day.latency(0.5):.1f} ms, p95 {day.latency(0.95):.1f} ms"


def _list(
    title: str, queries: list[QueryNumbers], count: Callable[[QueryNumbers], str]
) -> Iterator[str]:
    from searchsvc.logs import one_line

    if queries:
        yield f"  {title}"
    for query in queries:
        became = f"  ->  {query.corrected_to}" if query.corrected_to else ""
        yield one_line(f"    {count(query):>12}  {query.text}{became}")
