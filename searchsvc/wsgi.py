"""The service for any WSGI server: `gunicorn --threads 72 searchsvc.wsgi:app`."""

from __future__ import annotations

from searchsvc.logs import log_as, of_a_service
from searchsvc.web import create_app

log_as(of_a_service())
app = create_app()
