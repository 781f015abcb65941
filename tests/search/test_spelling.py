"""What a query with a misspelt word is answered with, and what else may have been meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchsvc.articles.article import Article
from searchsvc.index import Generation, GenerationWriter
from searchsvc.query.nodes import Node
from searchsvc.query.rewriting import plain_words
from searchsvc.query.syntax import parse
from searchsvc.search import spelling
from searchsvc.search.budget import Budget
from searchsvc.search.evaluator import Evaluator
from searchsvc.search.ranking import Weights
from searchsvc.search.spelling_candidates import SpellingCandidates
from searchsvc.search.view import IndexView, OpenGeneration

NOW = 1_780_000_000.0
HELD = datetime(2999, 1, 1, tzinfo=UTC)
TITLES = (
    "Azure builds a supercomputer",
    "Cray ships a supercomputer",
    "Machine learning in the machine room",
    "Rain over Amsterdam",
    "The weather computer says so",
    "Rice cookers compared",
    "Prices rise",
    "Sea level rise goes on",
    "The white house has a new tenant",
    "Ministers laud a plan",
    "Refom, a maker of clocks",
    "Boeing 737 and Covid-19",
    "Погода: Москва",
    "Moonbase",
    *("Moon base one", "Moon base two", "Moon base three"),
    *("Sunlight", "A sun and a light"),
    *(f"Land reform part {n}" for n in range(30)),
)
HELD_TITLES = ("Zanzibarian secrets", "Sun light one", "Sun light two", "Sun light three")


@dataclass(frozen=True, slots=True)
class Index:
    candidates: SpellingCandidates
    count: Callable[[Node], int]

    def correct(self, query: str, *, is_unfinished: bool = False) -> tuple[str, str] | None:
        """The corrected text, and the tree as a reader is shown it."""
        node = parse(query)
        unknown = [w for w in plain_words(node) if self.candidates.unknown_part(w.terms)]
        found = spelling.correct(query, node, unknown, self.candidates, self.count, is_unfinished)
        return (found[0], str(found[1])) if found else None

    def corrected(self, query: str) -> str | None:
        found = self.correct(query)
        return found and found[0]

    def meant(self, query: str, *, is_unfinished: bool = False) -> str | None:
        node = parse(query)
        found = self.count(node)
        return spelling.did_you_mean(query, node, found, self.candidates, self.count, is_unfinished)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("generation")
    writer = GenerationWriter(folder, "en", (2.0, 2.0, 1.0, 0.3))
    for number, title in enumerate(TITLES):
        writer.add(Article(str(number), title))
    for number, title in enumerate(HELD_TITLES):
        writer.add(Article(f"held{number}", title, published_at=HELD))
    writer.finish(NOW, {"language": "en"}, lambda written: None)
    view = OpenGeneration(Generation(folder), Weights(0.0, 0.0, 0.0, 1.0)).at(NOW)
    return Index(view.opened.spelling_candidates, lambda node: counted(view, node))


def counted(view: IndexView, node: Node) -> int:
    evaluator = Evaluator(view, 0.1, Budget(float("inf")))
    return len(evaluator.matches(node).where(view.live))


@pytest.mark.parametrize(
    ("query", "corrected"),
    [
        ("supercomptuer", "supercomputer"),
        ("Azure supercomptuer", "Azure supercomputer"),
        ("AZURE SUPERCOMPTUER", "AZURE supercomputer"),
        ("supercomputr -azure", "supercomputer -azure"),
        ("title:supercomptuer", "title:supercomputer"),
        ("machne lerning", "machine learning"),
        ("machne-learning", "machine-learning"),
        ("“white house” tennant", "“white house” tenant"),
        ("amsterdma's weather", "amsterdam weather"),
        ("Москвв", "москва"),
        ("machinelearning", "machine learning"),
        ("super computers azure", "supercomputers azure"),
        ("supercomputer qqqqqqq azuer zzzzzzz", "supercomputer qqqqqqq azure zzzzzzz"),
    ],
)
def test_a_word_no_article_has_is_corrected(index: Index, query: str, corrected: str) -> None:
    assert index.corrected(query) == corrected


@pytest.mark.parametrize(
    "query",
    [
        "Covid-91",
        "boeing 738",
        "ric",
        "azure SIMS",
        "rain in Amsterdma",
        '"supercomptuer"',
        "-supercomptuer",
        "supercomptuer*",
        "topic:supercomptuer",
        "refom",
        "supercomputers",
        "super-computer",
        "qqqqqqq",
        "",
        "((",
        "land reform part one of many more supercomptuer",
    ],
)
def test_names_numbers_syntax_known_words_and_long_queries_are_not(
    index: Index, query: str
) -> None:
    assert index.corrected(query) is None


def test_a_word_put_right_tells_what_another_is_meant_for(index: Index) -> None:
    assert index.corrected("rixe OR supercomptuer azure") == "rise OR supercomputer azure"


def test_what_was_typed_is_kept_beside_what_was_meant(index: Index) -> None:
    assert index.correct("azure supercomptuer") == (
        "azure supercomputer",
        "(azure AND (supercomptuer OR supercomputer))",
    )
    assert index.correct("super computers azure") == (
        "supercomputers azure",
        "(((super AND computers) OR supercomputers) AND azure)",
    )


def test_of_words_about_as_likely_all_are_in_the_tree_the_likeliest_first(index: Index) -> None:
    found = index.correct("rixe")
    assert found is not None
    text, tree = found
    assert text == "rise"
    assert tree.startswith("(rixe OR rise OR rice^0.")


def test_the_other_words_tell_which_one_is_meant(index: Index) -> None:
    assert index.correct("rixe cookers") == ("rice cookers", "((rixe OR rice) AND cookers)")


@pytest.mark.parametrize(
    ("query", "corrected"),
    [
        ("azure amsterdma", "azure amsterdam"),
        ("azure amsterdom", None),
        ("rain amsterdom", "rain amsterdam"),
        ("amsterdom", "amsterdam"),
    ],
)
def test_where_the_other_words_do_not_tell_only_likely_slips_are_corrected(
    index: Index, query: str, corrected: str | None
) -> None:
    assert index.corrected(query) == corrected


def test_an_unfinished_word_is_not_corrected_but_those_before_it_are(index: Index) -> None:
    assert index.correct("supercomputr", is_unfinished=True) is None
    found = index.correct("machne lerni", is_unfinished=True)
    assert found and found[0] == "machine lerni"
    assert index.meant("refom", is_unfinished=True) is None


def test_what_only_a_held_article_has_is_never_told(index: Index) -> None:
    assert index.corrected("zanzibariam") is None
    assert index.meant("zanzibariam") is None
    assert index.meant("sunlight") is None


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("refom", "reform"),
        ("land refom", "land reform"),
        ("moonbase", "moon base"),
        ("moon bases", None),
        ("laud", None),
        ("reform", None),
        ("azure REFOM", None),
        ('"learning machine"', "learning machine"),
        ("“learning machine”", "learning machine"),
        ('"machne learning"', "machine learning"),
        ('"white house"', None),
        ('"qqqqqqq rain"', None),
        ("qqqqqqq", None),
        ("", None),
        ("super*", None),
    ],
)
def test_another_query_that_finds_more_is_suggested(
    index: Index, query: str, meant: str | None
) -> None:
    assert index.meant(query) == meant


def test_two_words_that_articles_write_as_one_are_suggested_so(index: Index) -> None:
    assert index.meant("moon light sun") is None
    assert index.meant("super computer") == "supercomputer"


QUERIES = st.lists(
    st.sampled_from(
        ["supercomptuer", "azure", "-cray", '"machine', 'learning"', "OR", "(", ")", "title:rcie"]
        + ["machinelearning", "super", "computer", "rixe", "topic:AI", "land*", "l?nd", "Москвв"]
        + ["covid-19", "e-mail", "when:2020", "富岳", "“", "-", "the", "qqqq", "NOT", "refom"]
    ),
    max_size=9,
).map(" ".join)


@settings(deadline=None, max_examples=200)
@example("refom NOT ( NOT refom")
@given(QUERIES)
def test_what_is_suggested_finds_more_and_is_not_itself_corrected(index: Index, query: str) -> None:
    found = index.count(parse(query))
    meant = index.meant(query)
    if meant is not None:
        assert index.count(parse(meant)) > found
    corrected = index.corrected(query)
    if corrected is not None:
        assert corrected != query
        assert index.corrected(corrected) is None
