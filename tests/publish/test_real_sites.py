"""A real site's articles, whole: every file accounted for, nothing secret, nothing unpublished."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import replace

import pytest

from searchsvc.articles.listing import SUFFIXES
from searchsvc.engine import open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.search.response import result_json
from searchsvc.settings import Allowance, Settings
from tests.conftest import SHARED

pytestmark = pytest.mark.shared
DATA = SHARED / "data" / "smartable"
RUN = 16


@pytest.fixture
def site(settings: Settings) -> Settings:
    for archive in sorted(DATA.glob("*.tar.gz")):
        with tarfile.open(archive) as tar:
            tar.extractall(settings.corpus / archive.name.split(".")[0], filter="data")
    shutil.copy(DATA / "seed-article.md", settings.corpus / "seed-article.txt")
    return replace(settings, max_rejects=Allowance(100, True))


def _answers(settings: Settings) -> Iterator[bytes]:
    engine = open_engine(settings)
    for query in ("", "power apps", "diablo", "microsoft", "supercomputer"):
        for page in range(1, 100):
            request = SearchRequest(query, page=page, size=100, explain=True)
            result = engine.search(request)
            if not result.hits:
                break
            yield result_json(result, explain=True)


def test_every_file_is_accounted_for_and_nothing_secret_gets_out(site: Settings) -> None:
    report = reindex(site)
    files = [path for path in site.corpus.rglob("*") if path.name.lower().endswith(SUFFIXES)]
    assert report.counts.with_front_matter + report.counts.skipped == len(files) > 1_000
    assert all(rejection.reason for rejection in report.rejects)

    texts = {path: path.read_text("utf-8") for path in files}
    runs = set()
    for text in texts.values():
        for secret in re.findall(r'^secured: "?([^"\n]+)', text, re.MULTILINE):
            runs |= {secret[start : start + RUN] for start in range(len(secret) - RUN + 1)}
    assert len(runs) > 100_000

    def leaks(content: str) -> bool:
        # A run can only stand where there is no white space; most text is ruled out by that.
        words = (word for word in re.split(r"[\s\"]+", content) if len(word) >= RUN)
        return any(
            word[start : start + RUN] in runs
            for word in words
            for start in range(len(word) - RUN + 1)
        )

    for path in site.index.rglob("*"):
        if path.is_file():
            assert not leaks(path.read_bytes().decode("latin-1")), path
    unpublished = {
        path.relative_to(site.corpus).as_posix().rsplit(".", 1)[0]
        for path, text in texts.items()
        if re.search(r"^(published: false|removed: true|deleted: true)\s*$", text, re.MULTILINE)
    }
    assert len(unpublished) > 100
    for answer in _answers(site):
        assert not leaks(answer.decode())
        assert not unpublished & {hit["id"] for hit in json.loads(answer)["results"]}


@pytest.mark.parametrize("query", ["supercomputer", "supercomputers", "285000"])
def test_the_seed_article_alone_is_found(settings: Settings, query: str) -> None:
    shutil.copy(DATA / "seed-article.md", settings.corpus / "seed-article.txt")
    reindex(settings)
    hits = open_engine(settings).search(SearchRequest(query)).hits
    assert [hit.id for hit in hits] == ["seed-article"]
