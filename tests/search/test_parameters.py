"""A query string read as a request: what it takes, and what it says of what it does not take."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.errors import InvalidRequest, ParameterError
from searchsvc.search import FacetQuery, FacetRequest, SearchRequest, parameters
from searchsvc.search.parameters import PARAMETERS, parse, parse_as, parse_none, write
from searchsvc.suggest.request import SuggestRequest


def errors(*pairs: tuple[str, str]) -> dict[str, ParameterError]:
    with pytest.raises(InvalidRequest) as caught:
        parse(pairs)
    return {error.parameter: error for error in caught.value.errors}


def test_the_table_covers_every_field_of_a_request():
    assert {parameter.field for parameter in PARAMETERS.values()} == {
        field.name for field in fields(SearchRequest)
    }


def test_each_parameter_tells_its_purpose_and_what_it_takes():
    assert all(parameter.help and parameter.type.takes for parameter in PARAMETERS.values())


def test_nothing_given_is_the_default_request():
    assert parse([]) == SearchRequest()


def test_every_parameter_at_once():
    pairs = [
        ("q", "supercomputer"),
        ("page", "2"),
        ("size", "20"),
        ("sort", "newest"),
        ("topic", "AI"),
        ("topic", "Cloud, public"),
        ("provider", "Windows"),
        ("category", "news"),
        ("type", "article"),
        ("from", "2020-05"),
        ("to", "2020-05-20"),
        ("facets", "topic,provider:20"),
        ("facet_query", "topic:mic"),
        ("collapse", "story"),
        ("typing", "true"),
        ("highlight", "False"),
        ("explain", "1"),
        ("words", "all"),
    ]
    assert parse(pairs) == SearchRequest(
        "supercomputer",
        2,
        20,
        "newest",
        ("AI", "Cloud, public"),
        ("Windows",),
        ("news",),
        ("article",),
        datetime(2020, 5, 1, tzinfo=UTC),
        datetime(2020, 5, 20, 23, 59, 59, tzinfo=UTC),
        (FacetRequest("topic"), FacetRequest("provider", 20)),
        FacetQuery("topic", "mic"),
        "story",
        True,
        False,
        True,
        "all",
    )


@pytest.mark.parametrize("name", PARAMETERS)
def test_an_empty_value_counts_as_absent(name):
    assert parse([(name, ""), (name, " ")]) == SearchRequest()


@pytest.mark.parametrize(
    "text",
    ["nine", "0", "101", "-1", "+5", "1.0", "5_0", " 5", "5 ", "１", "٣", "0x5", "9" * 100_000],
)
def test_size_takes_plain_digits_within_bounds(text):
    error = errors(("size", text))["size"]
    assert error.takes == "a whole number from 1 to 100"
    assert len(error.got) <= 80


@pytest.mark.parametrize("text", ["0", "10001", "１"])
def test_page_takes_plain_digits_within_bounds(text):
    assert errors(("page", text))["page"].takes == "a whole number from 1 to 10000"


def test_a_page_too_deep_for_its_size_is_told_the_bound():
    assert "from 1 to 100 at this size" in errors(("page", "101"), ("size", "100"))["page"].takes


def test_a_wrong_size_does_not_make_the_page_wrong():
    assert set(errors(("page", "5000"), ("size", "nine"))) == {"size"}


@pytest.mark.parametrize("text", ["true", "TRUE", "1"])
def test_true(text):
    assert parse([("explain", text)]).explain


@pytest.mark.parametrize("text", ["false", "False", "0"])
def test_false(text):
    assert not parse([("highlight", text)]).highlight


@pytest.mark.parametrize("text", ["yes", "on", "2", "ｔｒｕｅ", "true "])
def test_other_words_are_no_booleans(text):
    error = errors(("explain", text))["explain"]
    assert (error.got, error.takes) == (text, "true or false")


@pytest.mark.parametrize(
    "text", ["colour", "topic,colour", "topic:0", "topic:101", "topic:５", "topic:+5"]
)
def test_wrong_facets(text):
    assert errors(("facets", text))["facets"].takes.startswith("names of topic, provider,")


@pytest.mark.parametrize(
    "text", ["yesterday", "2020-13", "2020-02-30", "２０２０", "9999999", "0000"]
)
def test_wrong_dates(text):
    assert errors(("from", text), ("to", text))["to"].takes == "a date such as 2020-05-20"


@pytest.mark.parametrize("text", ["2020-05-20T10:00:00+02:00", "2020-05-20T10:00:00 02:00"])
def test_a_plus_that_the_query_string_made_a_space_is_still_a_zone(text):
    assert parse([("from", text)]).from_ == datetime(2020, 5, 20, 8, tzinfo=UTC)


def test_all_that_is_wrong_is_named_at_once():
    wrong = errors(
        ("q", "x" * 4_001),
        ("page", "0"),
        ("size", "0"),
        ("sort", "up"),
        ("from", "then"),
        ("to", "now"),
        ("facets", "colour"),
        ("facet_query", "topic"),
        ("collapse", "topic"),
        ("typing", "fast"),
        ("highlight", "maybe"),
        ("explain", "please"),
        ("words", "any"),
        ("lang", "klingon"),
        ("colour", "red"),
    )
    assert set(wrong) == {*PARAMETERS, "colour"} - {"topic", "provider", "category", "type"}
    assert wrong["sort"] == ParameterError(
        "sort", "up", "one of relevance, newest, oldest, heat, quality"
    )


@pytest.mark.parametrize(
    ("name", "meant"),
    [("sise", "size"), ("topics", "topic"), ("Q", "q"), ("query", "q"), ("limit", "size")]
    + [("facet", "facets"), ("order", "sort"), ("since", "from"), ("FROM", "from")],
)
def test_an_unknown_name_is_told_the_nearest(name, meant):
    assert f"did you mean `{meant}`?" in errors((name, "10"))[name].takes


@pytest.mark.parametrize("name", ["zzzzzz", "", "é" * 1000])
def test_a_name_like_no_other_is_told_them_all(name):
    (error,) = errors((name, "10")).values()
    assert all(known in error.takes for known in PARAMETERS)


@pytest.mark.parametrize(
    "name",
    ["utm_source", "utm_", "fbclid", "gclid", "_", "mc_cid", "mc_eid", "ref", "gad_source"]
    + ["msclkid", "dclid", "yclid", "igshid", "wbraid", "gbraid", "_ga", "_gl", "twclid", "ttclid"]
    + ["li_fat_id", "mkt_tok", "pk_campaign", "mtm_source", "hsa_acc", "at_medium", "xtor"],
)
def test_tracking_parameters_are_ignored(name):
    assert parse([(name, "x")]) == SearchRequest()


def test_unknown_parameters_can_be_ignored():
    assert parse([("colour", "red"), ("q", "x")], ignore_unknown=True) == SearchRequest("x")


def test_a_single_parameter_may_be_repeated_only_with_the_same_value():
    assert parse([("size", "5"), ("size", "5"), ("size", "")]).size == 5
    error = errors(("size", "5"), ("size", "7"))["size"]
    assert (error.got, error.takes) == ("5 and 7", "one value: a whole number from 1 to 100")


def test_controls_and_lone_surrogates_are_spaces():
    assert parse([("q", "a\x00b\x1bc\x85d\ud800e")]).query == "a b c d e"


def test_errors_hold_nothing_that_json_cannot():
    error = next(iter(errors(("siz\ud800e", "\udfff\x00")).values()))
    assert error.parameter.encode() and error.got.encode()


def test_thousands_of_parameters_are_refused_as_one_error():
    assert set(errors(*((f"name{number}", "x") for number in range(100_000)))) == {"parameters"}


def test_many_ignored_ones_are_none():
    assert parse([("utm_source", "x")] * 10_000 + [("a", "b")] * 10_000, ignore_unknown=True)


TEXTS = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    ["5", "0", "newest", "topic:5,type", "2020-05", "true", "9999", "10000-01-01", "0001-01-01"]
)
NAMES = st.sampled_from([*PARAMETERS, "utm_x"]) | TEXTS


@given(st.lists(st.tuples(NAMES, TEXTS), max_size=20), st.booleans())
def test_random_pairs_raise_nothing_but_invalid_request(pairs, ignore_unknown):
    try:
        request = parse(pairs, ignore_unknown=ignore_unknown)
    except InvalidRequest as error:
        assert error.errors
        str(error).encode()
    else:
        assert parse(write(request)) == request


def test_what_is_written_is_short():
    request = parse([("q", "a b"), ("from", "2020-05-20"), ("to", "2020"), ("size", "10")])
    assert write(request) == [("q", "a b"), ("from", "2020-05-20"), ("to", "2020-12-31")]


def test_moments_and_facets_survive_being_written():
    request = SearchRequest(
        from_="2020-05-20T10:00:00Z", facets=("topic", "month:3"), explain=True, topic=("a", "b")
    )
    assert parse(write(request)) == request


@pytest.mark.parametrize("name", ["_x", "utm", "gclid2", "reference", "at", "q", "page"])
def test_only_the_known_tracking_names_are(name):
    assert not parameters.is_tracking(name)


def test_a_suggestion_is_asked_for_with_two_parameters():
    assert parse_as(SuggestRequest, [("q", "sup "), ("size", "3")]) == SuggestRequest("sup ", 3)
    with pytest.raises(InvalidRequest, match="did you mean `q`"):
        parse_as(SuggestRequest, [("query", "sup")])


def test_of_a_long_unfinished_text_the_end_counts():
    assert parse_as(SuggestRequest, [("q", "a" * 5_000 + "b" * 500)]).query == "b" * 500


def test_what_takes_no_parameters_takes_tracking_ones():
    parse_none([("utm_source", "x")])
    with pytest.raises(InvalidRequest, match="there are none here"):
        parse_none([("size", "3")])
