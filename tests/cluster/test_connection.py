"""What goes wrong with a cluster is told in one clear line, and never with a secret."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from searchsvc.cluster.connection import connect, one_line, untried
from searchsvc.engine import open_engine
from searchsvc.errors import ClusterAway, InvalidSettings
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.cluster.answering import answering
from tests.conftest import ROOT

SECRET = "hunter2-and-some"
ENVIRONMENT = {"SEARCHSVC_OPENSEARCH_USER": "ada", "SEARCHSVC_OPENSEARCH_PASSWORD": SECRET}


@pytest.fixture
def nowhere() -> str:
    """An address at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def at(url: str, folder: Path) -> Settings:
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    (corpus / "a.md").write_text("---\ntitle: A\n---\n")
    return replace(
        Settings(),
        engine="opensearch",
        opensearch_url=(url,),
        corpus=corpus,
        index=folder / "index",
    )


def told(settings: Settings) -> str:
    with pytest.raises(ClusterAway) as error, one_line(settings):
        connect(settings, ENVIRONMENT).info()
    (line,) = str(error.value).splitlines()
    assert SECRET not in line
    return line


def test_a_cluster_that_cannot_be_reached_is_named(nowhere: str, tmp_path: Path) -> None:
    line = told(at(nowhere, tmp_path))
    assert nowhere in line and "cannot be reached" in line and "opensearch_url" in line


def test_a_wrong_password_is_told_by_the_variables_that_hold_it(tmp_path: Path) -> None:
    with answering(401, {"error": "Unauthorized"}) as url:
        line = told(at(url, tmp_path))
    assert "401" in line and "SEARCHSVC_OPENSEARCH_USER" in line


def test_what_a_user_may_not_do_is_told(tmp_path: Path) -> None:
    with answering(403, {"error": {"root_cause": []}}) as url:
        assert "403" in told(at(url, tmp_path))


def test_a_server_that_speaks_no_tls_is_told(nowhere: str, tmp_path: Path) -> None:
    with answering(200, {}) as url:
        line = told(at(url.replace("http:", "https:"), tmp_path))
    assert "certificate" in line and "opensearch_ca" in line


def test_what_a_cluster_says_is_wrong_is_one_line(tmp_path: Path) -> None:
    cause = {"type": "some_exception", "reason": "of\nseveral\nlines"}
    with answering(500, {"error": {"root_cause": [cause], "type": "x"}}) as url:
        assert "500: some_exception: of several lines" in told(at(url, tmp_path))


@pytest.mark.parametrize(
    ("version", "is_tried"),
    [
        ({"distribution": "opensearch", "number": "3.8.0"}, True),
        ({"distribution": "opensearch", "number": "3.1.0"}, True),
        ({"distribution": "opensearch", "number": "2.19.1"}, False),
        ({"distribution": "opensearch", "number": "9.0.0"}, False),
        ({"number": "8.11.0"}, False),
    ],
)
def test_a_version_that_was_not_tried_is_told(
    version: dict[str, str], is_tried: bool, tmp_path: Path
) -> None:
    with answering(200, {"version": version}) as url:
        warning = untried(connect(at(url, tmp_path), {}))
    assert (warning is None) is is_tried
    assert is_tried or warning and version["number"] in warning


@pytest.mark.parametrize(
    "environment",
    [
        {"SEARCHSVC_OPENSEARCH_USER": "ada"},
        {"SEARCHSVC_OPENSEARCH_PASSWORD": SECRET},
        {**ENVIRONMENT, "SEARCHSVC_OPENSEARCH_API_KEY": SECRET},
    ],
)
def test_half_of_a_login_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings) as error:
        connect(at("http://127.0.0.1:1", tmp_path), environment)
    assert "go together" in str(error.value) and SECRET not in str(error.value)


def test_no_nodes_and_no_file_of_certificates_are_told(tmp_path: Path) -> None:
    settings = replace(at("https://127.0.0.1:1", tmp_path), opensearch_ca=tmp_path / "none.pem")
    with pytest.raises(InvalidSettings, match=r"none\.pem"):
        connect(settings, {})
    with pytest.raises(InvalidSettings, match="opensearch_url"):
        connect(replace(settings, opensearch_url=()), {})


def test_no_secret_is_ever_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = at("", tmp_path)
    caplog.set_level(logging.DEBUG)
    for environment in (ENVIRONMENT, {"SEARCHSVC_OPENSEARCH_API_KEY": SECRET}):
        with answering(500, {"error": "x"}) as url:
            client = connect(replace(settings, opensearch_url=(url,)), environment)
            logging.getLogger("opensearch").setLevel(logging.DEBUG)
            try:
                with pytest.raises(ClusterAway), one_line(settings):
                    client.search(index="a", body={"query": {"match_all": {}}})
            finally:
                logging.getLogger("opensearch").setLevel(logging.ERROR)
    assert SECRET not in caplog.text


def test_a_missing_extra_is_one_line_that_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['opensearchpy'] = None\n"
        "from searchsvc.cli import main; main(['search', 'x'])"
    )
    environment = {"SEARCHSVC_ENGINE": "opensearch", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "searchsvc[opensearch]" in line


def test_nothing_of_the_client_is_imported_for_the_embedded_engine() -> None:
    program = (
        "import sys, searchsvc.web, searchsvc.engine.embedded, searchsvc.publish.reindex\n"
        "assert not any(name.startswith('opensearchpy') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_a_reindex_is_refused_with_that_line(nowhere: str, tmp_path: Path) -> None:
    report = reindex(at(nowhere, tmp_path))
    assert report.status == "refused"
    assert report.reason and "cannot be reached" in report.reason


def test_a_service_without_its_cluster_says_so_and_when_to_ask_again(
    nowhere: str, tmp_path: Path
) -> None:
    client = create_app(at(nowhere, tmp_path)).test_client()
    for route in ("/search?q=a", "/suggest?q=a", "/articles/a", "/related/a", "/readyz"):
        response = client.get(route)
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert "cannot be reached" in response.get_json()["detail"]
    assert client.get("/healthz").status_code == 200


def test_an_engine_raises_what_the_service_tells(nowhere: str, tmp_path: Path) -> None:
    engine = open_engine(at(nowhere, tmp_path))
    with pytest.raises(ClusterAway):
        engine.search(SearchRequest("a"))
    with pytest.raises(ClusterAway):
        engine.stamp()
