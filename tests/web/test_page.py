"""The page at `/`, read as a browser without JavaScript reads it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from searchsvc.articles.article import Article, Provider
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.web.fake_engine import MOMENT


class Tags(HTMLParser):
    """Every element that opens, with its attributes; and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attributes
            for name, attributes in self.found
            if name == tag and wanted.items() <= attributes.items()
        ]

    def links(self) -> list[str]:
        return [str(attributes["href"]) for attributes in self.all("a")]


@pytest.fixture
def page(client):
    return lambda query="": Tags(client.get(f"/?{query}").text)


def test_a_labelled_search_box(page):
    tags = page("q=%22quoted%22+%26")
    assert tags.all("form", role="search", method="get")
    assert tags.all("label")[0]["for"] == tags.all("input", type="search")[0]["id"]
    assert tags.all("input", name="q")[0]["value"] == '"quoted" &'


def test_the_box_keeps_filters_and_sort_but_not_the_page(client):
    text = client.get("/?q=supercomputer&topic=AI&sort=newest&size=1&page=1&collapse=none").text
    box = Tags(text[text.index("<form") : text.index("</form>")])
    hidden = {(item["name"], item["value"]) for item in box.all("input", type="hidden")}
    assert hidden == {("topic", "AI"), ("sort", "newest"), ("size", "1"), ("collapse", "none")}


def test_it_is_not_for_search_engines(page):
    assert page().all("meta", name="robots", content="noindex")


def test_it_has_style_sheets_an_icon_and_a_language(page):
    tags = page()
    assert len(tags.all("link", rel="stylesheet", media="print")) == 1
    assert "/static/icon.svg" in tags.all("link", rel="icon")[0]["href"]
    assert tags.all("html", lang="en-GB")


def test_a_result(client):
    text = client.get("/?q=azure").text
    assert (
        '<a href="https://news.example/azure" rel="noopener">'
        "Microsoft built a new AI supercomputer in <mark>Azure</mark></a>" in text
    )
    assert (
        '<time datetime="2020-05-20T12:59:00Z" title="Wednesday, 20 May 2020, 12:59 UTC">'
        "20 May 2020</time>" in text
    )
    assert ">Windows<" in text
    assert 'href="./?q=azure&amp;topic=Cloud"' in text


def test_a_picture_has_its_place_before_it_is_there(page):
    (image,) = [tag for tag in page("q=azure").all("img") if "cdn" in str(tag["src"])]
    assert (image["width"], image["height"], image["alt"]) == ("1200", "800", "")
    assert image["loading"] == "lazy"


def test_a_picture_of_unknown_size_has_one_too(page):
    (image,) = [tag for tag in page("q=hostile").all("img") if "x.example" in str(tag["src"])]
    assert (image["width"], image["height"]) == ("600", "400")


def test_an_article_without_a_url_is_not_a_link(client):
    text = client.get("/?q=ada").text
    assert re.search(r"<h2[^>]*><span><mark>Ada</mark> Lovelace</span></h2>", text)


def test_a_path_of_the_same_site_is_a_link(page):
    assert "/paths/of/our/own" in page("q=prices").links()


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("q=supercomputer", "2 articles for “supercomputer”"),
        ("q=fugaku", "1 article for “fugaku”"),
        ("q=fugaku&collapse=none", "1 article for “fugaku”"),
        ("q=zyzzyva", "No articles for “zyzzyva”"),
        ("topic=AI", "1 article"),
        ("", "Newest articles"),
        ("sort=oldest", "Oldest articles"),
        ("sort=heat", "Most popular articles"),
    ],
)
def test_the_heading_counts_exactly(client, query, heading):
    assert f">{heading}</h1>" in client.get(f"/?{query}").text


def test_without_a_question_the_newest_come_first(page):
    tags = page()
    assert tags.text.index("Fugaku is the fastest") < tags.text.index("Microsoft built")
    assert [tag["href"] for tag in tags.all("a", **{"aria-current": "true"})] == ["./?sort=newest"]


def test_sorts_are_links(page):
    tags = page("q=supercomputer&sort=heat&page=1")
    assert {"./?q=supercomputer", "./?q=supercomputer&sort=newest"} <= set(tags.links())
    assert tags.all("a", **{"aria-current": "true", "href": "./?q=supercomputer&sort=heat"})


def test_facets_are_links_with_counts(client):
    text = client.get("/?q=supercomputer").text
    assert 'href="./?q=supercomputer&amp;provider=Petaflop+Weekly"' in text
    assert '<span class="count">1</span>' in text


