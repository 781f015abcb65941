"""The service over HTTP: a JSON interface and a page. It knows nothing of Whoosh."""

from __future__ import annotations

from searchsvc.web.app import create_app

__all__ = ["create_app"]
