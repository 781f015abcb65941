"""What is asked of an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from itertools import compress
from operator import attrgetter, is_not
from typing import Any, get_args

from searchsvc.articles import dates
from searchsvc.articles.fields import FACETS, FILTERS, Sort
from searchsvc.errors import InvalidRequest, ParameterError

MAX_QUERY_LENGTH = 500
DEFAULT_SIZE = 10
MAX_SIZE = 100
SIZE_TAKES = f"a whole number from 1 to {MAX_SIZE}"
MAX_DEPTH = 10_000
DEFAULT_FACET_SIZE = 10
MAX_FACET_SIZE = 100
FACET_QUERY_TAKES = f"one of {', '.join(FACETS)}, a colon, and how its values begin"
SORTS: tuple[str, ...] = get_args(Sort)
COLLAPSES = ("story",)
COLLAPSE_TAKES = " or ".join(COLLAPSES)

Moment = datetime | date | str | None


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """The `size` commonest values of one field among the matches."""

    field: str
    size: int = DEFAULT_FACET_SIZE

    @classmethod
    def parse(cls, text: str) -> FacetRequest:
        """`topic` or `provider:20`. Raises ValueError."""
        field, colon, size = text.strip().partition(":")
        request = cls(field, int(size) if colon else DEFAULT_FACET_SIZE)
        if not request.is_valid:
            raise ValueError(text)
        return request

    @property
    def is_valid(self) -> bool:
        return self.field in FACETS and 1 <= self.size <= MAX_FACET_SIZE


@dataclass(frozen=True, slots=True)
class FacetQuery:
    """The values of one field that begin with a text, in any case, with or without accents."""

    field: str
    text: str

    @classmethod
    def parse(cls, text: str) -> FacetQuery:
        """`topic:mic`; nothing after the colon is every value. Raises ValueError."""
        field, colon, beginning = text.strip().partition(":")
        query = cls(field, beginning.strip())
        if not colon or not query.is_valid:
            raise ValueError(text)
        return query

    @property
    def is_valid(self) -> bool:
        return self.field in FACETS and len(self.text) <= MAX_QUERY_LENGTH


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One question. Checked when made: raises InvalidRequest naming every wrong parameter.

    `from_` and `to` are inclusive; a text such as `2020-05` or a date stands for its first second
    in `from_` and its last in `to`. Filters hold alternatives; a single text will do for one.
    `facet_query` narrows the facet of its field, which need not be among the facets. With `typing`
    the last word of the query may be unfinished.
    """

    query: str = ""
    page: int = 1
    size: int = DEFAULT_SIZE
    sort: str = "relevance"
    topic: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    from_: Moment = None
    to: Moment = None
    facets: tuple[FacetRequest, ...] = ()
    facet_query: FacetQuery | None = None
    collapse: str | None = None
    typing: bool = False
    highlight: bool = True
    explain: bool = False

    def __post_init__(self) -> None:
        given = list(compress(_DEFAULTS, map(is_not, _VALUES(self), _DEFAULTS.values())))
        wrong: list[ParameterError] = []
        for name in given:
            is_right, takes = _TYPES[name]
            # Python's callers may pass anything; what follows relies on these.
            if not is_right(value := getattr(self, name)):
                wrong.append(ParameterError(_parameter(name), repr(value), takes))
        if wrong:
            raise InvalidRequest(tuple(wrong))
        object.__setattr__(self, "query", self.query.strip())
        if len(self.query) > MAX_QUERY_LENGTH:
            wrong.append(
                ParameterError(
                    "q", f"{len(self.query)} characters", f"at most {MAX_QUERY_LENGTH} characters"
                )
            )
        if "size" in given or "page" in given:
            wrong += self._check_page()
        if self.sort not in SORTS:
            wrong.append(ParameterError("sort", self.sort, f"one of {', '.join(SORTS)}"))
        for name in given:
            if name in FILTERS:
                object.__setattr__(self, name, _texts(getattr(self, name)))
            elif name in _ENDS:
                self._parse_moment(name, wrong)
        if self.facets:
            self._parse_facets(wrong)
        if self.facet_query is not None:
            self._parse_facet_query(wrong)
        if self.collapse is not None and self.collapse not in COLLAPSES:
            wrong.append(ParameterError("collapse", self.collapse, COLLAPSE_TAKES))
        if wrong:
            raise InvalidRequest(tuple(wrong))

    def _check_page(self) -> Iterable[ParameterError]:
        if not 1 <= self.size <= MAX_SIZE:
            yield ParameterError("size", str(self.size), SIZE_TAKES)
        elif not 1 <= self.page <= pages_of(MAX_DEPTH, self.size):
            takes = f"a whole number from 1 to {pages_of(MAX_DEPTH, self.size)}"
            yield ParameterError("page", str(self.page), f"{takes} at this size")

    def _parse_moment(self, name: str, wrong: list[ParameterError]) -> None:
        value = getattr(self, name)
        try:
            object.__setattr__(self, name, _moment(value, _ENDS[name]))
        except (ValueError, OverflowError):
            takes = "a date such as 2020-05-20"
            wrong.append(ParameterError(_parameter(name), str(value), takes))

    def _parse_facets(self, wrong: list[ParameterError]) -> None:
        """Accept `"topic"`, `"topic,provider:20"` or a sequence of names and FacetRequests."""
        given: Any = self.facets
        facets, faults = _facets_in(given) if isinstance(given, str) else _facets(given)
        wrong += faults
        object.__setattr__(self, "facets", facets)

    def _parse_facet_query(self, wrong: list[ParameterError]) -> None:
        """Accept `"topic:mic"` or a FacetQuery."""
        given: Any = self.facet_query
        if isinstance(given, str):
            try:
                given = FacetQuery.parse(given) if given.strip() else None
            except ValueError:
                wrong.append(ParameterError("facet_query", given, FACET_QUERY_TAKES))
        elif given and not given.is_valid:
            got = f"{given.field}:{given.text}"
            wrong.append(ParameterError("facet_query", got, FACET_QUERY_TAKES))
        object.__setattr__(self, "facet_query", given)

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
        key: tuple[object, ...] = _VALUES(self)
        return key