def test_a_facet_that_is_set_is_a_link_that_removes_it(page):
    tags = page("q=supercomputer&topic=ai&sort=newest")
    assert tags.all("a", **{"aria-current": "true", "href": "./?q=supercomputer&sort=newest"})


def test_another_value_widens_a_filter(page):
    tags = page("topic=ai")
    assert "./?topic=ai&topic=Cloud" in tags.links()


def test_filters_that_are_set_are_shown_and_can_be_removed(client):
    text = client.get("/?q=a&category=news&from=2020-05&to=2020-05-20").text
    assert 'aria-label="Remove the filter Category: News"' in text
    assert 'aria-label="Remove the filter From: 1 May 2020"' in text
    assert 'aria-label="Remove the filter Until: 20 May 2020"' in text
    assert 'href="./?q=a&amp;category=news&amp;to=2020-05-20"' in text


def test_paging(page):
    tags = page("q=e&size=1&page=2")
    assert tags.all("a", rel="prev")[0]["href"] == "./?q=e&size=1"
    assert tags.all("a", rel="next")[0]["href"] == "./?q=e&page=3&size=1"
    assert tags.all("link", rel="prev") and tags.all("link", rel="next")
    assert tags.all("a", **{"aria-current": "page"})[0]["href"] == "./?q=e&page=2&size=1"


def test_one_page_has_no_pager(page):
    assert not page("q=fugaku").all("nav", **{"aria-label": "Pages"})


def test_many_pages_are_named_by_a_few(client, engine):
    engine.articles = [Article(f"n/{number}", f"Story {number}") for number in range(60)]
    text = client.get("/?q=story&size=2&page=15").text
    pager = text[text.index('aria-label="Pages"') :]
    assert re.findall(r">(\d+|…)<", pager[: pager.index("</ol>")]) == [
        *("1", "…", "13", "14", "15", "16", "17", "…", "30")
    ]


def test_no_link_leads_deeper_than_may_be_asked(client, engine):
    engine.extra = {"total": 50_000, "pages": 5_000}
    text = client.get("/?q=a&page=1000").text
    assert "page=1001" not in text and 'rel="next"' not in text
    assert "page=1000" in text


def test_a_page_past_the_end_leads_back(page):
    tags = page("q=supercomputer&size=1&page=9")
    assert "There is no page 9" in tags.text
    assert "./?q=supercomputer&page=2&size=1" in tags.links()


def test_nothing_found_offers_a_way_on(page):
    tags = page("q=zyzzyva&topic=AI")
    assert "Check the spelling" in tags.text
    assert "./?q=zyzzyva" in tags.links()
    assert "Newest articles" in tags.text and "Fugaku is the fastest" in tags.text


def test_no_articles_at_all(client, engine):
    engine.articles = []
    response = client.get("/")
    assert response.status_code == 200 and "No articles" in response.text


@pytest.mark.parametrize(
    ("extra", "text"),
    [
        ({"corrected": "<super>"}, 'results for <strong dir="auto">&lt;super&gt;</strong>'),
        ({"corrected": "super"}, 'instead for <a href="./?q=%22ai%22" dir="auto">ai</a>'),
        ({"relaxed": True}, "Few or no articles have all of these words"),
        ({"did_you_mean": "cloud"}, 'Did you mean <a href="./?q=cloud" dir="auto">cloud</a>?'),
        (
            {"partial": True, "total": 1234, "total_articles": 1300},
            "At least 1,300 articles in 1,234 stories for “ai”",
        ),
    ],
)
def test_what_the_engine_did_to_help_is_said(client, engine, extra, text):
    engine.extra = extra
    assert text in client.get("/?q=ai").text


def test_no_results_are_said_to_be_shown_where_filters_leave_none(client, engine):
    engine.articles, engine.extra = [], {"corrected": "super"}
    text = client.get("/?q=supre&topic=AI").text
    assert "Showing results" not in text and "search for <strong" in text


@pytest.mark.parametrize("query", ["q=hostile", "", "q=%3Cscript%3Ealert(5)%3C/script%3E"])
def test_hostile_texts_stay_texts(page, query):
    tags = page(query)
    assert not [tag for tag in tags.all("script") if not str(tag.get("src")).startswith("./static")]
    assert not tags.all("b")
    assert not [name for _, attributes in tags.found for name in attributes if name[:2] == "on"]
    assert not [link for link in tags.links() if link.startswith("javascript")]


def test_hostile_texts_are_shown_as_they_are(page):
    text = page("q=hostile").text
    assert "<script>alert('title')</script> hostile </mark>" in text
    assert '"><img src=x onerror=alert(1)> <b>hostile</b> &amp;' in text
    assert '<script>alert("provider")</script>' in text


