"""A real nginx with the files of deploy/, in front of a real service."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.deploy.front import Front, proxy, service
from tests.deploy.tools import DEPLOY, said, tool
from tests.web.test_serving import _free_port

FOLDER = DEPLOY / "nginx"
SITE = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/searchsvc-http.conf;
    server {{
        listen 127.0.0.1:{port};
        location = / {{ return 200 "the site"; }}
        include {folder}/searchsvc-locations.conf;
    }}
}}
"""


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    nginx = tool("nginx", "apt: nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    port = _free_port()
    with service(folder, f"http://127.0.0.1:{port}/find") as address:
        for name in ("searchsvc-http.conf", "searchsvc-locations.conf"):
            text = (FOLDER / name).read_text()
            text = text.replace("127.0.0.1:8000", address)
            text = text.replace("/var/cache/nginx/searchsvc", str(folder / "cache"))
            (folder / name).write_text(text)
        site = folder / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        site.write_text(SITE.format(folder=folder, port=port, user=user))
        told = said(nginx, "-t", "-c", site)
        assert "warn" not in told and "test is successful" in told
        with proxy(Front(port), nginx, "-c", site) as front:
            yield front


def test_the_service_answers_at_its_prefix(front: Front) -> None:
    assert json.loads(front.get("/find/search?q=chip").body)["total"] == 30
    assert front.get("/find?q=chip").status == 308
    assert front.get("/find?q=chip").headers["Location"].endswith("/find/?q=chip")
    assert front.get("/").body == b"the site"


def test_every_link_of_the_page_leads_through_the_proxy(front: Front) -> None:
    begin = f"http://127.0.0.1:{front.port}"
    page = front.get("/find/?q=chip").body.decode()
    links = re.findall(r'(?:href|src|action)="(http://127[^"]*)"', page)
    assert any("/static/" in link for link in links) and any("page=2" in link for link in links)
    for link in links:
        assert link.startswith(f"{begin}/find/")
        assert front.get(link.removeprefix(begin).replace("&amp;", "&")).status == 200


def test_no_header_of_a_client_changes_a_link(front: Front) -> None:
    forged = {"Host": "evil.example", "X_Forwarded_Host": "evil.example"}
    answer = front.get("/find/feed?q=chip", **forged, X_Forwarded_Prefix="/evil")
    assert answer.status == 200 and b"evil" not in answer.body
    assert f"http://127.0.0.1:{front.port}/find/".encode() in answer.body


def test_an_answer_is_kept_for_as_long_as_the_service_says(front: Front) -> None:
    first, second = (front.get("/find/search?q=kept") for _ in range(2))
    assert [first.headers["X-Cache-Status"], second.headers["X-Cache-Status"]] == ["MISS", "HIT"]
    assert first.body == second.body
    assert "max-age=2" in first.headers["Cache-Control"]


def test_what_the_service_lets_nobody_keep_is_not_kept(front: Front) -> None:
    for _ in range(2):
        refused = front.get("/find/search?size=nine")
        assert (refused.status, refused.headers["X-Cache-Status"]) == (400, "MISS")


def test_clients_that_take_gzip_and_such_that_do_not_get_what_they_take(front: Front) -> None:
    path = "/find/search?q=chip&size=20"
    for status in ("MISS", "HIT"):
        packed = front.get(path, Accept_Encoding="br, gzip;q=0.8")
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["X-Cache-Status"] == status
        assert "Accept-Encoding" in packed.headers["Vary"]
        plain = front.get(path, Accept_Encoding="br, gzip;q=0")
        assert plain.headers["Content-Encoding"] is None
        assert gzip.decompress(packed.body)[:40] == plain.body[:40]
    again = front.get(path, Accept_Encoding="deflate, GZIP, zstd")
    assert again.headers["X-Cache-Status"] == "HIT", "one copy, however it is worded"


def test_the_machine_room_is_closed(front: Front) -> None:
    for path in ("metrics", "healthz", "readyz", "metrics/"):
        assert front.get(f"/find/{path}").status == 404


def test_an_answer_has_the_id_that_the_proxy_logs(front: Front) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", front.get("/find/search?q=id").headers["X-Request-ID"])


def test_who_asks_too_fast_is_told(front: Front) -> None:
    told = Counter(front.get("/find/search?q=fast").status for _ in range(150))
    assert told[200] > 0 and told[429] > 0 and set(told) == {200, 429}
