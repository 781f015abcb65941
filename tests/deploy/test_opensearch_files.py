"""The files for the service and a cluster: settings that there are, ports that are open to few."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from searchsvc.settings import load
from tests.deploy.tools import DEPLOY, said, tool

COMPOSE = DEPLOY / "opensearch" / "compose.yaml"
MANIFESTS = DEPLOY / "opensearch" / "kubernetes.yaml"


def manifest(kind: str, name: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = (
        item
        for item in yaml.safe_load_all(MANIFESTS.read_text())
        if (item["kind"], item["metadata"]["name"]) == (kind, name)
    )
    return found


def test_compose_names_settings_that_there_are_and_nodes_that_it_starts() -> None:
    compose = yaml.safe_load(COMPOSE.read_text())
    services = compose["services"]
    environment = dict(services["search"]["environment"])
    environment["SEARCHSVC_PUBLIC_URL"] = "http://127.0.0.1:8000"
    settings = load(None, environ=environment).settings
    assert settings.engine == "opensearch"
    nodes = {url.removeprefix("http://").partition(":")[0] for url in settings.opensearch_url}
    assert nodes == {name for name in services if name.startswith("node-")}
    for node in nodes:
        assert services[node]["networks"] == ["cluster"] and "ports" not in services[node]
        assert services[node]["environment"]["node.name"] == node
    assert compose["networks"]["cluster"]["internal"] is True


def test_manifests_are_right_by_the_schemas() -> None:
    said(tool("kubernetes-validate", "pip: kubernetes-validate"), "--strict", MANIFESTS)


def test_manifests_hold_settings_that_there_are(tmp_path: Path) -> None:
    inside = tmp_path / "searchsvc.yaml"
    inside.write_text(manifest("ConfigMap", "searchsvc-cluster")["data"]["searchsvc.yaml"])
    settings = load(inside, environ={}).settings
    service = manifest("Service", "opensearch")
    assert settings.opensearch_url == (f"http://{service['metadata']['name']}:9200",)
    assert settings.engine == "opensearch"


def test_only_the_service_and_the_nodes_reach_the_nodes() -> None:
    policy = manifest("NetworkPolicy", "opensearch")["spec"]
    labels = manifest("StatefulSet", "opensearch")["spec"]["template"]["metadata"]["labels"]
    assert policy["podSelector"]["matchLabels"] == labels
    http, transport = policy["ingress"]
    searching = manifest("Deployment", "searchsvc-cluster")["spec"]["template"]["metadata"]
    wanted = http["from"][0]["podSelector"]["matchLabels"]
    assert wanted.items() <= searching["labels"].items()
    assert transport["from"][0]["podSelector"]["matchLabels"] == labels
