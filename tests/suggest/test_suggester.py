"""What readers are offered while they type."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles.article import Article, Image, Provider
from searchsvc.suggest.request import Suggestion, SuggestRequest
from searchsvc.suggest.suggester import Suggester, apportion
from tests.suggest.conftest import NOW, SuggesterOver, suggester_of, view_of, write

AI, QUANTUM = "Artificial Intelligence", "Quantum Computing"
LATER = datetime.fromtimestamp(NOW + 3600, UTC)


def article(title: str, *topics: str, heat: int | None = None, excerpt: str = "") -> Article:
    return Article(title, title, excerpt, topics=topics, heat=heat)


LISTED = [
    article("Microsoft builds a supercomputer in Azure", "Azure", heat=90),
    article("A supercomputer for the weather", AI, "Weather", heat=40),
    article("Supercomputers of Japan", excerpt="Fugaku has petaflops.", heat=10),
    article("Super League falls apart", "Sport", heat=60),
    article("Quantum chip works", QUANTUM, heat=30),
    article("The quantum computer race", QUANTUM, AI, heat=50),
    article("A quantum computer at home", QUANTUM, AI, heat=20),
    article("The Who return to London", "Music"),
    article("Le Café de Flore’s menu", "Food"),
    article("COVID-19 vaccine works", "Health"),
    article("Covid-19 rules end", "Health"),
    article("量子計算機の時代", "日本"),
    article("量子計算の未来", "日本"),
    article('<CPML> hostile & "quoted"', '"><x Hostile'),
    article("No link here"),
    article("Le Café de Flore’s menu", "Food", heat=70),
    replace(
        article("Embargoed emerald", "Emeralds"),
        published_at=LATER,
        provider=Provider("Emerald Times", None),
    ),
]
ARTICLES = [
    replace(
        of,
        id=f"{number:02}",
        url=None if of.title == "No link here" else f"https://news.example/{number}",
        provider=of.provider or Provider("Daily Planet", None),
    )
    for number, of in enumerate(LISTED)
]


@pytest.fixture(scope="module")
def engine(suggester_over: SuggesterOver) -> Suggester[int]:
    return suggester_over(ARTICLES)


def suggest(engine: Suggester[int], query: str, size: int = 10) -> list[Suggestion]:
    return list(engine.suggest(SuggestRequest(query, size)))


def texts(engine: Suggester[int], query: str, kind: str, size: int = 10) -> list[str]:
    return [found.text for found in suggest(engine, query, size) if found.type == kind]


def test_words_of_most_and_hottest_articles_come_first(engine: Suggester[int]) -> None:
    found = texts(engine, "s", "query")
    assert found[0] == "supercomputer"
    assert texts(engine, "sup", "query") == ["supercomputer", "super"]


def test_the_word_is_completed_beside_the_words_before_it(engine: Suggester[int]) -> None:
    assert texts(engine, "quantum c", "query") == ["quantum computer", "quantum chip"]
    assert texts(engine, "weather sup", "query") == ["weather supercomputer"]
    assert texts(engine, "Microsoft Builds a su", "query") == ["Microsoft Builds a supercomputer"]
    assert texts(engine, "quantum sup", "query") == []


def test_words_before_may_stand_outside_the_title_and_in_another_form(
    engine: Suggester[int],
) -> None:
    assert texts(engine, "fugaku sup", "query") == ["fugaku supercomputers"]
    assert texts(engine, "supercomputer ja", "query") == ["supercomputer japan"]


def test_after_a_space_comes_the_next_word(engine: Suggester[int]) -> None:
    assert texts(engine, "quantum ", "query") == ["quantum computer", "quantum chip"]
    assert texts(engine, "super ", "query") == ["super league"]


def test_phrases_that_titles_share(engine: Suggester[int]) -> None:
    assert "quantum computer" in texts(engine, "qua", "query")


def test_articles_that_begin_as_typed_come_before_those_that_hold_the_words(
    engine: Suggester[int],
) -> None:
    assert texts(engine, "super", "article") == [
        "Super League falls apart",
        "Supercomputers of Japan",
        "Microsoft builds a supercomputer in Azure",
        "A supercomputer for the weather",
    ]
    assert texts(engine, "azure micro", "article") == ["Microsoft builds a supercomputer in Azure"]
    assert texts(engine, "the who", "article")[0] == "The Who return to London"


def test_an_article_comes_with_its_own_url_and_others_with_none(engine: Suggester[int]) -> None:
    found = suggest(engine, "super")
    urls = {suggestion.text: suggestion.url for suggestion in found}
    assert urls["Super League falls apart"] == "https://news.example/3"
    assert all(s.url is None for s in found if s.type != "article")
    assert all(s.published_at is s.image is None for s in found if s.type != "article")
    (article,) = (s for s in suggest(engine, "no link") if s.type == "article")
    assert article.url is None


def test_an_article_comes_with_its_date_and_its_picture(suggester_over: SuggesterOver) -> None:
    image, moment = Image("https://cdn.example/a.jpg", 3, 2, "A"), datetime(2020, 5, 20, tzinfo=UTC)
    dated = replace(article("Eclipse"), published_at=moment, image=image)
    engine = suggester_over([dated, article("Eclipses")])
    found = {s.text: s for s in engine.suggest(SuggestRequest("eclip")) if s.type == "article"}
    assert found["Eclipse"].published_at == "2020-05-20T00:00:00Z"
    assert found["Eclipse"].image == asdict(image)
    assert found["Eclipses"].published_at is None and found["Eclipses"].image is None


def test_topics_and_providers_begin_with_any_of_their_words(engine: Suggester[int]) -> None:
    assert texts(engine, "art", "topic") == [AI]
    assert texts(engine, "int", "topic") == [AI]
    assert texts(engine, "quantum comp", "topic") == [QUANTUM]
    assert texts(engine, "planet", "provider") == ["Daily Planet"]
    assert texts(engine, "lanet", "provider") == []


def test_a_query_is_not_offered_beside_a_topic_of_the_same_text(engine: Suggester[int]) -> None:
    assert texts(engine, "azu", "topic") == ["Azure"]
    assert texts(engine, "azu", "query") == []


@pytest.mark.parametrize("typed", ["quantm", "qauntum", "quantun", "uantum", "quuantum", "wuantum"])
def test_one_mistake_is_tolerated_from_the_fifth_letter(engine: Suggester[int], typed: str) -> None:
    found = suggest(engine, typed)
    assert found[0].type == "query" and found[0].text.startswith("quantum")
    assert {s.text for s in found if s.type == "article"} >= {"Quantum chip works"}
    assert QUANTUM in {s.text for s in found if s.type == "topic"}


def test_a_mistake_in_a_word_before(engine: Suggester[int]) -> None:
    assert texts(engine, "quantm c", "query") == ["quantum computer", "quantum chip"]
    assert suggest(engine, "qxntm c") == []


def test_a_word_that_exists_gives_way_only_to_one_much_more_common(
    suggester_over: SuggesterOver,
) -> None:
    titles = ["Goverment falls", "Government data", "Marker pens"]
    titles += [*["Government falls"] * 40, *["Market days"] * 5]
    engine = suggester_over(titles)
    assert texts(engine, "goverment", "query") == ["goverment", "government falls", "government"]
    assert texts(engine, "goverment fa", "query") == ["goverment falls"]
    assert texts(engine, "goverment da", "query") == ["government data"]
    assert texts(engine, "governmnt fa", "query") == ["government falls"]
    assert texts(engine, "goverment ma", "query") == []
    assert texts(engine, "marker", "query") == ["marker"]


@pytest.mark.parametrize("typed", ["qunt", "quxxtum", "2O20x"])
def test_no_more_than_that(engine: Suggester[int], typed: str) -> None:
    assert suggest(engine, typed) == []


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("CAF", "café"),
        ("café", "café"),
        ("ｃａｆ", "café"),
        ("flore'", "flore"),
        ("covid-1", "covid-19"),
        ("covid 1", "covid 19"),
        ("covid1", "covid-19"),
        ("量子計", "量子計算"),
    ],
)
def test_writing_of_all_kinds(engine: Suggester[int], typed: str, query: str) -> None:
    assert query in texts(engine, typed, "query")


def test_syntax_stays_and_what_filters_is_completed_by_names_alone(engine: Suggester[int]) -> None:
    assert texts(engine, 'title:"quantum c', "query") == [
        *('title:"quantum computer', 'title:"quantum chip')
    ]
    assert texts(engine, "-azure quantum c", "query")[0] == "-azure quantum computer"
    found = suggest(engine, "topic:quan")
    assert [(s.type, s.text) for s in found] == [("topic", QUANTUM)]


def test_everything_is_escaped_and_what_was_typed_is_marked(engine: Suggester[int]) -> None:
    found = suggest(engine, "hosti")
    assert {s.highlight for s in found} == {
        "<mark>hosti</mark>le",
        "&quot;&gt;&lt;x <mark>Hosti</mark>le",
        "&lt;CPML&gt; <mark>hosti</mark>le &amp; &quot;quoted&quot;",
    }


def test_an_empty_box_offers_common_topics_and_top_articles(engine: Suggester[int]) -> None:
    for query in ("", "  "):
        found = suggest(engine, query)
        assert {s.type for s in found} == {"topic", "article"}
        assert [s.text for s in found if s.type == "topic"][:2] == [AI, QUANTUM]
        assert found[-1].highlight == found[-1].text


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_never_more_than_asked_for_and_none_twice(engine: Suggester[int], size: int) -> None:
    for query in ("", "s", "su", "quantum c", "a"):
        found = suggest(engine, query, size)
        assert 0 < len(found) <= size
        assert len({(s.type, s.text) for s in found}) == len(found)


def test_an_index_of_nothing(suggester_over: SuggesterOver) -> None:
    engine = suggester_over([])
    assert [suggest(engine, query) for query in ("", "a", "abcdef", "a b", "a ")] == [[]] * 5


PIECES = (*"\"()-*:' ", "quantum", "OR", "title:", "the", "量子", "covid-", "é", "\u200d")


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=20) | st.lists(st.sampled_from(PIECES)).map("".join))
def test_whatever_is_typed_is_answered(engine: Suggester[int], query: str) -> None:
    for found in suggest(engine, query):
        assert found.text and "<mark><mark>" not in found.highlight


def test_other_languages(suggester_over: SuggesterOver) -> None:
    engine = suggester_over(["Die Züge der Bahn"], language="de")
    assert texts(engine, "zug", "query") == ["züge"]
    assert texts(engine, "Zug ", "query") == ["Zug der bahn"]


@pytest.mark.parametrize("typed", ["umbr", "emer", "embar", "emerald t", "embargoed "])
def test_what_is_not_live_is_never_offered(
    engine: Suggester[int], typed: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert suggest(engine, typed) == []
    first = write(tmp_path_factory.mktemp("index") / "first", [article("Umbrella", "Umbrellas")])
    second = write(first.folder.parent / "second", [], first.folder, deleted=["Umbrella"])
    assert suggest(suggester_of(view_of(second)), typed) == []


def test_an_embargo_ends_by_the_clock(suggester_over: SuggesterOver) -> None:
    later = suggester_over(ARTICLES, now=NOW + 3600)
    assert [(s.type, s.text) for s in suggest(later, "emer")] == [
        ("query", "emerald"),
        ("topic", "Emeralds"),
        ("provider", "Emerald Times"),
        ("article", "Embargoed emerald"),
    ]
    assert texts(later, "embargoed e", "query") == ["embargoed emerald"]


def test_a_clock_that_goes_back_hides_what_is_not_out_yet(suggester_over: SuggesterOver) -> None:
    out = replace(article("Early opal", "Opals"), published_at=datetime.fromtimestamp(NOW, UTC))
    earlier = suggester_over([out], now=NOW - 1)
    for typed in ("", "o", "early ", "early o", "opal"):
        assert suggest(earlier, typed) == []


def test_a_title_longer_than_the_index_keeps_in_order_still_begins_as_typed(
    suggester_over: SuggesterOver,
) -> None:
    long = "The daily horoscope of the stars for everybody who was born"
    engine = suggester_over([f"{long} in March", f"{long} in May"])
    assert texts(engine, f"{long} in Ma", "article") == [f"{long} in March", f"{long} in May"]
    assert texts(engine, f"{long} in Mar", "article") == [f"{long} in March"]
    assert texts(engine, f"{long} in Mar ", "article") == []


def test_only_the_newest_are_looked_at_where_very_many_have_all_words(
    suggester_over: SuggesterOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchsvc.suggest.lookup.MOST_FOUND", 20)
    monkeypatch.setattr("searchsvc.suggest.lookup.MOST_READ", 10)
    words = [f"wor{chr(97 + number // 10)}{chr(97 + number % 10)}" for number in range(80)]
    engine = suggester_over([f"Market {word}" for word in words])
    found = texts(engine, "market wor", "query", 80)
    assert f"market {words[79]}" in found and f"market {words[0]}" not in found


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1, {"query": 1, "article": 0, "topic": 0, "provider": 0}),
        (4, {"query": 2, "article": 1, "topic": 1, "provider": 0}),
        (8, {"query": 4, "article": 2, "topic": 1, "provider": 1}),
        (10, {"query": 5, "article": 3, "topic": 1, "provider": 1}),
    ],
)
def test_seats_where_there_is_plenty(size, expected):
    plenty = {"query": 99, "article": 99, "topic": 99, "provider": 99}
    assert apportion(plenty, size) == expected


def test_unused_seats_go_to_the_other_kinds():
    assert apportion({"query": 2, "article": 99, "topic": 0, "provider": 1}, 10) == {
        "query": 2,
        "article": 7,
        "topic": 0,
        "provider": 1,
    }


def test_no_more_than_there_are():
    assert apportion({"query": 1, "article": 1}, 10) == {"query": 1, "article": 1}
    assert apportion({"query": 0, "article": 0}, 10) == {"query": 0, "article": 0}


def test_a_lone_surrogate_is_no_word_and_no_beginning_of_one(engine: Suggester[int]) -> None:
    assert suggest(engine, "\ud800") == suggest(engine, "?") == []
    assert texts(engine, "quan\ud800", "query") == texts(engine, "quan", "query") != []
