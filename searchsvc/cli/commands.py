"""The `searchsvc` command: reindex, serve, search, suggest, check, settings, path."""

from __future__ import annotations

import atexit
import errno
import gc
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from searchsvc.engine import Engine
    from searchsvc.publish.report import Counts, ReindexReport
    from searchsvc.search.parameters import Parameter
    from searchsvc.settings import LoadedSettings, Settings

DONE, REFUSED, USAGE, LOCKED = 0, 1, 2, 3

Command = TypeVar("Command", bound=Callable[..., Any])
_FOLDER = click.Path(path_type=Path)


def _index_option(command: Command) -> Command:
    return click.option("--index", metavar="DIR", help="Folder of the index.")(command)


def _json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", metavar="FILE", type=_FOLDER, help="Settings file.")
@click.version_option(package_name="searchsvc", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """Full-text search for news sites: a folder of articles in, ranked answers out.

    \b
        searchsvc reindex corpus
        searchsvc serve
        curl 'http://127.0.0.1:8000/search?q=supercomputer'
    """
    context.obj = config
    # What is left goes with the process: to look through it for cycles takes a third of a second.
    atexit.register(gc.freeze)


def _load(context: click.Context, **flags: str | None) -> LoadedSettings:
    from searchsvc.errors import InvalidSettings
    from searchsvc.settings import load

    try:
        return load(context.obj, flags=flags)
    except InvalidSettings as error:
        _fail(str(error), USAGE)


def _settings(context: click.Context, **flags: str | None) -> Settings:
    return _load(context, **flags).settings


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"searchsvc: {message}", err=True)
    sys.exit(code)


def _print_json(value: Any) -> None:
    import orjson

    click.echo(orjson.dumps(value))


