"""GET /feed, as feed readers read it."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as xml

import feedparser
import pytest

from searchsvc.articles.article import Article, Provider
from searchsvc.search import MAX_SIZE
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.conftest import index_of
from tests.web.fake_engine import FakeEngine

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://news.example/find"


@pytest.fixture
def public(engine):
    return create_app(Settings(public_url=SITE), engine).test_client()


def read(client, path="/feed"):
    response = client.get(path)
    assert response.status_code == 200
    found = feedparser.parse(
        response.data, response_headers={"content-type": response.content_type}
    )
    assert not found.bozo, found.bozo_exception
    assert found.version == "atom10"
    return found


def test_it_is_xml_and_says_so(public):
    response = public.get("/feed")
    assert response.content_type == "application/atom+xml; charset=utf-8"
    assert response.data.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<feed ')


def test_the_feed(public):
    feed = read(public, "/feed?q=supercomputer&utm_source=x").feed
    assert feed.title == "Articles for “supercomputer”"
    assert feed.updated == "2021-06-28T08:00:00Z"
    assert feed.author == "news.example"
    assert {link.rel: (link.href, link.type) for link in feed.links} == {
        "self": (f"{SITE}/feed?q=supercomputer", "application/atom+xml"),
        "alternate": (f"{SITE}/?q=supercomputer&sort=newest&collapse=none", "text/html"),
    }


def test_an_entry(public):
    newest, oldest = read(public, "/feed?q=supercomputer").entries
    assert (newest.author, newest.title) == (
        "Petaflop Weekly",
        "Fugaku is the fastest supercomputer again",
    )
    assert oldest.title == "Microsoft built a new AI supercomputer in Azure"
    assert (oldest.updated, oldest.published) == ("2020-05-20T12:59:00Z",) * 2
    assert oldest.link == "https://news.example/azure"
    assert oldest.summary == "It has over 285,000 CPU cores and 10,000 GPUs."
    assert [tag.term for tag in oldest.tags] == ["AI", "Cloud"]


def test_what_rfc_4287_demands_of_every_feed_and_entry(public):
    root = xml.fromstring(public.get("/feed").data)
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (only,) = element.findall(f"{ATOM}{name}")
            assert only.text and only.text.strip()
        kinds = [
            (link.get("rel"), link.get("type"), link.get("hreflang"))
            for link in element.findall(f"{ATOM}link")
        ]
        assert ("alternate") in {kind[0] for kind in kinds} and len(set(kinds)) == len(kinds)
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids) and all(text.startswith("urn:uuid:") for text in ids)


def test_ids_are_the_same_on_every_page_and_in_every_feed(public):
    def ids(path):
        found = read(public, path)
        return found.feed.id, {entry.title: entry.id for entry in found.entries}

    one, first = ids("/feed?q=supercomputer&size=1")
    two, second = ids("/feed?q=supercomputer&size=1&page=2")
    _, all_of_them = ids("/feed")
    assert one == two != ids("/feed")[0]
    assert {**first, **second}.items() <= all_of_them.items()


def test_other_sites_have_other_ids(public, client):
    theirs, ours = ({item.id for item in read(each).entries} for each in (public, client))
    assert not theirs & ours


def test_pages_lead_to_their_neighbours(engine):
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    engine.articles = [Article(str(n), f"Word {n}", published_at=moment) for n in range(7)]
    client = create_app(Settings(public_url=SITE), engine).test_client()
    path, seen = "/feed?q=word&size=3&sort=relevance", []
    while path:
        found = read(client, path)
        seen += [entry.title for entry in found.entries]
        links = {link.rel: link.href for link in found.feed.links}
        assert links["self"] == SITE + path
        path = links["next"].removeprefix(SITE) if "next" in links else None
    assert seen == [f"Word {n}" for n in range(7)]
    assert links["previous"] == f"{SITE}/feed?q=word&page=2&size=3&sort=relevance"


def test_the_undated_are_left_out_and_the_order_may_be_asked_for(public):
    assert len(read(public).entries) == 2
    assert [e.title[:6] for e in read(public, "/feed?sort=oldest").entries] == ["Micros", "Fugaku"]


def test_nothing_found_is_an_empty_feed(public):
    found = read(public, "/feed?q=nothing")
    assert found.entries == [] and found.feed.updated == "2021-03-04T05:00:00Z"


def test_a_feed_is_not_filled_up_with_articles_that_lack_some_of_its_words(tmp_path):
    titles = {"both": "An azure supercomputer", "one": "A supercomputer"}
    articles = {
        name: {"title": title, "publishedDateTime": "2020-05-20"} for name, title in titles.items()
    }
    public = create_app(index_of(tmp_path, articles)).test_client()
    assert [e.title for e in read(public, "/feed?q=azure+supercomputer").entries] == [
        "An azure supercomputer"
    ]
    assert read(public, "/feed?q=azure+supercomputer+zeppelin").entries == []
    assert public.get("/search?q=azure+supercomputer").json["total"] == 2
    assert public.get("/search?q=azure+supercomputer&words=all").json["total"] == 1


def test_links_are_never_built_from_the_host_header(client, public):
    for each in (client, public):
        assert b"evil" not in each.get("/feed?q=ai", headers={"Host": "evil.example"}).data
    assert read(client, "/feed?q=ai").feed.links[0].href == "./feed?q=ai"


def test_with_a_slash_at_its_end_it_is_the_same_feed(client):
    plain, deeper = read(client, "/feed?q=ai"), read(client, "/feed/?q=ai")
    assert deeper.feed.links[0].href == "../feed?q=ai"
    assert deeper.feed.id == plain.feed.id
    assert [entry.id for entry in deeper.entries] == [entry.id for entry in plain.entries]


HOSTILE = [
    "</title><script>alert(1)</script>",
    "]]> & &amp; <!-- --> <?xml?>",
    "a\x00b\x0b\ufffe\uffff\x1b",
    "\u202eright to left 🤔 日本",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_text(text):
    article = Article(
        text,
        text,
        text,
        "javascript:alert(1)",
        published_at=datetime(2020, 1, 1, tzinfo=UTC),
        provider=Provider(text, None),
        topics=(text,),
    )
    client = create_app(Settings(public_url=SITE), FakeEngine([article])).test_client()
    root = xml.fromstring(client.get("/feed").data)
    shown = "".join("\ufffd" if c in "\x00\x0b\ufffe\uffff\x1b" else c for c in text)
    entry = root.find(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}{name}") for name in ("title", "summary")] == [shown, shown]
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == shown
    assert entry.find(f"{ATOM}category").get("term") == shown
    assert entry.find(f"{ATOM}link").get("href").startswith(f"{SITE}/articles/")


def test_a_path_of_the_same_site_is_made_absolute(engine):
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    engine.articles = [Article("a", "A", url="/news/a", published_at=moment)]
    client = create_app(Settings(public_url=SITE), engine).test_client()
    assert read(client).entries[0].link == "https://news.example/news/a"


def test_a_wrong_parameter_is_a_problem(client):
    response = client.get("/feed?size=nine&colour=red")
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert {error["parameter"] for error in response.get_json()["errors"]} == {"size", "colour"}


def test_no_index_is_a_problem(empty_client):
    assert empty_client.get("/feed").status_code == 503


def test_every_parameter_of_search_is_taken(client):
    query = "q=a&facets=topic&facet_query=topic:a&explain=true&highlight=true&collapse=story"
    assert client.get(f"/feed?{query}&size={MAX_SIZE}").status_code == 200
