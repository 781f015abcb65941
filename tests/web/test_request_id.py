"""A request keeps the id that it came with, if that fits, or gets one; the answer carries it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.web.request_id import PATTERN, request_id
from searchsvc.web.service import service_of

MADE = re.compile("[0-9a-f]{32}")
PATHS = ["/search", "/search?size=x", "/", "/?size=x", "/articles/none", "/nothing", "/healthz"]
PATHS += ["/static/theme.css", "/static/none.css", "/feed", "/suggest?q=a"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_every_answer_carries_the_id_that_was_sent(
    client: FlaskClient, path: str, method: str
) -> None:
    with client.open(path, method=method, headers={"X-Request-ID": "3f2a-7.b"}) as response:
        assert response.headers.getlist("X-Request-ID") == ["3f2a-7.b"]


def test_one_is_made_where_none_was_sent_each_another(client: FlaskClient) -> None:
    first, second = (client.get("/search").headers["X-Request-ID"] for _ in range(2))
    assert MADE.fullmatch(first) and MADE.fullmatch(second) and first != second


@pytest.mark.parametrize(
    "sent", ["", "a b", "a,b", 'a"b', "<a>", "é", "a\tb", "x" * 129, "a\x00b", "{}", "a;b"]
)
def test_one_that_does_not_fit_is_replaced(client: FlaskClient, sent: str) -> None:
    response = client.get("/search", environ_overrides={"HTTP_X_REQUEST_ID": sent})
    assert MADE.fullmatch(response.headers["X-Request-ID"])


@pytest.mark.parametrize(
    "sent",
    [
        "550e8400-e29b-41d4-a716-446655440000",
        "Root=1-67891233-abcdef012345678912345678",
        "4bf92f3577b34da6a3ce929d0e0e4736/67667974448284343",
        "bGV0IG1lIGluIQ==",
        "x" * 128,
    ],
)
def test_what_proxies_and_clouds_make_fits(client: FlaskClient, sent: str) -> None:
    assert client.get("/search", headers={"X-Request-ID": sent}).headers["X-Request-ID"] == sent


def test_a_304_and_a_refusal_carry_it_too(client: FlaskClient) -> None:
    headers = {"X-Request-ID": "a1", "If-None-Match": client.get("/search").headers["ETag"]}
    unchanged = client.get("/search", headers=headers)
    assert (unchanged.status_code, unchanged.headers["X-Request-ID"]) == (304, "a1")
    service_of(client.application).admission.close()
    refused = client.get("/search", headers=headers)
    assert (refused.status_code, refused.headers["X-Request-ID"]) == (503, "a1")


@given(st.text(st.characters(max_codepoint=255)))
def test_whatever_is_sent_the_id_is_one_bounded_word_and_stays(sent: str) -> None:
    environ = {"HTTP_X_REQUEST_ID": sent}
    named = request_id(environ)
    assert re.fullmatch(PATTERN, named) and request_id(environ) == named
