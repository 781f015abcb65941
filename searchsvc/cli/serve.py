"""`searchsvc serve`: the page and the JSON API over HTTP."""

from __future__ import annotations

import errno
import socket

import click

from searchsvc.cli.options import USAGE, fail, index_option, settings_of


@click.command("serve")
@index_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256))
@click.pass_context
def command(context: click.Context, index: str | None, host: str, port: int, workers: int) -> None:
    """Serve the page and the JSON API over HTTP.

    \b
        searchsvc serve --index /srv/news/index --port 8000 --workers 4
    """
    settings = settings_of(context, index=index)
    from searchsvc.errors import InvalidSettings
    from searchsvc.web import server

    try:
        if settings.engine == "opensearch":
            from searchsvc.cluster.connection import connect

            connect(settings)  # what is wrong is told once, not by every worker
        server.serve(settings, context.obj, index, host, port, workers)
    except InvalidSettings as error:
        fail(str(error), USAGE)
    except OSError as error:
        fail(f"cannot listen on {host}:{port}: {_reason_and_fix(error, host, port)}")
    except server.NoWorker as error:
        fail(str(error))


def _reason_and_fix(error: OSError, host: str, port: int) -> str:
    from searchsvc.web.listeners import free_port, holder_of

    reason = error.strerror or str(error)
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{reason}; choose another with --host (make serve HOST=127.0.0.1)"
    holder = holder_of(port) if error.errno == errno.EADDRINUSE else None
    other = free_port(host, max(port, 1024))
    held = f" by {holder}" if holder else ""
    return f"{reason}{held}; choose another with --port {other} (make serve PORT={other})"
