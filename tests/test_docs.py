"""The documents are true: their examples run, and nothing that exists is left out."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import feedparser
import httpx
import pytest

from searchsvc.cli import main
from searchsvc.editorial import curation, synonyms
from searchsvc.engine import open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.search.request import PARAMETERS
from searchsvc.settings import TABLE, Settings, shown
from searchsvc.web import create_app
from tests.conftest import ROOT
from tests.serving import serving

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BASE_URL = "http://127.0.0.1:8000"


def _blocks(path: Path, language: str) -> list[str]:
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return fence.findall(path.read_text("utf-8"))


def _commands(path: Path) -> list[str]:
    """One a line; a line that ends with a backslash goes on."""
    text = "".join(_blocks(path, "sh")).replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip()]


EXAMPLES = {path: commands for path in DOCUMENTS if (commands := _commands(path))}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with the demonstration corpus, indexed."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "corpus", folder / "corpus", symlinks=True)
    shutil.copy(ROOT / "LICENSE", folder)
    reindex(replace(Settings(), corpus=folder / "corpus", index=folder / "index"))
    return folder


@pytest.fixture(scope="module")
def url(desk: Path) -> Iterator[str]:
    settings = replace(Settings(), corpus=desk / "corpus", index=desk / "index")
    with serving(create_app(settings)) as url:
        yield url


def _curl(command: str) -> httpx.Response:
    """What curl would be answered, which need not be installed."""
    method, headers, address = "GET", {"Accept-Encoding": "identity"}, ""
    words = iter(shlex.split(command)[1:])
    for word in words:
        if word == "--compressed":
            headers["Accept-Encoding"] = "gzip"
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-I":
            method = "HEAD"
        elif word == "-X":
            method = next(words)
        else:
            assert not word.startswith("-") and not address, f"{word}: not known to the test"
            address = word
    return httpx.request(method, address, headers=headers, timeout=60)


def _check(response: httpx.Response) -> None:
    assert response.status_code == 200
    if response.request.headers["Accept-Encoding"] == "gzip":
        assert response.headers["Content-Encoding"] == "gzip"
    if response.request.method != "GET":
        assert not response.content
        return
    match response.headers["Content-Type"].partition(";")[0]:
        case "text/html":
            assert "<article" in response.text
        case "application/atom+xml":
            assert feedparser.parse(response.content).entries
        case _:
            assert response.json()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_run(path: Path, desk: Path, url: str) -> None:
    """Those of a document one after the other: later ones use what earlier ones wrote."""
    folder = Path(sys.executable).parent
    shim = desk / "searchsvc"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m searchsvc "$@"\n')
    shim.chmod(0o755)
    environment = {"PATH": f"{desk}:{folder}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    for command in EXAMPLES[path]:
        if command.startswith("curl "):
            _check(_curl(command.replace(BASE_URL, url)))
            continue
        done = subprocess.run(
            ["sh", "-c", command], cwd=desk, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert "Traceback" not in done.stderr, command


def test_the_readmes_first_search_finds_the_supercomputer_first(url: str) -> None:
    (command,) = (line for line in _commands(ROOT / "README.md") if line.startswith("curl"))
    address = command.removeprefix("curl ").strip("'").replace(BASE_URL, url)
    with urllib.request.urlopen(address) as response:
        answer = json.loads(response.read())
    assert answer["results"][0]["id"] == "2020/azure-supercomputer"
    promised = json.loads(_blocks(ROOT / "README.md", "json")[0])
    for key in ("query", "total", "page", "pages"):
        assert answer[key] == promised[key]
    assert answer["results"][0]["title"] == promised["results"][0]["title"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_json_examples_are_json_and_python_examples_compile(path: Path) -> None:
    for block in _blocks(path, "json"):
        json.loads(block)
    for block in _blocks(path, "python"):
        compile(block, path.name, "exec")


def test_the_editors_examples_are_right_and_name_articles_of_the_demonstration_corpus() -> None:
    words, rules = (block.encode() for block in _blocks(ROOT / "docs" / "editors.md", "yaml"))
    assert synonyms.parse(words, "")[1] == []
    curated, faults = curation.parse(rules, "")
    assert faults == []
    for choice in curated.choices():
        assert list((ROOT / "corpus").glob(f"{choice.id}.*")), choice.id


def test_the_python_example_runs(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    (example,) = _blocks(ROOT / "README.md", "python")
    exec(example, {})


def test_every_setting_is_documented_with_its_default_and_help() -> None:
    document = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for name, setting in TABLE.items():
        value = shown(setting.default)
        default = f"{value:g}" if isinstance(value, float) else str(value)
        default = default.lower() if isinstance(value, bool) else default
        default = " ".join(value) if isinstance(value, list) else default
        cell = "" if value in (None, []) else f"`{default}`"
        (row,) = re.findall(rf"^\| `{name}` \|.*$", document, re.MULTILINE)
        assert row.startswith(f"| `{name}` | {cell} |")
        assert row.endswith(f"| {setting.help} |")


def test_every_parameter_and_route_is_documented() -> None:
    document = (ROOT / "docs" / "http-api.md").read_text("utf-8")
    for name, item in PARAMETERS.items():
        default = "" if item.default in (None, (), "") else f"`{item.default}`".lower()
        row = f"| `{name}` | {default} | {item.type.takes} | {item.help} |"
        assert row in document.splitlines(), row
    for rule in create_app(Settings()).url_map.iter_rules():
        route = re.sub(r"<.*?>", "<", str(rule)).split("<")[0]
        assert route.startswith("/static") or f"`{route}" in document, rule


def test_every_command_is_documented() -> None:
    documents = "".join(path.read_text("utf-8") for path in DOCUMENTS)
    for name in main.commands:
        assert f"searchsvc {name}" in documents, name


def test_every_room_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for package in (ROOT / "searchsvc").glob("*/__init__.py"):
        assert f"`{package.parent.name}/`" in readme, package.parent.name


def test_the_report_of_a_reindex_is_documented(desk: Path) -> None:
    (example,) = _blocks(ROOT / "docs" / "operations.md", "json")
    settings = replace(Settings(), corpus=desk / "corpus", index=desk / "index")
    assert json.loads(example).keys() == reindex(settings).to_json().keys()


def test_samples_count_the_articles_of_the_demonstration_corpus(desk: Path) -> None:
    settings = replace(Settings(), corpus=desk / "corpus", index=desk / "index")
    articles = open_engine(settings).status().articles
    documents = "".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert set(re.findall(r'"articles": ?(\d+)', documents)) == {str(articles)}


def test_every_dependency_earns_its_line() -> None:
    document = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    listed = project.split("\ndependencies = [")[1].split("]")[0]
    for name in re.findall(r'"([\w-]+)', listed):
        assert f"| {name} " in document, name


def test_links_between_documents_lead_somewhere() -> None:
    for path in DOCUMENTS:
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


PAGES = [*DOCUMENTS, ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", ROOT / "deploy" / "README.md"]


def _anchors(path: Path) -> set[str]:
    """What a heading is called in links, as GitHub makes it."""
    headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[`*]|\[(.*?)\]\(.*?\)", r"\1", heading).lower() for heading in headings)
    return {re.sub(r"[^\w -]", "", heading).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_to_places_in_documents_lead_to_a_heading(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link, anchor in re.findall(r"\]\(([\w./-]*)#([\w-]+)\)", text):
        target = path.parent / link if link else path
        assert anchor in _anchors(target), f"{link}#{anchor}"
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / link).exists(), link


def test_the_version_stands_in_the_changes() -> None:
    (version,) = re.findall(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.M)
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
