"""The service for any WSGI server: `granian --interface wsgi searchsvc.wsgi:app`."""

from __future__ import annotations

from searchsvc.web import create_app

app = create_app()
