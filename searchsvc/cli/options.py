"""Options that several commands take, and the ways in which a command ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from searchsvc.logs import JsonFormatter, json_line, log_as, one_line

if TYPE_CHECKING:
    from searchsvc.engine import Engine
    from searchsvc.settings import LoadedSettings, Settings

DONE, REFUSED, USAGE, LOCKED = 0, 1, 2, 3

_AS_JSON = "searchsvc.log_json"
_JSON_IS_ASKED = "searchsvc.json"

Command = TypeVar("Command", bound=Callable[..., Any])
FOLDER = click.Path(readable=False)
"""Any path: it is completed as one, and looked at by who opens it."""


def index_option(command: Command) -> Command:
    option = click.option("--index", metavar="DIR", type=FOLDER, help="Folder of the index.")
    return option(command)


def corpus_argument(command: Command) -> Command:
    return click.argument("corpus", required=False, type=FOLDER)(command)


def json_option(command: Command) -> Command:
    option = click.option(
        *("--json", "as_json"), is_flag=True, callback=_remember, help="Print JSON on stdout."
    )
    return option(command)


def _remember(context: click.Context, _: click.Parameter, as_json: bool) -> bool:
    if as_json:
        context.meta[_JSON_IS_ASKED] = True
    return as_json


def log_json_option(command: Command) -> Command:
    help = "Say everything on stderr as JSON, an object a line: for cron and logs."
    return click.option("--log-json", is_flag=True, help=help)(command)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a command says: its level, what it is about, a line, the same as values."""

    level: str
    event: str
    text: str
    values: dict[str, Any] = field(default_factory=dict)


def teller(as_json: bool) -> Callable[[Said], None]:
    """How a command says things on stderr from now on, its warnings and its failure included."""
    if not as_json:
        return lambda said: tell(said.text)
    click.get_current_context().meta[_AS_JSON] = True
    log_as(JsonFormatter())
    return lambda said: tell(json_line(said.level, said.text, event=said.event, **said.values))


def load_settings(context: click.Context, **flags: str | None) -> LoadedSettings:
    """The settings and where they came from; wrong ones end the command."""
    from searchsvc.errors import InvalidSettings
    from searchsvc.settings import load

    try:
        return load(context.obj, flags=flags)
    except InvalidSettings as error:
        fail(str(error), USAGE)


def settings_of(context: click.Context, **flags: str | None) -> Settings:
    return load_settings(context, **flags).settings


@contextmanager
def engine_of(context: click.Context, index: str | None) -> Iterator[Engine]:
    """An engine to ask; a wrong request, or no index, ends the command."""
    settings = settings_of(context, index=index)
    from searchsvc.engine import open_engine
    from searchsvc.errors import InvalidRequest, InvalidSettings, NoIndex

    try:
        yield open_engine(settings)
    except InvalidRequest as error:
        raise click.UsageError(str(error)) from None
    except InvalidSettings as error:
        fail(str(error), USAGE)
    except NoIndex as error:
        fail(str(error), REFUSED)


def refuse_for_cluster(settings: Settings, instead: str) -> None:
    """Ends a command that is about generations in the index folder where there are none."""
    if settings.engine == "opensearch":
        alias = settings.opensearch_index
        fail(f"with `engine: opensearch` the index is in the cluster, alias {alias}; {instead}")


def fail(message: str, code: int = REFUSED) -> NoReturn:
    """Ends a command; with --json the reason is on stdout as well."""
    context = click.get_current_context(silent=True)
    if context and _JSON_IS_ASKED in context.meta:
        import orjson

        with suppress(OSError):
            click.echo(orjson.dumps({"status": "refused", "reason": message}))
    if context and _AS_JSON in context.meta:
        tell(json_line("error", message, event="failed"))
    else:
        tell(f"searchsvc: {message}")
    sys.exit(code)


def tell(line: str) -> None:
    """A line on stderr, where there is room for it: no work depends on who reads of it."""
    with suppress(OSError):
        click.echo(one_line(line), err=True)


def print_json(value: Any) -> None:
    import orjson

    try:
        click.echo(orjson.dumps(value))
    except OSError as error:
        fail(f"the result cannot be printed: {error.strerror}")


def allow_terminal_without_utf8() -> None:
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
