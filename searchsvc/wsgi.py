"""The service for any WSGI server: `gunicorn --threads 72 searchsvc.wsgi:app`."""

from __future__ import annotations

from searchsvc.web import create_app

app = create_app()
