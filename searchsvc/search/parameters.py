"""The parameters of /search in one table: what each is for, what it takes, how its text is read.

Web routes, the command's flags and links are all made from it, so that they cannot drift apart.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from searchsvc.articles import dates
from searchsvc.articles.fields import FACETS
from searchsvc.errors import InvalidRequest, ParameterError
from searchsvc.search import (
    COLLAPSE_TAKES,
    COLLAPSES,
    DEFAULT_SIZE,
    FACET_QUERY_TAKES,
    MAX_DEPTH,
    MAX_FACET_SIZE,
    MAX_QUERY_LENGTH,
    MAX_SIZE,
    SIZE_TAKES,
    SORTS,
    FacetQuery,
    FacetRequest,
    SearchRequest,
)
from searchsvc.suggest.request import SuggestRequest

__all__ = [
    "PARAMETERS",
    "RELATED_PARAMETERS",
    "SUGGEST_PARAMETERS",
    "Parameter",
    "clean",
    "is_tracking",
    "parse",
    "parse_none",
    "parse_related",
    "parse_suggest",
    "write",
]

Request = TypeVar("Request")

MAX_PARAMETERS = 100
"""Parameters of one request, repeated ones counted each time."""
MAX_SHOWN = 80
"""Characters of a wrong value that an error repeats."""

_QUERY_TAKES = f"at most {MAX_QUERY_LENGTH} characters of text"
_DATE_TAKES = "a date such as 2020-05-20"
_DIGITS = re.compile(r"[0-9]{1,9}")
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_TRACKING = re.compile(r"utm_.*|fbclid|gclid|_", re.DOTALL)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_LOST_PLUS = re.compile(r"(?<=:[0-9]{2}) (?=[0-9]{2}:?[0-9]{2}$)")
_OTHER_NAMES = {
    "after": "from",
    "before": "to",
    "count": "size",
    "limit": "size",
    "offset": "page",
    "order": "sort",
    "query": "q",
    "search": "q",
    "since": "from",
    "source": "provider",
    "start": "page",
    "tag": "topic",
    "until": "to",
}
"""What other services call ours; too far in spelling to be found as the nearest name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `read` turns its text into the value of SearchRequest's `field`.

    `read` raises ValueError. A repeatable one may be given several times, and holds texts.
    """

    name: str
    field: str
    help: str
    takes: str
    read: Callable[[str], Any] = str
    repeatable: bool = False
    is_flag: bool = False


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        # int() alone would take `+5`, `5_0` and full-width digits.
        if not _DIGITS.fullmatch(text) or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return read


def _boolean(text: str) -> bool:
    if (value := _BOOLEANS.get(text.lower())) is None:
        raise ValueError(text)
    return value


def _one_of(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError(text)
        return text

    return read


def _date(end: int) -> Callable[[str], datetime]:
    """The first (0) or last (1) second of a date; in a URL a zone's bare `+` arrives as a space."""

    def read(text: str) -> datetime:
        if not text.isascii():
            raise ValueError(text)
        try:
            return dates.parse_period(_LOST_PLUS.sub("+", text))[end]
        except OverflowError:
            raise ValueError(text) from None

    return read


def _facets(text: str) -> tuple[FacetRequest, ...]:
    items = [item for item in text.split(",") if item.strip()]
    sizes = (size for _, colon, size in (item.partition(":") for item in items) if colon)
    if len(items) > MAX_PARAMETERS or not all(map(_DIGITS.fullmatch, map(str.strip, sizes))):
        raise ValueError(text)
    return tuple(FacetRequest.parse(item) for item in items)


def _filter(name: str, help: str) -> Parameter:
    return Parameter(name, name, help, "text, in any case", repeatable=True)


