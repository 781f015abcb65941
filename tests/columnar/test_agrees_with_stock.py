"""Whatever happens to an index, Whoosh's own codec and ours say the same of it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from whoosh import query, sorting
from whoosh.codec.whoosh3 import W3Codec
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from searchsvc.columnar import ColumnarCodec
from tests.columnar.worlds import SCHEMA, WORDS, build, changes

MANY: Any = [([{"id": f"id{n % 12}", "title": "alfa " * (n % 7 + 1)} for n in range(400)], [], {})]

QUERIES = [
    query.Term("title", "alfa"),
    query.Term("weighted", "alfa"),
    query.Term("tags", "bravo"),
    query.And([query.Term("title", "alfa"), query.Term("body", "bravo")]),
    query.Or([query.Term("title", "alfa"), query.Term("characters", "bravo")]),
    query.And([query.Term("title", "alfa"), query.Not(query.Term("title", "bravo"))]),
    query.Phrase("title", ["alfa", "bravo"]),
    query.Phrase("places", ["alfa", "bravo"], slop=2),
    query.Phrase("characters", ["alfa", "bravo"]),
    query.Prefix("title", "al"),
    query.Prefix("title", "é"),
    query.Wildcard("body", "*a"),
    query.FuzzyTerm("title", "alfaz"),
    query.TermRange("tags", "b", "d"),
    query.Every(),
    query.Every("title"),
    query.Not(query.Term("title", "alfa")),
    query.NumericRange("number", -100, 100_000),
    query.NumericRange("ratio", -1.5, None),
    query.DisjunctionMax([query.Term("title", "alfa"), query.Term("stemmed", "alfa")]),
]

several = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def both(history: Any) -> tuple[Any, Any]:
    return build(W3Codec(), history), build(ColumnarCodec(), history)


def terms(reader: IndexReader) -> list[Any]:
    return [
        (
            name,
            term,
            info.doc_frequency(),
            pytest.approx(info.weight(), rel=1e-6),
            info.max_weight(),
            info.min_length(),
            info.max_length(),
            info.min_id(),
            info.max_id(),
        )
        for (name, term), info in reader
    ]


def postings(reader: IndexReader) -> list[Any]:
    # Stock Whoosh says None where a format keeps no values.
    return [(*posting, value or b"") for *posting, value in reader.iter_postings()]


def per_document(reader: IndexReader) -> list[Any]:
    return [
        (
            reader.stored_fields(docnum),
            {name: reader.doc_field_length(docnum, name) or 0 for name in SCHEMA.names()},
            {
                name: reader.vector_as("frequency", docnum, name)
                and list(reader.vector(docnum, name).all_ids())
                for name in ("stemmed", "counted")
                if reader.has_vector(docnum, name)
            },
        )
        for docnum in reader.all_doc_ids()
    ]


def columns(reader: IndexReader) -> list[dict[str, list[Any]]]:
    # Segment by segment: Whoosh's reader of several fails where one lacks the column.
    return [
        {
            # Untranslated: a missing DATETIME has a value Whoosh itself can't translate.
            name: [leaf.column_reader(name, translate=False)[docnum] for docnum in range(count)]
            for name in SCHEMA.names()
            if leaf.has_column(name)
        }
        for leaf, count in ((leaf, leaf.doc_count_all()) for leaf, _ in reader.leaf_readers())
    ]


@several
@given(changes)
@example(MANY)
def test_terms_postings_lengths_stored_fields_and_columns(history: Any) -> None:
    stock, ours = both(history)
    with stock.reader() as expected, ours.reader() as reader:
        assert terms(reader) == terms(expected)
        assert postings(reader) == postings(expected)
        assert per_document(reader) == per_document(expected)
        assert columns(reader) == columns(expected)
        for name in SCHEMA.names():
            assert reader.field_length(name) == expected.field_length(name)


@several
@given(changes)
@example(MANY)
def test_search_results_scores_and_matched_terms(history: Any) -> None:
    stock, ours = both(history)
    with stock.searcher() as expected, ours.searcher() as searcher:
        for tree in QUERIES:
            for limit in (3, None):
                wanted = expected.search(tree, limit=limit, terms=True)
                found = searcher.search(tree, limit=limit, terms=True)
                assert [(hit.docnum, hit.score) for hit in found] == [
                    (hit.docnum, pytest.approx(hit.score)) for hit in wanted
                ]
                assert [set(hit.matched_terms()) for hit in found] == [
                    set(hit.matched_terms()) for hit in wanted
                ]


def sorted_and_grouped(searcher: Searcher, facet: sorting.FacetType) -> Any:
    """Hits and groups, or the kind of error: Whoosh has some of its own for missing values."""
    try:
        results = searcher.search(query.Every(), sortedby=facet, groupedby=facet, limit=None)
    except (IndexError, OverflowError, TypeError) as error:
        return type(error)
    return [hit.docnum for hit in results], results.groups()


@several
@given(changes)
def test_sorting_and_facets(history: Any) -> None:
    stock, ours = both(history)
    with stock.searcher() as expected, ours.searcher() as searcher:
        for facet in (
            sorting.FieldFacet("number"),
            sorting.FieldFacet("number", reverse=True),
            sorting.FieldFacet("id"),
            sorting.FieldFacet("when", reverse=True),
            sorting.FieldFacet("tags", allow_overlap=True),
        ):
            assert sorted_and_grouped(searcher, facet) == sorted_and_grouped(expected, facet)


@several
@given(changes)
def test_spelling_suggestions(history: Any) -> None:
    stock, ours = both(history)
    with stock.searcher() as expected, ours.searcher() as searcher:
        for name in ("title", "stemmed"):
            for word in [*WORDS, "alfaa", "dleta"]:
                assert searcher.suggest(name, word) == expected.suggest(name, word)


@several
@given(changes)
def test_vectors_and_more_like_this(history: Any) -> None:
    stock, ours = both(history)
    with stock.searcher() as expected, ours.searcher() as searcher:
        for docnum in list(searcher.reader().all_doc_ids())[:3]:
            for name in ("title", "stemmed"):
                text = "alfa bravo"
                assert [
                    hit.docnum for hit in searcher.more_like(docnum, name, text=text, top=5)
                ] == [hit.docnum for hit in expected.more_like(docnum, name, text=text, top=5)]