@main.command()
@click.argument("corpus", required=False)
@_index_option
@click.option("--full", is_flag=True, help="Read and index every file anew.")
@click.option("--max-rejects", metavar="N|P%", help="Refuse to reject more files than this.")
@click.option("--max-removals", metavar="N|P%", help="Refuse if more articles' files are gone.")
@click.option("--wait", is_flag=True, help="Wait for another run to end.")
@_json_option
@click.pass_context
def reindex(
    context: click.Context,
    corpus: str | None,
    index: str | None,
    full: bool,
    max_rejects: str | None,
    max_removals: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Bring the index up to date with the articles in CORPUS.

    A running server shows the result within two seconds. Exits with 0 when done or when there is
    nothing to do, with 1 when refused (the old index stays live), with 3 when another run is at
    work.

    \b
        searchsvc reindex corpus --json
        searchsvc reindex /srv/news/articles --index /srv/news/index --max-removals 50%
    """
    settings = _settings(
        context, corpus=corpus, index=index, max_rejects=max_rejects, max_removals=max_removals
    )
    from searchsvc.errors import Locked
    from searchsvc.publish import progress
    from searchsvc.publish.reindex import reindex as run
    from searchsvc.publish.report import refused

    try:
        report = run(settings, full=full, wait=wait, progress=progress.for_stderr())
        code = REFUSED if report.status == "refused" else DONE
    except Locked as error:
        report, code = refused(str(error)), LOCKED
    except OSError as error:
        report, code = refused(f"{settings.index}: {error.strerror or error}"), REFUSED
    _tell(report)
    if as_json:
        _print_json(report.to_json())
    sys.exit(code)


def _tell(report: ReindexReport) -> None:
    counts = report.counts
    for rejection in report.rejects:
        word = "lost" if rejection.id in report.lost else "rejected"
        click.echo(f"{word}  {rejection}", err=True)
    for fault in report.editors:
        click.echo(f"ignored  {fault}; what was last right stays in use", err=True)
    if counts.with_front_matter + counts.skipped:
        click.echo(_counted(counts), err=True)
    outcome = f"{report.status}: {report.reason}" if report.reason else report.status
    click.echo(f"{outcome} ({report.generation or 'no index'}, {report.seconds:.1f} s)", err=True)


def _counted(counts: Counts) -> str:
    return (
        f"{counts.articles:,} articles ({counts.added:,} added, {counts.changed:,} changed, "
        f"{counts.removed:,} removed), {counts.unpublished:,} unpublished, {counts.held:,} held, "
        f"{counts.rejected:,} rejected, {counts.skipped:,} files without front matter"
    )


@main.command()
@_index_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256))
@click.pass_context
def serve(context: click.Context, index: str | None, host: str, port: int, workers: int) -> None:
    """Serve the page and the JSON API over HTTP.

    \b
        searchsvc serve --index /srv/news/index --port 8000 --workers 4
    """
    settings = _load(context, index=index).settings
    from searchsvc.web.server import serve as run

    try:
        run(settings, context.obj, host, port, workers)
    except OSError as error:
        fix = f"--port {port + 1} (make serve PORT={port + 1})"
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            fix = "--host (make serve HOST=127.0.0.1)"
        _fail(
            f"cannot listen on {host}:{port}: {error.strerror or error}; choose another with {fix}",
            REFUSED,
        )


def _spellings(name: str) -> list[str]:
    """As other flags are written, and as the parameter is."""
    return list(dict.fromkeys((f"--{name.replace('_', '-')}", f"--{name}")))


def _help_of(parameter: Parameter) -> str:
    several = "; may be given several times" if parameter.repeatable else ""
    text = f"{parameter.help}: {parameter.takes}{several}."
    return text[0].upper() + text[1:]


@contextmanager
def _engine(context: click.Context, index: str | None) -> Iterator[Engine]:
    """An engine to ask: a wrong request, or no index, ends the command."""
    settings = _settings(context, index=index)
    from searchsvc import open_engine
    from searchsvc.errors import InvalidRequest, NoIndex

    try:
        yield open_engine(settings)
    except InvalidRequest as error:
        raise click.UsageError(str(error)) from None
    except NoIndex as error:
        _fail(str(error), REFUSED)


class _SearchCommand(click.Command):
    """Gets an option for each parameter of /search, when it is used and not before."""

    def get_params(self, context: click.Context) -> list[click.Parameter]:
        from searchsvc.search.parameters import PARAMETERS

        options: list[click.Parameter] = [
            click.Option(
                [*_spellings(parameter.name), f"parameter_{name}"],
                multiple=parameter.repeatable,
                is_flag=False,
                flag_value="true" if parameter.is_flag else None,
                metavar="true|false" if parameter.is_flag else "TEXT",
                help=_help_of(parameter),
            )
            for name, parameter in PARAMETERS.items()
            if name != "q"
        ]
        return [*self.params, *options, *filter(None, [self.get_help_option(context)])]


@main.command(cls=_SearchCommand)
@click.argument("query")
@_index_option
@_json_option
@click.pass_context
def search(
    context: click.Context, /, query: str, index: str | None, as_json: bool, **given: Any
) -> None:
    """Answer QUERY as /search does.

    \b
        searchsvc search supercomputer
        searchsvc search '"machine learning" -azure' --topic AI --sort newest --json
    """
    from searchsvc.search import parameters

    pairs = [("q", query)]
    for name, value in given.items():
        texts = value if isinstance(value, tuple) else (value,)
        pairs += [(name.removeprefix("parameter_"), text) for text in texts if text is not None]
    with _engine(context, index) as engine:
        request = parameters.parse(pairs)
        result = engine.search(request)
    if as_json:
        from searchsvc.search.response import result_json

        click.echo(result_json(result, explain=request.explain).rstrip())
    else:
        from searchsvc.cli.terminal import print_result

        _allow_terminal_without_utf8()
        print_result(result)


def _allow_terminal_without_utf8() -> None:
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


@main.command()
@click.argument("query")
@_index_option
@click.option("--size", metavar="N", help="Suggestions at most.")
@_json_option
@click.pass_context
def suggest(
    context: click.Context, query: str, index: str | None, size: str | None, as_json: bool
) -> None:
    """Suggest what QUERY, unfinished, may become, as /suggest does.

    \b
        searchsvc suggest sup
        searchsvc suggest 'quantum c' --size 5 --json
    """
    from searchsvc.search import parameters

    pairs = [("q", query), *([("size", size)] if size is not None else [])]
    with _engine(context, index) as engine:
        request = parameters.parse_suggest(pairs)
        suggestions = engine.suggest(request)
    if as_json:
        from searchsvc.search.response import suggestions_json

        click.echo(suggestions_json(request.query, suggestions))
    else:
        from searchsvc.cli.terminal import print_suggestions

        _allow_terminal_without_utf8()
        print_suggestions(suggestions)


@main.command()
@click.argument("corpus", required=False)
@click.option(
    "--index",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[DIR]",
    help="Verify the live index instead.",
)
@_json_option
@click.pass_context
def check(context: click.Context, corpus: str | None, index: str | None, as_json: bool) -> None:
    """Validate the articles in CORPUS and the editors' files, or with --index the live index.

    Exits with 1 if it found faults.

    \b
        searchsvc check corpus
        searchsvc check --index
    """
    if index is not None and corpus is not None:
        raise click.UsageError("give a corpus or --index, not both")
    settings = _settings(context, corpus=corpus, index=index or None)
    if index is None and not settings.corpus.is_dir():
        raise click.UsageError(f"no such folder: {settings.corpus}")
    from searchsvc.publish import check as checks

    report = checks.check_corpus(settings) if index is None else checks.check_index(settings)
    for line in report.lines():
        click.echo(line, err=as_json)
    if as_json:
        _print_json(report.to_json())
    sys.exit(REFUSED if report.has_faults else DONE)


@main.command("settings")
@_json_option
@click.pass_context
def settings_command(context: click.Context, as_json: bool) -> None:
    """Print every setting, its value and where it came from.

    \b
        searchsvc settings
        SEARCHSVC_HALF_LIFE_DAYS=7 searchsvc settings --json
    """
    from searchsvc.settings import TABLE, shown

    loaded = _load(context)
    rows = [
        {
            "name": name,
            "value": shown(getattr(loaded.settings, name)),
            "source": loaded.sources[name],
            "help": setting.metadata["help"],
        }
        for name, setting in TABLE.items()
    ]
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        value = "" if row["value"] in (None, []) else row["value"]
        click.echo(f"{row['name']:<18} {value!s:<20} {row['source']:<12}  {row['help']}")


@main.command()
@_index_option
@click.pass_context
def path(context: click.Context, index: str | None) -> None:
    """Print the live generation's folder, a Whoosh index.

    \b
        python -c 'import sys, whoosh.index; print(whoosh.index.open_dir(sys.argv[1]))' \\
            "$(searchsvc path)"
    """
    settings = _settings(context, index=index)
    from searchsvc.errors import NoIndex
    from searchsvc.publish.generations import IndexFolder

    folder = IndexFolder(settings.index)
    try:
        name = folder.current()
    except NoIndex as error:
        _fail(str(error), REFUSED)
    if name is None:
        _fail(f"there is no index in {folder.root} yet; run `searchsvc reindex`", REFUSED)
    if not folder.path(name).is_dir():
        _fail(f"{folder.path(name)} is missing; run `searchsvc reindex`", REFUSED)
    click.echo(folder.path(name).resolve())