def test_a_topic_of_any_letters_makes_a_whole_link(page):
    assert "./?q=hostile&topic=a%26b%3Dc%23d" in page("q=hostile").links()


def test_a_long_excerpt_is_cut_between_words(client, engine):
    engine.articles = [Article("long", "Long", "word " * 5_000)]
    text = client.get("/?q=zyzzyva").text
    assert "word word…" in text and len(text) < 10_000


def test_unknown_parameters_are_ignored(client):
    assert client.get("/?q=ai&colour=red&typing=true").status_code == 200


@pytest.mark.parametrize("query", ["explain=true", "highlight=false", "facets=month"])
def test_parameters_for_programs_change_nothing(client, query):
    plain, given = client.get("/?q=ai"), client.get(f"/?q=ai&{query}")
    assert plain.headers["ETag"] == given.headers["ETag"]


def test_the_same_results_as_json_are_one_link_away(client, page):
    (link,) = page("q=supercomputer&topic=AI").all("link", type="application/json")
    assert link["href"] == "./search?q=supercomputer&topic=AI&collapse=story"
    assert client.get(str(link["href"]).removeprefix(".")).get_json()["total"] == 1


def test_the_results_can_be_followed_and_searched_from_the_browser(page):
    tags = page("q=supercomputer&topic=AI&size=1")
    (feed,) = tags.all("link", type="application/atom+xml")
    assert str(feed["href"]).startswith("./feed?q=supercomputer") and "topic=AI" in str(
        feed["href"]
    )
    assert feed["href"] in tags.links()
    (search,) = tags.all("link", rel="search")
    assert search["type"] == "application/opensearchdescription+xml"
    assert search["href"] == "./opensearch.xml"


STORY = [
    Article(
        f"story/{number}", "The <same> story", "It is told again.", f"https://x.example/{number}"
    )
    for number in range(7)
]


def test_a_story_is_shown_once_with_its_other_articles(page, engine):
    engine.articles = STORY
    tags = page("q=story")
    assert "7 articles in 1 story for" in tags.text and len(tags.all("article")) == 1
    assert "4 more on this story" in tags.text
    assert {f"https://x.example/{number}" for number in range(7)} <= set(tags.links())


def test_every_article_of_a_story_can_be_shown(page, engine):
    engine.articles = STORY
    tags = page("q=story&collapse=none")
    assert "7 articles for" in tags.text and len(tags.all("article")) == 7
    assert "./?q=story" in tags.links()
    assert "./?q=story&collapse=none" in page("q=story").links()


def test_the_other_articles_name_their_provider(client, engine):
    engine.articles = [
        Article(f"story/{name}", "Same", provider=Provider(name, None)) for name in ("A", "B&B")
    ]
    text = client.get("/?q=same").text
    also = text[text.index("Also on this story") :]
    assert (
        '<span class="provider"><bdi>B&amp;B</bdi></span>' in also and "<span>Same</span>" in also
    )


def test_an_editors_pick_is_told(page, engine):
    engine.pinned = frozenset({"2021/fugaku"})
    assert page("q=supercomputer").text.count("Editors’ pick") == 1


def test_few_values_of_a_facet_are_open_and_the_others_a_click_away(client, engine):
    engine.articles = [
        Article(f"n/{number}", f"Story {number}", topics=(f"Topic {number:02}",))
        for number in range(20)
    ]
    text = client.get("/?q=story&topic=topic+19").text
    group = text[text.index('id="filter-topic"') : text.index("</nav>", text.index("filter-topic"))]
    shown, folded = group.split("<details")
    assert shown.count("<li>") == 8 and folded.count("<li>") == 12 and "12 more" in folded
    assert 'aria-current="true"><span class="value" dir="auto">Topic 19' in shown


def test_a_facet_that_would_change_nothing_is_left_out(client):
    text = client.get("/?q=fugaku").text
    assert "filter-topic" not in text and "filter-category" not in text


def test_every_topic_offered_where_nothing_is_found_leads_somewhere(page, client):
    tags = page("q=zyzzyva")
    assert "Popular topics" in tags.text
    links = {link for link in tags.links() if link.startswith("./?topic=")}
    assert len(links) == 5
    for link in links:
        assert "No articles" not in client.get(link.removeprefix(".")).text


def test_texts_bear_the_language_of_the_articles(engine):
    client = create_app(Settings(language="de", ui_language="en"), engine).test_client()
    text = client.get("/?q=azure").text
    assert '<html lang="en-GB">' in text and '<p class="excerpt" dir="auto" lang="de">' in text
    assert 'lang="de"' not in create_app(Settings(), engine).test_client().get("/?q=azure").text


