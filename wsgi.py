"""The service for any WSGI server, run from here: `granian --interface wsgi wsgi:app`."""

from __future__ import annotations

from searchsvc.wsgi import app

__all__ = ["app"]