def pages_of(total: int, size: int) -> int:
    """How many pages so many results fill, as deep as pages go."""
    return -(-min(total, MAX_DEPTH) // size)


def check_size(size: int) -> None:
    """Raises InvalidRequest for a number of results that no answer may have."""
    if type(size) is not int or not 1 <= size <= MAX_SIZE:
        raise InvalidRequest((ParameterError("size", repr(size), SIZE_TAKES),))


def _parameter(name: str) -> str:
    """What a field is called outside of Python."""
    return "q" if name == "query" else name.rstrip("_")


def _is_whole_number(value: object) -> bool:
    return type(value) is int


def _is_boolean(value: object) -> bool:
    return type(value) is bool


def _is_facet_query(value: object) -> bool:
    return isinstance(value, str | FacetQuery)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _are_texts(value: object) -> bool:
    return _are_all(value, (str,))


def _are_facets(value: object) -> bool:
    return _are_all(value, (str, FacetRequest))


def _are_all(value: object, kinds: tuple[type, ...]) -> bool:
    """Whether it is a text, or several of these kinds."""
    if isinstance(value, list | tuple):
        return all([isinstance(item, kinds) for item in value])
    return isinstance(value, str)


def _is_moment(value: object) -> bool:
    return isinstance(value, str | date | None)


_ENDS = {"from_": 0, "to": 1}
"""Which end of a period such as `2020-05` a field stands for."""
_TYPES: dict[str, tuple[Callable[[object], bool], str]] = {
    **dict.fromkeys(("query", "sort"), (_is_text, "a text")),
    **dict.fromkeys(("page", "size"), (_is_whole_number, "a whole number")),
    **dict.fromkeys(("typing", "highlight", "explain"), (_is_boolean, "true or false")),
    **dict.fromkeys(FILTERS, (_are_texts, "a text, or several")),
    **dict.fromkeys(_ENDS, (_is_moment, "a date such as 2020-05-20")),
    "facets": (_are_facets, "a text, or several"),
    "facet_query": (_is_facet_query, FACET_QUERY_TAKES),
    "collapse": (_is_text, COLLAPSE_TAKES),
}
"""For each field of a request what it may be, and how to say so."""
_DEFAULTS = {field.name: field.default for field in fields(SearchRequest)}
"""What needs no check: most requests set two fields or three."""
_VALUES = attrgetter(*_DEFAULTS)


@lru_cache(maxsize=64)
def _facets_in(text: str) -> tuple[tuple[FacetRequest, ...], tuple[ParameterError, ...]]:
    """Remembered: a site asks for the same ones with every query."""
    return _facets(text.split(","))


def _facets(
    items: Iterable[Any],
) -> tuple[tuple[FacetRequest, ...], tuple[ParameterError, ...]]:
    """The last one of each field, and what is wrong with others."""
    takes = f"names of {', '.join(FACETS)}, each with :1 to :{MAX_FACET_SIZE}"
    facets: dict[str, FacetRequest] = {}
    wrong = []
    for item in items:
        if not isinstance(item, FacetRequest):
            if not item.strip():
                continue
            try:
                item = FacetRequest.parse(item)
            except ValueError:
                wrong.append(ParameterError("facets", item, takes))
                continue
        elif not item.is_valid:
            wrong.append(ParameterError("facets", f"{item.field}:{item.size}", takes))
            continue
        facets[item.field] = item
    return tuple(facets.values()), tuple(wrong)


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    if isinstance(value, str):
        text = value.strip()
        return (text,) if text else ()
    if len(values := tuple(value)) == 1:
        return _texts(values[0])
    return tuple(dict.fromkeys(text for item in values if (text := item.strip())))


def _moment(value: Moment, end: int) -> datetime | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return dates.as_utc(value)
    return dates.parse_period(value if isinstance(value, str) else value.isoformat())[end]
