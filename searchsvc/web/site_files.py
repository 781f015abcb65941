"""/static/site/: the logo and the style sheet that the site gives."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, abort

from searchsvc.web.caching import HOUR
from searchsvc.web.service import service
from searchsvc.web.site import ROUTE, SiteProfile


def add_to(app: Flask, site: SiteProfile) -> None:
    if site.files:
        app.add_url_rule(f"{ROUTE}<name>", view_func=site_file)


def site_file(name: str) -> Response:
    """One of the site's own files, by its name."""
    file = next((file for file in service().site.files if file.name == name), None)
    if file is None:
        abort(HTTPStatus.NOT_FOUND)
    response = Response(file.content, content_type=file.media_type)
    response.headers["Cache-Control"] = HOUR
    return response
