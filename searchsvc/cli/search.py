"""`searchsvc search`: a query answered on the terminal, as /search does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from searchsvc.cli.options import (
    allow_terminal_without_utf8,
    engine_of,
    index_option,
    json_option,
)

if TYPE_CHECKING:
    from searchsvc.declarations import Declared


class _SearchCommand(click.Command):
    """Gets an option for each parameter of /search, when it is used and not before."""

    def get_params(self, context: click.Context) -> list[click.Parameter]:
        from searchsvc.search.request import PARAMETERS

        options = [_option(item) for name, item in PARAMETERS.items() if name != "q"]
        return [*self.params, *options, *filter(None, [self.get_help_option(context)])]


def _option(item: Declared) -> click.Option:
    # As other flags are written, and as the parameter is.
    spellings = dict.fromkeys((f"--{item.name.replace('_', '-')}", f"--{item.name}"))
    several = "; may be given several times" if item.type.repeatable else ""
    text = f"{item.help}: {item.type.takes}{several}."
    return click.Option(
        [*spellings, f"parameter_{item.name}"],
        multiple=item.type.repeatable,
        is_flag=False,
        flag_value="true" if item.type.is_flag else None,
        metavar="true|false" if item.type.is_flag else "TEXT",
        help=text[0].upper() + text[1:],
    )


@click.command("search", cls=_SearchCommand)
@click.argument("query")
@index_option
@json_option
@click.pass_context
def command(
    context: click.Context, /, query: str, index: str | None, as_json: bool, **given: Any
) -> None:
    """Answer QUERY as /search does.

    \b
        searchsvc search supercomputer
        searchsvc search '"machine learning" -azure' --topic AI --sort newest --json
    """
    from searchsvc.search.parameters import parse

    pairs = [("q", query)]
    for name, value in given.items():
        texts = value if isinstance(value, tuple) else (value,)
        pairs += [(name.removeprefix("parameter_"), text) for text in texts if text is not None]
    with engine_of(context, index) as engine:
        request = parse(pairs)
        result = engine.search(request)
    if as_json:
        from searchsvc.search.response import result_json

        click.echo(result_json(result, explain=request.explain))
    else:
        from searchsvc.cli.terminal import print_result

        allow_terminal_without_utf8()
        print_result(result)
