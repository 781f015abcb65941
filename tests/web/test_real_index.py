"""The same routes over a real index: what the engine in memory promises, the real one keeps."""

from __future__ import annotations

import html
import re

import feedparser
import pytest
from flask.testing import FlaskClient

from searchsvc.publish.reindex import reindex
from searchsvc.web import create_app


@pytest.fixture
def client(write, indexed, settings) -> FlaskClient:
    write("a", title="Supercomputers & <cores>", topics=["AI"], webUrl="https://x.example/a")
    write("b", title="A cloud", excerpt="No supercomputer", topics=["ai", "Cloud"], heat=99)
    return create_app(settings, indexed()).test_client()


def test_search(client):
    answer = client.get("/search?q=supercomputer&facets=topic&explain=true").get_json()
    assert {result["id"] for result in answer["results"]} == {"a", "b"}
    assert answer["facets"]["topic"][0]["count"] == 2
    assert all(result["explain"]["fields"] for result in answer["results"])


def test_an_article(client):
    assert client.get("/articles/b").get_json()["heat"] == 99


def test_stories(client, write, settings):
    write("c", title="SUPERCOMPUTERS & cores!", related=["https://x.example/a/"])
    reindex(settings)
    answer = client.get("/search?q=supercomputers&collapse=story").get_json()
    assert answer["total"] == 2
    story = next(result for result in answer["results"] if result["also"])
    assert {story["id"], *(other["id"] for other in story["also"])} == {"a", "c"}


def test_related_articles(client):
    assert client.get("/related/a").get_json()["results"][0]["id"] == "b"
    assert client.get("/related/c").status_code == 404


def test_the_feed_holds_what_has_a_date(client, write, settings):
    assert feedparser.parse(client.get("/feed?q=supercomputer").data).entries == []
    write("c", title="One more & supercomputer", publishedDateTime="2020-05-20")
    reindex(settings)
    (entry,) = feedparser.parse(client.get("/feed?q=supercomputer").data).entries
    assert (entry.title, entry.updated) == ("One more & supercomputer", "2020-05-20T00:00:00Z")


def test_the_page(client):
    text = client.get("/?q=supercomputer").text
    assert "<mark>Supercomputers</mark> &amp; &lt;cores&gt;</a>" in text
    assert "2 articles for “supercomputer”" in text


@pytest.mark.parametrize(
    "query", ["", "q=supercomputer&size=1", "q=supercomputre&topic=ai", "q=zq"]
)
def test_every_link_of_a_page_leads_somewhere(client, query):
    links = set(re.findall(r'href="\.(/[^"]*)"', client.get(f"/?{query}").text))
    assert {link.partition("?")[0] for link in links} >= {
        "/",
        "/feed",
        "/search",
        "/opensearch.xml",
    }
    for link in links:
        with client.get(html.unescape(link)) as response:
            assert response.status_code == 200, link


def test_a_misspelt_word_is_put_right_unless_its_reader_means_it(client):
    text = client.get("/?q=supercomputre").text
    assert "2 articles for “supercomputer”" in text
    assert 'Showing results for <strong dir="auto">supercomputer</strong>' in text
    assert 'instead for <a href="./?q=%22supercomputre%22" dir="auto">supercomputre</a>' in text
    meant = client.get("/?q=%22supercomputre%22").text
    assert "No articles for “&#34;supercomputre&#34;”" in meant
    assert 'Did you mean <a href="./?q=supercomputer" dir="auto">supercomputer</a>?' in meant


def test_words_too_many_are_said_to_be_dropped(client):
    assert (
        "Few or no articles have all of these words"
        in client.get("/?q=supercomputer+cloud+cores").text
    )


def test_while_one_types_the_last_word_is_a_beginning_but_not_in_links(client):
    text = client.get("/?q=supercom&typing=true&size=1").text
    assert "2 articles for “supercom”" in text
    assert "typing" not in text


def test_an_unfinished_word_that_finds_nothing_is_a_beginning_even_when_sent(client):
    text = client.get("/?q=supercom&size=1").text
    assert "2 articles for “supercom”" in text and "No article has just these words" in text
    assert 'href="./?q=supercom&amp;page=2&amp;size=1"' in text
    assert 'href="./search?q=supercom&amp;size=1&amp;collapse=story&amp;typing=true"' in text
    assert "No article has just these words" not in client.get("/?q=supercomputer").text


def test_fewer_words_are_the_last_resort(client):
    text = client.get("/?q=cloud+supercom").text
    assert "No article has just these words" in text


def test_a_reindex_is_noticed_and_answers_of_before_are_out_of_date(client, write, settings):
    tag = client.get("/search?q=supercomputer").headers["ETag"]
    held = {"If-None-Match": tag}
    assert client.get("/search?q=supercomputer", headers=held).status_code == 304
    write("c", title="One more supercomputer")
    assert reindex(settings).status == "published"
    response = client.get("/search?q=supercomputer", headers=held)
    assert response.status_code == 200 and response.get_json()["total"] == 3


def test_no_index_and_then_one(write, settings):
    client = create_app(settings).test_client()
    assert client.get("/search?q=a").status_code == client.get("/").status_code == 503
    write("a", title="Supercomputers")
    reindex(settings)
    assert client.get("/search?q=supercomputer").get_json()["total"] == 1


@pytest.mark.parametrize("query", ['"', "(" * 500, "title:", "-", "OR", "a AND", "*", "😀", "\\"])
def test_no_words_are_an_error(client, query):
    for path in ("/", "/search"):
        assert client.get(path, query_string={"q": query}).status_code == 200
