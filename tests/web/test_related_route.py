"""GET /related/<id>."""

from __future__ import annotations

import pytest


def test_the_shape_of_an_answer(client):
    answer = client.get("/related/2020/azure-supercomputer").get_json()
    assert list(answer) == ["id", "partial", "results", "index"]
    article = client.get("/articles/2021/fugaku").get_json()
    first, second, *_ = answer["results"]
    assert first == {**article, "relation": "linked", "score": None}
    assert (second["relation"], second["score"]) == ("similar", 1.234568)
    assert answer["index"] == client.get("/search").get_json()["index"]


def test_ids_hold_slashes_spaces_and_accents(client):
    answer = client.get("/related/odd/100%25%20caf%C3%A9?size=2").get_json()
    assert answer["id"] == "odd/100% café" and len(answer["results"]) == 2


@pytest.mark.parametrize("path", ["none", "%00", "%FF", "a//b", "x" * 20_000])
def test_no_such_article(client, path):
    response = client.get(f"/related/{path}")
    assert response.status_code == 404
    assert response.get_json()["type"] == "urn:searchsvc:no-such-article"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("size=0", {"size": "a whole number from 1 to 100"}),
        ("size=nine", {"size": "a whole number from 1 to 100"}),
        ("limit=5", {"limit": "nothing, there is no such parameter; did you mean `size`?"}),
        ("q=a", {"q": "nothing, there is no such parameter; there are size"}),
    ],
)
def test_a_wrong_parameter_is_a_problem(client, query, told):
    response = client.get(f"/related/2021/fugaku?{query}")
    assert response.status_code == 400
    errors = response.get_json()["errors"]
    assert {error["parameter"]: error["takes"] for error in errors} == told


def test_an_answer_is_made_once(client, engine):
    first = client.get("/related/2021/fugaku")
    engine.articles = engine.articles[:2]
    assert client.get("/related/2021/fugaku").data == first.data
    engine.generation = "next"
    assert client.get("/related/2021/fugaku").data != first.data


def test_tracking_is_ignored(client):
    plain, tracked = (client.get(f"/related/2021/fugaku{query}") for query in ("", "?utm_x=1"))
    assert plain.headers["ETag"] == tracked.headers["ETag"]


def test_no_index_is_a_problem(empty_client):
    assert empty_client.get("/related/2021/fugaku").status_code == 503
