"""The manifests: right by the schemas of Kubernetes, and in agreement with each other."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.deploy.tools import DEPLOY, said, tool

FOLDER = DEPLOY / "kubernetes"
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")
MANIFESTS: list[dict[str, Any]] = [
    manifest for path in FILES for manifest in yaml.safe_load_all(path.read_text())
]


def _of_kind(kind: str) -> dict[str, Any]:
    (manifest,) = (manifest for manifest in MANIFESTS if manifest["kind"] == kind)
    return manifest


def _pods() -> list[dict[str, Any]]:
    deployment = _of_kind("Deployment")["spec"]["template"]
    return [deployment, _of_kind("CronJob")["spec"]["jobTemplate"]["spec"]["template"]]


def test_they_are_right_by_the_schemas() -> None:
    said(tool("kubernetes-validate", "pip: kubernetes-validate"), "--strict", *FILES)


def test_all_of_them_are_applied() -> None:
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == [path.name for path in FILES]


@pytest.mark.parametrize("pod", _pods(), ids=["search", "reindex"])
def test_pods_may_do_little(pod: dict[str, Any]) -> None:
    spec = pod["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == 10001, "the user of the image"
    assert spec["automountServiceAccountToken"] is False
    (container,) = spec["containers"]
    security = container["securityContext"]
    assert security["readOnlyRootFilesystem"] and not security["allowPrivilegeEscalation"]
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("pod", _pods(), ids=["search", "reindex"])
def test_what_they_mount_is_there(pod: dict[str, Any]) -> None:
    (container,) = pod["spec"]["containers"]
    volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == set(volumes)
    names = {(item["kind"], item["metadata"]["name"]) for item in MANIFESTS}
    for volume in volumes.values():
        if claim := volume.get("persistentVolumeClaim"):
            assert ("PersistentVolumeClaim", claim["claimName"]) in names
        if settings := volume.get("configMap"):
            assert ("ConfigMap", settings["name"]) in names


def test_only_the_reindex_writes_the_index_and_nobody_the_articles() -> None:
    for pod, writes in zip(_pods(), (False, True), strict=True):
        (container,) = pod["spec"]["containers"]
        mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
        assert mounts["index"].get("readOnly", False) is not writes
        assert mounts["index"]["mountPath"] == "/data"
        if "articles" in mounts:
            assert mounts["articles"]["readOnly"] is True


def test_requests_find_their_way() -> None:
    (rule,) = _of_kind("Ingress")["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    service = _of_kind("Service")
    assert path["backend"]["service"]["name"] == service["metadata"]["name"]
    labels = _pods()[0]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
    (container,) = _pods()[0]["spec"]["containers"]
    names = {port["name"] for port in container["ports"]}
    assert {port["targetPort"] for port in service["spec"]["ports"]} <= names
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        assert container[probe]["httpGet"]["port"] in names
