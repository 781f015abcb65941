"""Random indexes for the tests: a schema of every kind of field, documents, changes to them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from hypothesis import strategies as st
from whoosh import columns, fields, formats
from whoosh.analysis import DelimitedAttributeFilter, RegexTokenizer
from whoosh.codec.base import Codec
from whoosh.filedb.filestore import RamStorage
from whoosh.index import FileIndex

WORDS = ["alfa", "alfas", "bravo", "charlie", "delta", "échos", "x"]

#: Words with weights: "alfa^2.5" counts two and a half times.
WEIGHTED = RegexTokenizer(r"\S+") | DelimitedAttributeFilter(delimiter="^", type=float)

SCHEMA = fields.Schema(
    id=fields.ID(stored=True, unique=True, sortable=True),
    title=fields.TEXT(stored=True, spelling=True),
    body=fields.TEXT(phrase=False),
    characters=fields.TEXT(chars=True),
    boosted=fields.TEXT(field_boost=1.5),
    weighted=fields.TEXT(analyzer=WEIGHTED),
    places=fields.FieldType(
        formats.PositionBoosts(), analyzer=WEIGHTED, scorable=True, stored=False
    ),
    tags=fields.KEYWORD(stored=True, scorable=True, sortable=True),
    stemmed=fields.TEXT(spelling=True, vector=True),
    counted=fields.TEXT(vector=formats.Frequency()),
    number=fields.NUMERIC(stored=True, sortable=True),
    ratio=fields.NUMERIC(float),
    flag=fields.BOOLEAN(stored=True),
    when=fields.DATETIME(stored=True, sortable=True),
    kept=fields.STORED,
    bits=fields.COLUMN(columns.BitColumn()),
    reference=fields.COLUMN(columns.RefBytesColumn()),
    fixed=fields.COLUMN(columns.FixedBytesColumn(2)),
    packed=fields.COLUMN(columns.StructColumn("ib", (0, 0))),
    anything=fields.COLUMN(columns.PickleColumn(columns.VarBytesColumn())),
    squeezed=fields.COLUMN(columns.CompressedBytesColumn()),
    lists=fields.COLUMN(columns.VarBytesListColumn()),
)

Document = dict[str, Any]

_text = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
_weighted_word = st.builds(
    lambda word, weight: word + weight,
    st.sampled_from(WORDS),
    st.sampled_from(["", "^2", "^2.5", "^0.1"]),
)
_weighted_text = st.lists(_weighted_word, max_size=4).map(" ".join)
_stored = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.tuples(inner, inner),
    max_leaves=3,
)
_dates = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2030, 1, 1))

documents: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {"id": st.sampled_from([f"id{number}" for number in range(12)])},
    optional={
        **dict.fromkeys(["title", "body", "characters", "boosted", "tags"], _text),
        **dict.fromkeys(["stemmed", "counted"], _text),
        **dict.fromkeys(["weighted", "places"], _weighted_text),
        "number": st.integers(min_value=-(2**31) + 1, max_value=2**31 - 2),
        "ratio": st.floats(allow_nan=False, allow_infinity=False),
        "flag": st.booleans(),
        "when": _dates,
        "kept": _stored,
        "bits": st.booleans(),
        "reference": st.sampled_from([b"", b"red", b"green"]),
        "fixed": st.binary(min_size=2, max_size=2),
        "packed": st.tuples(st.integers(0, 99), st.integers(0, 99)),
        "anything": _stored,
        "squeezed": st.binary(max_size=9),
        "lists": st.lists(st.binary(max_size=3), max_size=2),
    },
)

#: What happens to an index, commit by commit: (documents added, ids deleted, how it is merged).
changes = st.lists(
    st.tuples(
        st.lists(documents, max_size=6),
        st.lists(st.sampled_from(["id0", "id1", "id2", "id3"]), max_size=2),
        st.sampled_from([{"merge": False}, {"merge": False}, {}, {"optimize": True}]),
    ),
    min_size=1,
    max_size=4,
)


def build(codec: Codec, history: Iterable[Any]) -> FileIndex:
    """An index in memory, written with a codec, to which all that has happened."""
    index = RamStorage().create_index(SCHEMA)
    for added, deleted, merging in history:
        writer = index.writer(codec=codec)
        for identity in deleted:
            writer.delete_by_term("id", identity)
        for document in added:
            writer.add_document(**document)
        writer.commit(**merging)
    return index