_TABLE = (
    Parameter("q", "query", "what to search for", _QUERY_TAKES),
    Parameter(
        "page",
        "page",
        "which page of the results, from 1",
        f"a whole number from 1 to {MAX_DEPTH}",
        _whole(1, MAX_DEPTH),
    ),
    Parameter("size", "size", "results on a page", SIZE_TAKES, _whole(1, MAX_SIZE)),
    Parameter(
        "sort", "sort", "order of the results", f"one of {', '.join(SORTS)}", _one_of(*SORTS)
    ),
    _filter("topic", "only articles with this topic"),
    _filter("provider", "only articles from this provider, by name or domain"),
    _filter("category", "only articles of this category"),
    _filter("type", "only articles of this type"),
    Parameter(
        "from",
        "from_",
        "only articles published then or later (UTC)",
        _DATE_TAKES,
        _date(0),
    ),
    Parameter(
        "to",
        "to",
        "only articles published then or earlier (UTC)",
        _DATE_TAKES,
        _date(1),
    ),
    Parameter(
        "facets",
        "facets",
        "count the commonest values of these fields, as in topic,provider:20",
        f"names of {', '.join(FACETS)}, each with :1 to :{MAX_FACET_SIZE}",
        _facets,
    ),
    Parameter(
        "facet_query",
        "facet_query",
        "count only values of a field that begin so, as in topic:mic",
        FACET_QUERY_TAKES,
        FacetQuery.parse,
    ),
    Parameter(
        "collapse",
        "collapse",
        "show one article of each story",
        COLLAPSE_TAKES,
        _one_of(*COLLAPSES),
    ),
    Parameter(
        "typing",
        "typing",
        "the last word may be unfinished: it also matches as a prefix",
        "true or false",
        _boolean,
        is_flag=True,
    ),
    Parameter(
        "highlight", "highlight", "mark the matched words", "true or false", _boolean, is_flag=True
    ),
    Parameter(
        "explain", "explain", "show how scores are made", "true or false", _boolean, is_flag=True
    ),
)

PARAMETERS = {parameter.name: parameter for parameter in _TABLE}
SUGGEST_PARAMETERS = {
    "q": Parameter("q", "query", "what has been typed so far", _QUERY_TAKES),
    "size": Parameter("size", "size", "suggestions at most", SIZE_TAKES, _whole(1, MAX_SIZE)),
}
"""Those of /suggest."""
RELATED_PARAMETERS = {
    "size": Parameter("size", "size", "articles at most", SIZE_TAKES, _whole(1, MAX_SIZE))
}
"""Those of /related."""
_DEFAULT = SearchRequest()


def clean(text: str) -> str:
    """Text with control characters and lone surrogates as spaces: neither can be meant."""
    return text if text.isprintable() else _UNFIT.sub(" ", text)


def is_tracking(name: str) -> bool:
    """Whether advertisers and caches add it to links; it is ignored everywhere."""
    return _TRACKING.fullmatch(name) is not None


def parse(pairs: Iterable[tuple[str, str]], *, ignore_unknown: bool = False) -> SearchRequest:
    """The request of a query string's names and texts; empty texts count as absent.

    Raises InvalidRequest with every wrong parameter.
    """
    values, wrong = _values(pairs, PARAMETERS, ignore_unknown)
    if any(error.parameter == "size" for error in wrong):
        values.pop("page", None)  # how deep it may go depends on the size
    return _made(SearchRequest, values, wrong)


def parse_suggest(pairs: Iterable[tuple[str, str]]) -> SuggestRequest:
    """The same for /suggest, whose parameters are few."""
    return _made(SuggestRequest, *_values(pairs, SUGGEST_PARAMETERS, False))


def parse_related(pairs: Iterable[tuple[str, str]]) -> int:
    """How many articles /related is asked for. Raises InvalidRequest."""
    values, wrong = _values(pairs, RELATED_PARAMETERS, False)
    if wrong:
        raise InvalidRequest(tuple(wrong))
    size: int = values.get("size", DEFAULT_SIZE)
    return size


def parse_none(pairs: Iterable[tuple[str, str]]) -> None:
    """For what takes no parameters. Raises InvalidRequest."""
    _, wrong = _values(pairs, {}, False)
    if wrong:
        raise InvalidRequest(tuple(wrong))


