"""`searchsvc settings`: every setting, its value and where it came from."""

from __future__ import annotations

import click

from searchsvc.cli.options import json_option, load_settings, print_json


@click.command("settings")
@json_option
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Print every setting, its value and where it came from.

    \b
        searchsvc settings
        SEARCHSVC_HALF_LIFE_DAYS=7 searchsvc settings --json
    """
    from searchsvc.settings import TABLE, shown

    loaded = load_settings(context)
    rows = [
        {
            "name": name,
            "value": shown(getattr(loaded.settings, name)),
            "source": loaded.sources[name],
            "help": setting.help,
        }
        for name, setting in TABLE.items()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        value = "" if row["value"] in (None, []) else row["value"]
        value = str(value).lower() if isinstance(value, bool) else value
        click.echo(f"{row['name']:<18} {value!s:<20} {row['source']:<12}  {row['help']}")
