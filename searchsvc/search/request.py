"""What is asked of an engine: every parameter is declared here, once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, get_args

from searchsvc.analysis import LANGUAGES
from searchsvc.articles import dates
from searchsvc.articles.fields import FACETS, FILTERS, Sort
from searchsvc.declarations import (
    FLAG,
    Unfit,
    ValueType,
    choice,
    conform,
    declared,
    digits,
    table_of,
    whole,
)
from searchsvc.errors import InvalidRequest, ParameterError

MAX_QUERY_LENGTH = 4_000
MAX_TYPED_LENGTH = 500
"""Characters of an unfinished text that suggestions and values are looked up for."""
DEFAULT_SIZE = 10
MAX_SIZE = 100
MAX_DEPTH = 10_000
DEFAULT_FACET_SIZE = 10
MAX_FACET_SIZE = 100
MAX_FACETS = 100
SORTS: tuple[str, ...] = get_args(Sort)

Moment = datetime | date | str | None
_LOST_PLUS = re.compile(r"(?<=:[0-9]{2}) (?=[0-9]{2}:?[0-9]{2}$)")
"""The `+` of a time zone, which a query string turns into a space."""


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """The `size` commonest values of one field among the matches."""

    field: str
    size: int = DEFAULT_FACET_SIZE

    @classmethod
    def parse(cls, text: str) -> FacetRequest:
        """`topic` or `provider:20`. Raises ValueError."""
        field, colon, size = text.strip().partition(":")
        return cls(field, digits(size.strip()) if colon else DEFAULT_FACET_SIZE).checked()

    def checked(self) -> FacetRequest:
        """This request. Raises ValueError if its field or its size is not allowed."""
        if self.field not in FACETS or not 1 <= self.size <= MAX_FACET_SIZE:
            raise Unfit(str(self))
        return self

    def __str__(self) -> str:
        return f"{self.field}:{self.size}"


@dataclass(frozen=True, slots=True)
class FacetQuery:
    """The values of one field that begin with a text, in any case, with or without accents."""

    field: str
    text: str

    @classmethod
    def parse(cls, text: str) -> FacetQuery:
        """`topic:mic`; nothing after the colon is every value. Raises ValueError."""
        field, colon, beginning = text.strip().partition(":")
        if not colon:
            raise ValueError(text)
        return cls(field, beginning.strip()).checked()

    def checked(self) -> FacetQuery:
        """This query. Raises ValueError if its field is not allowed or its text too long."""
        if self.field not in FACETS or len(self.text) > MAX_TYPED_LENGTH:
            raise Unfit(str(self))
        return self

    def __str__(self) -> str:
        return f"{self.field}:{self.text}"


def _query(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    text = value.strip()
    if len(text) > MAX_QUERY_LENGTH:
        raise Unfit(f"{len(text):,} characters")
    return text


def _texts(value: Any) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else _list(value)
    return tuple(dict.fromkeys(text for item in items if (text := item.strip())))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError(value)
    return list(value)


def _facets(value: Any) -> tuple[FacetRequest, ...]:
    """`"topic,provider:20"`, or a list of names and FacetRequests; the last of a field wins."""
    items = value.split(",") if isinstance(value, str) else _list(value)
    if len(items) > MAX_FACETS:
        raise Unfit(f"{len(items):,} names")
    facets = {}
    for item in items:
        if isinstance(item, str):
            if not item.strip():
                continue
            try:
                item = FacetRequest.parse(item)
            except ValueError:
                raise Unfit(item) from None
        facets[item.field] = item.checked()
    return tuple(facets.values())


def _facet_query(value: Any) -> FacetQuery | None:
    if isinstance(value, str):
        return FacetQuery.parse(value) if value.strip() else None
    query: FacetQuery = value.checked()
    return query


def _read_date(text: str) -> str:
    if not text.isascii():
        raise ValueError(text)
    return _LOST_PLUS.sub("+", text)


_PERIOD = {
    "anyOf": [
        {"type": "string", "pattern": "^(?!0000)[0-9]{4}(-(0[1-9]|1[0-2]))?$"},
        {"type": "string", "format": "date"},
        {"type": "string", "format": "date-time"},
    ]
}


def _moment(end: int) -> ValueType:
    """The first (0) or the last (1) second of a period such as `2020-05`, or a moment."""
    whole_day = ("T00:00:00Z", "T23:59:59Z")[end]

    def accept(value: Any) -> datetime | None:
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return dates.as_utc(value)
        text = value.isoformat() if isinstance(value, date) else value
        return dates.parse_period(text)[end]

    def write(value: datetime) -> list[str]:
        return [dates.iso(value).removesuffix(whole_day)]

    return ValueType("a date such as 2020-05-20", accept, _read_date, write, schema=_PERIOD)


_ITEM = f"({'|'.join(FACETS)})(:({MAX_FACET_SIZE}|[1-9][0-9]?))?"
SIZE = whole(1, MAX_SIZE)
_TEXT = ValueType(
    f"a text of at most {MAX_QUERY_LENGTH:,} characters",
    _query,
    schema={"type": "string", "maxLength": MAX_QUERY_LENGTH},
)
_TEXTS = ValueType(
    "text, in any case",
    _texts,
    write=list,
    repeatable=True,
    schema={"type": "array", "items": {"type": "string"}},
)
_FACETS = ValueType(
    f"names of {', '.join(FACETS)}, each with :1 to :{MAX_FACET_SIZE}",
    _facets,
    write=lambda value: [",".join(map(str, value))],
    schema={"type": "string", "pattern": f"^{_ITEM}(,{_ITEM}){{0,{MAX_FACETS - 1}}}$"},
)
_FACET_QUERY = ValueType(
    f"one of {', '.join(FACETS)}, a colon, and how its values begin",
    _facet_query,
    schema={"type": "string", "pattern": f"^({'|'.join(FACETS)}):.{{0,{MAX_TYPED_LENGTH}}}$"},
)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. Checked when made: raises InvalidRequest naming every wrong parameter.

    `from_` and `to` are inclusive; a text such as `2020-05` or a date stands for its first second
    in `from_` and its last in `to`. Filters hold alternatives; a single text will do for one.
    `facet_query` narrows the facet of its field, which need not be among the facets.
    """

    query: str = declared("", _TEXT, "what to search for", "q")
    page: int = declared(1, whole(1, MAX_DEPTH), "which page of the results, from 1")
    size: int = declared(DEFAULT_SIZE, SIZE, "results on a page")
    sort: str = declared("relevance", choice(*SORTS), "order of the results")
    topic: tuple[str, ...] = declared((), _TEXTS, "only articles with this topic")
    provider: tuple[str, ...] = declared(
        (), _TEXTS, "only articles from this provider, by name or domain"
    )
    category: tuple[str, ...] = declared((), _TEXTS, "only articles of this category")
    type: tuple[str, ...] = declared((), _TEXTS, "only articles of this type")
    from_: Moment = declared(
        None, _moment(0), "only articles published then or later (UTC)", "from"
    )
    to: Moment = declared(None, _moment(1), "only articles published then or earlier (UTC)")
    facets: tuple[FacetRequest, ...] = declared(
        (), _FACETS, "count the commonest values of these fields, as in topic,provider:20"
    )
    facet_query: FacetQuery | None = declared(
        None, _FACET_QUERY, "count only values of a field that begin so, as in topic:mic"
    )
    collapse: str | None = declared(None, choice("story"), "show one article of each story")
    typing: bool = declared(
        False, FLAG, "the last word may be unfinished: it also matches as a prefix"
    )
    highlight: bool = declared(True, FLAG, "mark the matched words")
    explain: bool = declared(False, FLAG, "show how scores are made")
    words: str | None = declared(
        None, choice("all"), "only articles with all words, however few there are"
    )

    lang: str | None = declared(
        None,
        choice(*sorted(LANGUAGES)),
        "language of the query, if not the site's: its words find articles in it, in any form",
    )

    def __post_init__(self) -> None:
        wrong = conform(self)
        if not any(error.parameter in ("page", "size") for error in wrong):
            last = pages_of(MAX_DEPTH, self.size)
            if self.page > last:
                takes = f"a whole number from 1 to {last} at this size"
                wrong.append(ParameterError("page", str(self.page), takes))
        if wrong:
            raise InvalidRequest(tuple(wrong))

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The filters that are set, by field."""
        return {name: values for name in FILTERS if (values := getattr(self, name))}

    @property
    def span(self) -> tuple[float | None, float | None]:
        """`from_` and `to` in epoch seconds."""
        first, last = self.from_, self.to
        return (
            first.timestamp() if isinstance(first, datetime) else None,
            last.timestamp() if isinstance(last, datetime) else None,
        )

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    @property
    def limit(self) -> int:
        """How many results the page may have: the last one ends at MAX_DEPTH."""
        return min(self.size, MAX_DEPTH - self.offset)

    def key(self) -> tuple[object, ...]:
        """Equal for two requests that must get the same answer from the same index."""
        key: tuple[object, ...] = _values(self)
        return key


PARAMETERS = table_of(SearchRequest)
"""The parameters of /search, by the names that HTTP and the command use."""
_values = attrgetter(*(item.field for item in PARAMETERS.values()))


@dataclass(frozen=True, slots=True)
class RelatedRequest:
    """How many articles to read next are asked for. Checked when made, as a SearchRequest is."""

    size: int = declared(DEFAULT_SIZE, SIZE, "articles at most")

    def __post_init__(self) -> None:
        if wrong := conform(self):
            raise InvalidRequest(tuple(wrong))


def check_size(size: int) -> None:
    """Raises InvalidRequest for a number of results that no answer may have."""
    RelatedRequest(size)


def pages_of(total: int, size: int) -> int:
    """How many pages so many results fill, as deep as pages go."""
    return -(-min(total, MAX_DEPTH) // size)