def _made(
    kind: Callable[..., Request], values: Mapping[str, Any], wrong: list[ParameterError]
) -> Request:
    try:
        request = kind(**values)
    except InvalidRequest as error:
        wrong += (
            ParameterError(item.parameter, _clip(item.got), item.takes) for item in error.errors
        )
    if wrong:
        raise InvalidRequest(tuple(wrong))
    return request


def _values(
    pairs: Iterable[tuple[str, str]], table: Mapping[str, Parameter], ignore_unknown: bool
) -> tuple[dict[str, Any], list[ParameterError]]:
    """The value of each parameter given, by field, and an error for each wrong one."""
    given, wrong = _collect(pairs, table, ignore_unknown)
    values: dict[str, Any] = {}
    for name, texts in given.items():
        try:
            values[table[name].field] = _read(table[name], texts)
        except ValueError:
            wrong.append(_wrong(table[name], texts))
    return values, wrong


def _collect(
    pairs: Iterable[tuple[str, str]], table: Mapping[str, Parameter], ignore_unknown: bool
) -> tuple[dict[str, list[str]], list[ParameterError]]:
    """The different texts of each known parameter, and an error for each unknown one."""
    given: dict[str, list[str]] = {}
    unknown: dict[str, ParameterError] = {}
    count = 0
    for name, text in pairs:
        if name not in table and (ignore_unknown or is_tracking(name)):
            continue
        count += 1
        if count > MAX_PARAMETERS:
            got, takes = f"more than {MAX_PARAMETERS}", f"at most {MAX_PARAMETERS} parameters"
            raise InvalidRequest((ParameterError("parameters", got, takes),))
        name, text = clean(name), clean(text)
        if name not in table:
            unknown[name] = ParameterError(_clip(name), _clip(text), _hint(name, table))
        elif text.strip() and text not in (texts := given.setdefault(name, [])):
            texts.append(text)
    return {name: texts for name, texts in given.items() if texts}, list(unknown.values())


def _read(parameter: Parameter, texts: list[str]) -> Any:
    if parameter.repeatable:
        return tuple(texts)
    if len(texts) > 1:
        raise ValueError(texts)
    return parameter.read(texts[0])


def _wrong(parameter: Parameter, texts: list[str]) -> ParameterError:
    if len(texts) > 1:
        got = " and ".join(_clip(text) for text in texts[:3])
        return ParameterError(parameter.name, got, f"one value: {parameter.takes}")
    return ParameterError(parameter.name, _clip(texts[0]), parameter.takes)


def _clip(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _hint(name: str, table: Mapping[str, Parameter]) -> str:
    name = name[:MAX_SHOWN].lower()
    near = name if name in table else _OTHER_NAMES.get(name)
    if near not in table:
        near = next(iter(difflib.get_close_matches(name, table, n=1, cutoff=0.3)), None)
    if near:
        return f"nothing, there is no such parameter; did you mean `{near}`?"
    there_are = f"there are {', '.join(table)}" if table else "there are none here"
    return f"nothing, there is no such parameter; {there_are}"


def write(request: SearchRequest) -> list[tuple[str, str]]:
    """The pairs that parse to this request, in the table's order, without the defaults."""
    return [
        (parameter.name, text)
        for parameter in _TABLE
        if (value := getattr(request, parameter.field)) != getattr(_DEFAULT, parameter.field)
        for text in _texts(value, is_last=parameter.name == "to")
    ]


def _texts(value: Any, is_last: bool) -> list[str]:
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, datetime):
        day, _, time = dates.iso(value).partition("T")
        is_whole_day = time == ("23:59:59Z" if is_last else "00:00:00Z")
        return [day if is_whole_day else f"{day}T{time}"]
    if isinstance(value, FacetQuery):
        return [f"{value.field}:{value.text}"]
    if isinstance(value, tuple):
        facets = [f"{item.field}:{item.size}" for item in value if isinstance(item, FacetRequest)]
        return [",".join(facets)] if facets else list(value)
    return [str(value)]
