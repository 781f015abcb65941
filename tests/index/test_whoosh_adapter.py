"""Stock Whoosh says the same of a generation as of an index that it wrote itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import given
from whoosh import collectors, highlight, query, sorting
from whoosh import index as whoosh_index
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.index import FileIndex
from whoosh.qparser import MultifieldParser, QueryParser
from whoosh.reading import IndexReader
from whoosh.searching import Searcher
from whoosh.writing import AsyncWriter

from searchsvc.articles.article import Article, Provider
from searchsvc.index.merge_policy import MergePolicy
from searchsvc.index.schema import EXACT_SUFFIX, document, schema
from tests.index.worlds import Night, after, generation, history_on_disk, nights, several

KEPT_APART = MergePolicy(max_segments=100, max_deleted=1.0)
"""Segments and deletions stay as they come, as they do in the stock index."""
TEXTS = [
    name + suffix
    for name in ("title", "topics", "excerpt", "body")
    for suffix in ("", EXACT_SUFFIX)
]
FIELDS = [*TEXTS, "id", "title_key", "topic", "provider", "category", "type", "published_at"]
COLUMNS = ("published_seconds", "quality", "heat")
LATEST = datetime(9999, 12, 30)

QUERIES: list[Any] = [
    query.Term("title", "news"),
    query.Term("title", "run"),
    query.Term("title_exact", "running"),
    query.Term("excerpt_exact", "naïve"),
    query.Term("body", "run"),
    query.Phrase("body_exact", ["covid", "19"]),
    query.Term("topics_exact", "ai"),
    query.Term("topic", "ai"),
    query.Term("provider", "bbc.co.uk"),
    query.Term("category", "strasse"),
    query.Term("title_key", "news"),
    query.Term("id", "2020/é"),
    query.Term("title", "nothing"),
    query.And([query.Term("title", "news"), query.Term("excerpt", "run")]),
    query.Or(
        [query.Term("title", "news"), query.Term("excerpt", "news"), query.Term("type", "ai")]
    ),
    query.And([query.Term("title", "news"), query.Not(query.Term("title", "run"))]),
    query.AndMaybe(query.Term("title", "news"), query.Term("excerpt", "covid")),
    query.Not(query.Term("title", "news")),
    query.Phrase("title_exact", ["news", "running"]),
    query.Phrase("excerpt_exact", ["covid", "19"]),
    query.Phrase("topics_exact", ["news", "news"], slop=3),
    query.Prefix("title_exact", "ru"),
    query.Prefix("id", "2020"),
    query.Prefix("excerpt_exact", "東"),
    query.Wildcard("title_exact", "*n"),
    query.Wildcard("excerpt", "c?vid*"),
    query.FuzzyTerm("title_exact", "newz"),
    query.FuzzyTerm("excerpt", "runn", maxdist=2, prefixlength=1),
    query.Variations("title_exact", "run"),
    query.TermRange("title_exact", "m", "s"),
    query.TermRange("provider", "a", "b", startexcl=True),
    query.DateRange("published_at", datetime(1000, 1, 1), datetime(3000, 1, 1)),
    query.DateRange("published_at", None, datetime(2000, 5, 17, 3)),
    query.DateRange("published_at", datetime(2000, 5, 17, 3), None),
    query.Every(),
    query.Every("title"),
    query.Every("published_at"),
    query.ConstantScoreQuery(query.Term("title", "news"), 3.0),
    query.DisjunctionMax([query.Term("title", "news"), query.Term("excerpt", "news")]),
]
TYPED = [
    "news",
    "news AND run*",
    "title:news OR excerpt_exact:covid-19",
    'title_exact:"news running"',
    "news NOT topic:ai",
    "published_at:[1000 TO 3000]",
    "e-mail naïve 东京大学",
    "provider:bbc.co.uk^2 title:[a TO n]",
]


def stock_index(folder: Path, history: Sequence[Night], language: str = "en") -> FileIndex:
    """What Whoosh writes when the same is asked of it; segments without a live document go."""
    folder.mkdir()
    index = whoosh_index.create_in(str(folder), schema(language))
    final = after(history)
    for night in history:
        writer = index.writer()
        for article_id in [*night.deleted, *(article.id for article in night.added)]:
            writer.delete_by_term("id", article_id)
        for article in night.added:
            last = final.get(article.id, article)
            is_last = replace(last, quality=article.quality, heat=article.heat) == article
            writer.add_document(**document(last if is_last else article, language))
        writer.commit(mergetype=lambda _, segments: [of for of in segments if of.doc_count()])
    return index


@contextmanager
def both(history: Sequence[Night], language: str = "en") -> Iterator[tuple[FileIndex, FileIndex]]:
    """A stock index and a generation after the same nights, with the same segments."""
    history = [night for night in history if night.added] or [Night([Article("a", "News")], [], [])]
    with TemporaryDirectory() as name:
        root = Path(name)
        stock = stock_index(root / "stock", history, language)
        ours = history_on_disk(root, history, KEPT_APART, language)
        yield stock, whoosh_index.open_dir(str(ours))


def ids(results: Any) -> list[tuple[str, Any]]:
    return [(hit["id"], pytest.approx(hit.score)) for hit in results]


def terms(reader: IndexReader) -> list[Any]:
    return [
        (
            name,
            term,
            info.doc_frequency(),
            info.weight(),
            info.max_weight(),
            info.min_length(),
            info.max_length(),
            info.min_id(),
            info.max_id(),
        )
        for (name, term), info in reader
    ]


def of_documents(reader: IndexReader) -> list[Any]:
    return [
        (
            reader.stored_fields(docnum),
            {name: reader.doc_field_length(docnum, name) or 0 for name in FIELDS},
        )
        for docnum in reader.all_doc_ids()
    ]


def terms_postings_lengths_stored_fields_and_columns(stock: FileIndex, ours: FileIndex) -> None:
    with stock.reader() as expected, ours.reader() as reader:
        assert reader.doc_count_all() == expected.doc_count_all()
        assert list(reader.all_doc_ids()) == list(expected.all_doc_ids())
        for leaf, other in zip(reader.leaf_readers(), expected.leaf_readers(), strict=True):
            assert terms(leaf[0]) == terms(other[0])
        # Stock Whoosh says None where a format keeps no values.
        assert [(*posting, value or b"") for *posting, value in reader.iter_postings()] == [
            (*posting, value or b"") for *posting, value in expected.iter_postings()
        ]
        assert of_documents(reader) == of_documents(expected)
        for name in FIELDS:
            assert reader.field_length(name) == expected.field_length(name)
        live = list(reader.all_doc_ids())
        for name in COLUMNS:
            column, other = (of.column_reader(name) for of in (reader, expected))
            assert [column[doc] for doc in live] == [other[doc] for doc in live]


def results_scores_and_matched_terms(stock: FileIndex, ours: FileIndex) -> None:
    with stock.searcher() as expected, ours.searcher() as searcher:
        for tree in QUERIES:
            for limit in (3, None):
                wanted = expected.search(tree, limit=limit, terms=True)
                found = searcher.search(tree, limit=limit, terms=True)
                assert [(hit.docnum, hit.score) for hit in found] == [
                    (hit.docnum, pytest.approx(hit.score)) for hit in wanted
                ], tree
                assert ids(found) == ids(wanted)
                assert [set(hit.matched_terms()) for hit in found] == [
                    set(hit.matched_terms()) for hit in wanted
                ]


def queries_as_they_are_typed(stock: FileIndex, ours: FileIndex) -> None:
    with stock.searcher() as expected, ours.searcher() as searcher:
        for text in TYPED:
            for parser in (
                QueryParser("title", ours.schema),
                MultifieldParser(["title", "topics", "excerpt"], ours.schema),
            ):
                tree = parser.parse(text)
                assert ids(searcher.search(tree)) == ids(expected.search(tree)), text


def collectors_sorting_and_facets(stock: FileIndex, ours: FileIndex) -> None:
    with stock.searcher() as expected, ours.searcher() as searcher:
        for facet in (
            sorting.FieldFacet("published_seconds"),
            sorting.FieldFacet("heat", reverse=True),
            sorting.FieldFacet("quality"),
            sorting.FieldFacet("id"),
            sorting.FieldFacet("id", reverse=True),
            sorting.FieldFacet("category"),
            sorting.MultiFacet([sorting.FieldFacet("type"), sorting.FieldFacet("id")]),
        ):
            wanted, found = (
                of.search(query.Every(), sortedby=facet, limit=None) for of in (expected, searcher)
            )
            assert [hit["id"] for hit in found] == [hit["id"] for hit in wanted]
        for facet in (
            sorting.FieldFacet("topic", allow_overlap=True),
            sorting.FieldFacet("provider", allow_overlap=True),
            sorting.FieldFacet("category"),
            sorting.FieldFacet("heat"),
            sorting.DateRangeFacet(
                "published_at", datetime(1000, 1, 1), datetime(9000, 1, 1), timedelta(365_000)
            ),
        ):
            assert grouped(searcher, facet) == grouped(expected, facet)
        assert collected(searcher) == collected(expected)


def grouped(searcher: Searcher, facet: sorting.FacetType) -> Any:
    """The groups, or the kind of error: Whoosh has some of its own for missing values."""
    try:
        return searcher.search(query.Every(), groupedby=facet, limit=None).groups()
    except (IndexError, OverflowError, TypeError) as error:
        return type(error)


def collected(searcher: Searcher) -> Any:
    tree = query.Or([query.Term("title", "news"), query.Term("excerpt", "run")])
    top, everything = searcher.collector(limit=2), searcher.collector(limit=None)
    collapsed = collectors.CollapseCollector(searcher.collector(limit=None), "category")
    filtered = collectors.FilterCollector(everything, query.Prefix("id", "2020/"), None)
    timed = collectors.TimeLimitCollector(searcher.collector(limit=None), 10.0)
    found = []
    for collector in (top, filtered, collapsed, timed):
        searcher.search_with_collector(tree, collector)
        found.append([hit["id"] for hit in collector.results()])
    return found


def highlights(stock: FileIndex, ours: FileIndex) -> None:
    with stock.searcher() as expected, ours.searcher() as searcher:
        for tree in (query.Term("title", "news"), query.Phrase("title_exact", ["news", "running"])):
            wanted, found = (of.search(tree, terms=True) for of in (expected, searcher))
            for results in (wanted, found):
                results.fragmenter = highlight.WholeFragmenter()
            assert [hit.highlights("title") for hit in found] == [
                hit.highlights("title") for hit in wanted
            ]


def spelling(stock: FileIndex, ours: FileIndex) -> None:
    with stock.searcher() as expected, ours.searcher() as searcher:
        for name in ("title", "title_exact", "excerpt_exact"):
            for word in ("newz", "runing", "covd", "emial"):
                assert searcher.suggest(name, word) == expected.suggest(name, word)
        for text in ("newz runing", "covd"):
            tree = QueryParser("title_exact", ours.schema).parse(text)
            wanted, found = (of.correct_query(tree, text) for of in (expected, searcher))
            assert found.string == wanted.string


def more_like_this(stock: FileIndex, ours: FileIndex) -> None:
    with stock.searcher() as expected, ours.searcher() as searcher:
        for docnum in list(searcher.reader().all_doc_ids())[:3]:
            for name, text in (("title", None), ("excerpt_exact", "news of runs")):
                wanted, found = (
                    [hit["id"] for hit in of.more_like(docnum, name, text=text, top=5)]
                    for of in (expected, searcher)
                )
                assert found == wanted


COMPARED = (
    terms_postings_lengths_stored_fields_and_columns,
    results_scores_and_matched_terms,
    queries_as_they_are_typed,
    collectors_sorting_and_facets,
    highlights,
    spelling,
    more_like_this,
)


@several
@given(nights)
def test_all_that_stock_whoosh_says_of_a_generation(history: Any) -> None:
    """One test: writing both indexes takes far longer than any comparison of them."""
    with both(history) as (stock, ours):
        for same in COMPARED:
            same(stock, ours)


@pytest.mark.parametrize("language", ["fr", "none"])
def test_other_languages(language: str) -> None:
    added = [Article("a", "L'économie de 10 000 chevaux"), Article("b", "Le cheval naïf")]
    with both([Night(added, [], [])], language) as (stock, ours):
        with stock.reader() as expected, ours.reader() as reader:
            assert terms(reader) == terms(expected)


def test_many_postings_are_read_in_blocks() -> None:
    added = [Article(f"{n:03}", "news " * (n % 7 + 1) + "other " * (n % 5)) for n in range(700)]
    history = [Night(added[:600], [], []), Night(added[600:], ["005", "650"], [])]
    with both(history) as (stock, ours), stock.searcher() as expected, ours.searcher() as searcher:
        news, other = query.Term("title", "news"), query.Term("title", "other")
        for tree in (news, other, query.And([news, other]), query.Or([news, other])):
            for limit in (5, 50, None):
                assert ids(searcher.search(tree, limit=limit)) == ids(
                    expected.search(tree, limit=limit)
                )


def test_a_hit_reads_as_the_article(tmp_path: Path) -> None:
    article = Article(
        "2020/a", "Title", "Excerpt", "https://a.example/", provider=Provider("BBC", None),
        published_at=datetime(2020, 5, 20, 12, 59, tzinfo=UTC), topics=("AI", "Cloud"), heat=4,
    )  # fmt: skip
    folder = generation(tmp_path / "1", Night([article], [], []))
    with whoosh_index.open_dir(str(folder)).searcher() as searcher:
        (hit,) = searcher.search(query.Term("provider", "bbc"))
        shown = orjson.loads(article.stored_json())
        assert hit.fields() == {key: value for key, value in shown.items() if value is not None}
        assert (hit["title"], hit["topics"]) == ("Title", ["AI", "Cloud"])
        assert searcher.document_number(id="2020/a") == 0


def test_what_no_generation_has_is_not_there(tmp_path: Path) -> None:
    empty = whoosh_index.open_dir(str(generation(tmp_path / "1", Night([], [], []))))
    assert (empty.doc_count(), list(empty.searcher().search(query.Every()))) == (0, [])
    one = generation(tmp_path / "2", Night([Article("a", "x")], [], []))
    with whoosh_index.open_dir(str(one)).reader() as reader:
        assert ("body", "x") not in reader and ("no such field", "x") not in reader
        assert list(reader.lexicon("body")) == list(reader.lexicon("published_at")) == []
        assert reader.frequency("title", "y") == reader.doc_frequency("title", "y") == 0


def test_what_positions_and_counts_do_not_tell(tmp_path: Path) -> None:
    """The limits of the format, where stock Whoosh has none."""
    excerpt = "aa " * 300 + "bb " * 16_100 + "cc dd"
    folder = generation(tmp_path / "1", Night([Article("a", "x", excerpt)], [], []))
    with whoosh_index.open_dir(str(folder)).searcher() as searcher:
        assert searcher.reader().frequency("excerpt_exact", "aa") == 255
        assert len(searcher.search(query.Term("excerpt_exact", "dd"))) == 1
        assert len(searcher.search(query.Phrase("excerpt_exact", ["cc", "dd"]))) == 0


@pytest.mark.parametrize(
    "write",
    [
        lambda index: index.writer(),
        lambda index: index.optimize(),
        lambda index: index.delete_by_term("id", "a"),
        lambda index: index.delete_by_query(query.Every()),
        lambda index: AsyncWriter(index),
        lambda index: index.writer(procs=2),
    ],
)
def test_whoosh_s_writers_are_refused(tmp_path: Path, write: Any) -> None:
    folder = generation(tmp_path / "1", Night([Article("a", "x")], [], []))
    index = whoosh_index.open_dir(str(folder))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ReadOnlyError, match="`searchsvc reindex` writes it"):
        write(index)
    lock = folder / "MAIN_WRITELOCK"
    lock.unlink(missing_ok=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
