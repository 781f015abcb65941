"""Random articles for the tests, and a segment as plain values, to compare."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.reading import SegmentReader

from searchsvc.articles.article import Article, Image, Provider
from searchsvc.columnar import (
    BytesColumn,
    ColumnarCodec,
    ColumnarSegment,
    Documents,
    FieldPostings,
    document_arrays,
    field_arrays,
    open_documents,
    open_fields,
)
from searchsvc.index.schema import document, schema

WORDS = [
    *("news", "News,", "running", "ran", "covid-19", "A.I.", "U.S.", "C++", ".NET", "5G"),
    *(
        "285,000",
        "e-mail",
        "naïve",
        "Microsoft\u2019s",
        "东京大学",
        "the",
        "...",
        "iphone12",
        "q-q",
    ),
    *("हिन्दी", "a\nb", "\n", "straße", "AT&T", "(well)", "c#", "½", "Ω", "well-well-known"),
]
_texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=12
)
_labels = st.sampled_from(["AI", "ai", "Ai", "Tech & Science", "straße", "STRASSE", "bbc.co.uk"])
_dates = st.datetimes(
    min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)
).map(lambda moment: moment.replace(microsecond=0))
_ratings = st.none() | st.integers(-1, 900)
_options = st.none() | _labels

articles: st.SearchStrategy[Article] = st.builds(
    Article,
    id=st.sampled_from([f"2020/{name}" for name in ("a", "b", "c", "d", "é", "f/g", "h")]),
    title=_texts,
    excerpt=_texts,
    url=st.none() | st.just("https://news.example/a"),
    amp_url=st.none() | st.just("/amp"),
    published_at=st.none() | _dates,
    provider=st.builds(Provider, _options, _options).map(
        lambda provider: provider if provider.name or provider.domain else None
    ),
    category=_options,
    type=_options,
    topics=st.lists(_labels | _texts, max_size=4, unique_by=str.casefold).map(tuple),
    quality=_ratings,
    heat=_ratings,
    image=st.none() | st.just(Image("https://cdn.example/a.jpg", 1200, None, "A picture")),
    related=st.lists(st.sampled_from(["https://a.example/", "/b"]), max_size=2).map(tuple),
    other_urls=st.lists(st.sampled_from(["https://a.example/", "/b"]), max_size=2).map(tuple),
)

collections = st.lists(articles, min_size=1, max_size=8)


def whoosh_segment(added: Sequence[Article]) -> dict[str, Any]:
    """What Whoosh's own writer makes of the articles."""
    index = RamStorage().create_index(schema("en"))
    with index.writer(codec=ColumnarCodec()) as writer:
        for article in added:
            writer.add_document(**document(article))
    reader = index.reader()
    assert isinstance(reader, SegmentReader)
    return described(field_arrays(reader), document_arrays(reader))


def segment(folder: Path, written: ColumnarSegment) -> dict[str, Any]:
    """A segment of a folder."""
    storage = FileStorage(str(folder))
    return described(open_fields(storage, written), open_documents(storage, written))


def described(fields: Any, documents: Documents) -> dict[str, Any]:
    """Everything in a segment; stored fields without those that are null, which Whoosh leaves out.

    dtypes are part of it: what is read must not depend on who wrote it.
    """
    return {
        "fields": {name: _field(postings) for name, postings in fields.items()},
        "count": documents.count,
        "stored": [
            {name: value for name, value in orjson.loads(data).items() if value is not None}
            for data in documents.stored
        ],
        "lengths": {
            name: (of.quantised.tolist(), of.total, of.shortest, of.longest)
            for name, of in documents.lengths.items()
        },
        "columns": {
            name: list(column.values)
            if isinstance(column, BytesColumn)
            else (column.values.dtype, column.values.tolist())
            for name, column in documents.columns.items()
        },
    }


def _field(postings: FieldPostings) -> dict[str, Any]:
    payload = postings.payload
    return {
        "terms": list(postings.terms),
        "starts": (postings.starts.dtype, postings.starts.tolist()),
        "doc_ids": (postings.doc_ids.dtype, postings.doc_ids.tolist()),
        "weights": (postings.weights.dtype, np.asarray(postings.weights).tolist()),
        "payload": (payload.kind, [payload.value(i) for i in range(len(postings.doc_ids))]),
    }
