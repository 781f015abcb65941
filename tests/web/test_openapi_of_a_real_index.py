"""What an index of the demonstration articles answers, down to the last key, is as documented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from searchsvc.engine import open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.conftest import ROOT
from tests.web.test_openapi import check_answer


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    index = tmp_path_factory.mktemp("demonstration") / "index"
    settings = replace(Settings(), corpus=ROOT / "corpus", index=index)
    reindex(settings)
    engine = open_engine(settings)
    yield create_app(settings, engine).test_client()
    engine.close()


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/search", "size=100&facets=topic,provider,category,type,month"),
        ("/search", "q=quantum+chip&explain=true&collapse=story&size=100"),
        ("/search", "q=supercomputer+zebra+violin+glacier+football"),
        ("/search", "q=supercomputr&highlight=false"),
        ("/search", "q=%22no+such+phrase%22"),
        ("/suggest", "q=sup&size=50"),
        ("/suggest/opensearch", "q=sup"),
        ("/related/{article_id}", "size=50"),
        ("/articles/{article_id}", ""),
        ("/readyz", ""),
    ],
)
def test_real_answers_hold_what_is_declared_and_no_more(
    client: FlaskClient, path: str, query: str
) -> None:
    address = path.replace("{article_id}", "2020/azure-supercomputer")
    check_answer(path, client.get(f"{address}?{query}"))
