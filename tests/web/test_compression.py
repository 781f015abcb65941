"""Who takes gzip gets gzip; tags, 304s and lengths stay right for everybody."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchsvc.engine import Engine
from searchsvc.web import create_app
from searchsvc.web.compression import MIN_BYTES
from tests.web.conftest import ARTICLES

TAKES_IT = {"Accept-Encoding": "gzip, deflate, br, zstd"}
ANSWERS = ["/search?q=supercomputer", "/?q=supercomputer", "/feed", "/opensearch.xml"]
FILES = ["/static/searchbox.js", "/static/theme.css"]
TEXTS = [*ANSWERS, *FILES, "/?size=x"]


@pytest.mark.parametrize("path", TEXTS)
def test_texts_are_compressed_for_who_takes_it_and_the_same_inside(
    client: FlaskClient, path: str
) -> None:
    with client.get(path) as plain, client.get(path, headers=TAKES_IT) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert len(packed.data) < len(plain.data)
        assert int(packed.headers["Content-Length"]) == len(packed.data)
        if "json" not in plain.mimetype:  # `took_ms` may differ
            assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["Content-Type"] == plain.headers["Content-Type"]


@pytest.mark.parametrize("path", TEXTS)
def test_every_text_says_that_it_varies_whoever_asks(client: FlaskClient, path: str) -> None:
    for headers in ({}, TAKES_IT):
        with client.get(path, headers=headers) as response:
            assert "Accept-Encoding" in response.vary


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("*", True),
        ("br;q=1, gzip;q=0.5", True),
        ("gzip;q=0.5, identity;q=0.2", True),
        ("", False),
        ("br", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("identity, gzip;q=0.2", False),
        ("gzip;q=x;;,", False),
    ],
)
def test_what_the_client_prefers_counts(
    client: FlaskClient, accepted: str, is_compressed: bool
) -> None:
    response = client.get("/search", headers={"Accept-Encoding": accepted})
    assert response.status_code == 200
    assert ("Content-Encoding" in response.headers) is is_compressed


@pytest.mark.parametrize("path", [*ANSWERS[:3], *FILES])
def test_one_tag_names_both_and_is_weak(client: FlaskClient, path: str) -> None:
    with client.get(path) as plain, client.get(path, headers=TAKES_IT) as packed:
        tag = plain.headers["ETag"]
        assert tag.startswith('W/"') and packed.headers["ETag"] == tag
    for headers in ({}, TAKES_IT):
        with client.get(path, headers={**headers, "If-None-Match": tag}) as unchanged:
            assert unchanged.status_code == 304 and not unchanged.data
            assert unchanged.headers["ETag"] == tag
            assert "Content-Encoding" not in unchanged.headers


@pytest.mark.parametrize("path", [*ANSWERS[:1], *FILES])
def test_head_tells_of_what_get_would_send(client: FlaskClient, path: str) -> None:
    with client.head(path, headers=TAKES_IT) as head:
        assert not head.data
        assert head.headers["Content-Encoding"] == "gzip"
        assert int(head.headers["Content-Length"]) > MIN_BYTES / 2


def test_what_is_one_packet_anyway_stays_as_it_is(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers=TAKES_IT).headers


def test_a_part_of_a_file_is_one_of_the_file_itself(client: FlaskClient) -> None:
    with client.get("/static/searchbox.js") as whole:
        content = whole.data
    with client.get("/static/searchbox.js", headers={**TAKES_IT, "Range": "bytes=0-9"}) as part:
        assert part.status_code == 206 and part.data == content[:10]
        assert "Content-Encoding" not in part.headers
    with client.get("/static/searchbox.js", headers=TAKES_IT) as packed:
        assert "Accept-Ranges" not in packed.headers


def test_a_part_for_who_holds_something_else_is_the_whole(client: FlaskClient) -> None:
    headers = {**TAKES_IT, "Range": "bytes=0-9", "If-Range": 'W/"other"'}
    with client.get("/static/searchbox.js", headers=headers) as response:
        assert response.status_code == 200 and response.headers["Content-Encoding"] == "gzip"


def test_a_ready_answer_is_compressed_as_a_new_one(
    write: Callable[..., Path], indexed: Callable[..., Engine], client: FlaskClient
) -> None:
    for article in ARTICLES[:2]:
        write(article.id, title=article.title, excerpt=article.excerpt)
    client = create_app(engine=indexed()).test_client()
    first, second, plain = (
        client.get("/search", headers=headers) for headers in (TAKES_IT, TAKES_IT, {})
    )
    assert first.data == second.data
    assert gzip.decompress(second.data) == plain.data
