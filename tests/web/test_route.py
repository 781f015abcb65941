"""A route that is declared is answered, and told of in the order of its declaration."""

from __future__ import annotations

from flask import Flask, Response

from searchsvc.web import route
from searchsvc.web.route import Route


def hello(name: str = "all") -> Response:
    """Greets."""
    return Response(f"hello {name}", mimetype="text/plain")


def bye() -> Response:
    """Parts."""
    return Response("bye")


def test_routes_are_answered_under_the_names_of_their_views() -> None:
    app = Flask(__name__)
    greeting = Route(path="/hello/<path:name>", view=hello)
    parting = Route(path="/bye", view=bye, may_end_with_slash=True)
    route.add(app, [greeting])
    route.add(app, [parting])
    assert route.routes_of(app) == [greeting, parting]
    assert [item.name for item in route.routes_of(app)] == ["hello", "bye"]
    client = app.test_client()
    assert client.get("/hello/a/b").text == "hello a/b"
    assert client.get("/bye/").text == client.get("/bye").text == "bye"
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == {"hello", "bye", "static"}


def test_a_slash_at_the_end_is_another_address_unless_said_otherwise() -> None:
    app = Flask(__name__)
    route.add(app, [Route(path="/bye", view=bye)])
    assert app.test_client().get("/bye/").status_code == 404
