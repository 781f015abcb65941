"""`searchsvc suggest`: what an unfinished query may become, as /suggest does."""

from __future__ import annotations

import click

from searchsvc.cli.options import (
    allow_terminal_without_utf8,
    engine_of,
    index_option,
    json_option,
)


@click.command("suggest")
@click.argument("query")
@index_option
@click.option("--size", metavar="N", help="Suggestions at most.")
@json_option
@click.pass_context
def command(
    context: click.Context, query: str, index: str | None, size: str | None, as_json: bool
) -> None:
    """Suggest what QUERY, unfinished, may become, as /suggest does.

    \b
        searchsvc suggest sup
        searchsvc suggest 'quantum c' --size 5 --json
    """
    from searchsvc.search.parameters import parse_as
    from searchsvc.suggest.request import SuggestRequest, suggestions_json

    with engine_of(context, index) as engine:
        request = parse_as(SuggestRequest, [("q", query), ("size", size or "")])
        result = engine.suggest(request)
    if as_json:
        click.echo(suggestions_json(request.query, result))
    else:
        from searchsvc.cli.terminal import print_suggestions

        allow_terminal_without_utf8()
        print_suggestions(result.suggestions)
