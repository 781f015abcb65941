"""A real Caddy with the file of deploy/, in front of a real service."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest

from tests.deploy.front import Front, proxy, service
from tests.deploy.tools import DEPLOY, said, tool
from tests.web.test_serving import _free_port

CADDYFILE = DEPLOY / "caddy" / "Caddyfile"


def test_caddy_finds_no_fault() -> None:
    caddy = tool("caddy", "apt: caddy")
    assert "Valid configuration" in said(
        caddy, "validate", "--adapter", "caddyfile", "--config", CADDYFILE
    )


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    caddy = tool("caddy", "apt: caddy")
    folder = tmp_path_factory.mktemp("caddy")
    port = _free_port()
    with service(folder, f"http://127.0.0.1:{port}/find") as address:
        text = CADDYFILE.read_text()
        text = text.replace("news.example.com {", f"http://:{port} {{")
        text = text.replace("127.0.0.1:8000", address)
        (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text)
        command = (caddy, "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile")
        with proxy(Front(port), *command) as front:
            yield front


def test_the_service_answers_at_its_prefix(front: Front) -> None:
    assert json.loads(front.get("/find/search?q=chip").body)["total"] == 30
    assert front.get("/find").status == 308
    page = front.get("/find/?q=chip").body.decode()
    assert f'action="http://127.0.0.1:{front.port}/find/"' in page
    assert front.get("/").body == b"The site itself"


def test_no_header_of_a_client_changes_a_link(front: Front) -> None:
    answer = front.get("/find/feed?q=chip", X_Forwarded_Host="evil.example")
    assert answer.status == 200 and b"evil" not in answer.body


def test_answers_are_compressed_once(front: Front) -> None:
    packed = front.get("/find/search?q=chip", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.body))["total"] == 30


def test_the_machine_room_is_closed(front: Front) -> None:
    for path in ("metrics", "healthz", "readyz"):
        assert front.get(f"/find/{path}").status == 404