def test_a_page_of_what_was_found_in_time_is_not_kept(client, engine):
    engine.extra = {"partial": True}
    response = client.get("/?q=ai")
    assert response.headers["Cache-Control"] == "no-store" and "ETag" not in response.headers
    engine.extra = {}
    assert "At least" not in client.get("/?q=ai").text


def test_a_text_that_is_too_long_is_cut_at_a_word_searched_and_said(client, engine):
    text = client.get("/?q=" + "azure+" * 900).text
    assert "Your text is very long: its first 4,000 characters were searched for." in text
    assert "1 article for" in text and " azur”" not in text
    kept = Tags(text).all("input", name="q")[0]["value"]
    assert kept == " ".join(["azure"] * 666)
    assert client.get("/?q=" + "w" * 5_000).status_code == 200
    assert "very long" not in client.get("/?q=" + "azure+" * 600).text
    assert client.get("/search?q=" + "azure+" * 900).status_code == 400


def test_a_zero_that_filters_caused_says_so_and_offers_to_drop_them(client):
    text = client.get("/?q=supercomputer&topic=Nothing").text
    assert "The filters leave nothing. Without them there are 2 articles." in text
    assert '<a class="act" href="./?q=supercomputer">Search for “supercomputer” without' in text
    assert "Check the spelling" not in text
    assert "Without them there is 1 article." in client.get("/?q=fugaku&topic=Nothing").text
    assert "The filters leave nothing" not in client.get("/?q=zyzzyva").text


def test_a_relaxed_answer_names_what_it_left_out(client, engine):
    missing = {"2020/azure-supercomputer": ("glacier",), "2021/fugaku": ("glacier", "ice")}
    search = engine.search

    def lacking(request):
        result = search(request)
        hits = tuple(replace(hit, missing=missing.get(hit.id, ())) for hit in result.hits)
        return replace(result, hits=hits, relaxed=True)

    engine.search = lacking
    text = client.get("/?q=supercomputer").text
    assert 'Left out: <strong dir="auto">glacier</strong>.' in text
    assert text.count("Without:") == 2 and '<s dir="auto">ice</s>' in text
    text = client.get("/?q=a").text
    assert "Left out" not in text and "Few or no articles have all of these words" in text


def test_no_sort_is_offered_that_changes_nothing(client, engine):
    def sorts(query):
        text = client.get(f"/?{query}").text
        return re.findall(
            r">([\w ]+)</a></li>", text.partition('class="sorts"')[2].partition("</nav>")[0]
        )

    assert sorts("q=supercomputer") == ["Relevance", "Newest", "Oldest", "Popular"]
    assert sorts("q=supercomputer&sort=quality")[-1] == "Best rated"
    engine.articles = [Article(f"{number}", f"Story {number}", heat=7) for number in range(3)]
    assert sorts("q=story") == []
    assert sorts("") == []


def test_no_facet_has_a_single_value(client, engine):
    engine.articles = [
        Article(f"{n}", f"Story {n}", category="news", topics=("A", "B")[: n + 1]) for n in range(2)
    ]
    text = client.get("/?q=story").text
    assert 'id="filter-topic"' in text and 'id="filter-category"' not in text


def test_an_article_has_one_date(client, engine):
    moments = {"new": MOMENT - timedelta(hours=3), "old": MOMENT - timedelta(days=30)}
    engine.articles = [
        Article(name, f"Story {name}", published_at=at) for name, at in moments.items()
    ]
    tags = Tags(client.get("/?q=story").text)
    assert "3 hours ago" in tags.text and "2 Feb 2021" in tags.text
    assert "4 Mar 2021" not in tags.text and "weeks" not in tags.text
    assert len(tags.all("time")) == 3  # of two articles and the index


def test_the_page_is_in_the_articles_language_if_it_can_be(engine):
    def page_of(**settings):
        return create_app(Settings(**settings), engine).test_client().get("/?q=azure").text

    assert '<html lang="de">' in page_of(language="de") and "1 Artikel für" in page_of(
        language="de"
    )
    assert '<html lang="ar" dir="rtl">' in page_of(language="de", ui_language="ar")
    assert '<html lang="en-GB">' in page_of(language="fi")


def test_a_long_text_is_short_in_the_heading_and_whole_in_the_box(client):
    text = client.get("/?q=" + "azure+" * 100).text
    words = " ".join(["azure"] * 20)
    assert f"1 article for “{words}…”</h1>" in text and f"<title>{words}… – News search" in text
    assert Tags(text).all("input", name="q")[0]["value"] == " ".join(["azure"] * 100)
