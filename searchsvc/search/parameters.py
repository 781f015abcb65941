"""A query string's names and texts, read as a request and written from one.

The parameters are those that a request declares: see `searchsvc.search.request`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from searchsvc.declarations import Declared, clip, table_of
from searchsvc.errors import InvalidRequest, ParameterError
from searchsvc.search.request import PARAMETERS, SearchRequest

__all__ = ["PARAMETERS", "clean", "is_tracking", "parse", "parse_as", "parse_none", "write"]

Request = TypeVar("Request")

MAX_PARAMETERS = 100
"""Parameters of one request, repeated ones counted each time."""

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_TRACKING = re.compile(
    r"(?:utm|pk|piwik|matomo|mtm|hsa|at|mc)_.*|(?:fb|g|d|y|tw|tt)clid|msclkid|[gw]braid|igshid"
    r"|gad_source|gad_campaignid|srsltid|li_fat_id|mkt_tok|_hsenc|_hsmi|_ga|_gl|_|ref|xtor",
    re.DOTALL,
)
"""What advertisers, newsletters and caches add to links."""
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
"""Names that other services use for ours; their spelling is too different to be found."""


def clean(text: str) -> str:
    """Text with control characters and lone surrogates as spaces: neither can be meant."""
    return text if text.isprintable() else _UNFIT.sub(" ", text)


def is_tracking(name: str) -> bool:
    """Whether a parameter only tracks readers; such parameters are ignored everywhere."""
    return _TRACKING.fullmatch(name) is not None


def parse(pairs: Iterable[tuple[str, str]], *, ignore_unknown: bool = False) -> SearchRequest:
    """The search that a query string asks for. Raises InvalidRequest, see `parse_as`."""
    return parse_as(SearchRequest, pairs, ignore_unknown=ignore_unknown)


def parse_as(
    kind: Callable[..., Request],
    pairs: Iterable[tuple[str, str]],
    *,
    ignore_unknown: bool = False,
) -> Request:
    """A request of this kind; empty texts count as absent.

    Raises InvalidRequest with every wrong parameter.
    """
    table = table_of(kind)
    given, wrong = _collect(pairs, table, ignore_unknown)
    values: dict[str, Any] = {}
    for name, texts in given.items():
        item = table[name]
        try:
            values[item.field] = _read(item, texts)
        except ValueError:
            wrong.append(_wrong(item, texts))
    if any(error.parameter == "size" for error in wrong):
        values.pop("page", None)  # how deep it may go depends on the size
    try:
        request = kind(**values)
    except InvalidRequest as error:
        wrong += error.errors
    if wrong:
        raise InvalidRequest(tuple(wrong))
    return request


def parse_none(pairs: Iterable[tuple[str, str]]) -> None:
    """Check the query string of a route without parameters. Raises InvalidRequest."""
    if wrong := _collect(pairs, {}, False)[1]:
        raise InvalidRequest(tuple(wrong))


def write(request: SearchRequest) -> list[tuple[str, str]]:
    """The pairs that parse to this request, in the table's order, without the defaults."""
    return [
        (item.name, text)
        for item in PARAMETERS.values()
        if (value := getattr(request, item.field)) != item.default
        for text in item.type.write(value)
    ]


def _collect(
    pairs: Iterable[tuple[str, str]], table: Mapping[str, Declared], ignore_unknown: bool
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
            unknown[name] = ParameterError(clip(name), clip(text), _hint(name, table))
        elif text.strip() and text not in (texts := given.setdefault(name, [])):
            texts.append(text)
    return {name: texts for name, texts in given.items() if texts}, list(unknown.values())


def _read(item: Declared, texts: list[str]) -> Any:
    if item.type.repeatable:
        return tuple(texts)
    if len(texts) > 1:
        raise ValueError(texts)
    return item.type.read(texts[0])


def _wrong(item: Declared, texts: list[str]) -> ParameterError:
    if len(texts) > 1:
        got = " and ".join(map(clip, texts[:3]))
        return ParameterError(item.name, got, f"one value: {item.type.takes}")
    return ParameterError(item.name, clip(texts[0]), item.type.takes)


def _hint(name: str, table: Mapping[str, Declared]) -> str:
    name = clip(name).lower()
    near = name if name in table else _OTHER_NAMES.get(name)
    if near not in table:
        near = next(iter(difflib.get_close_matches(name, table, n=1, cutoff=0.3)), None)
    if near:
        return f"nothing, there is no such parameter; did you mean `{near}`?"
    there_are = f"there are {', '.join(table)}" if table else "there are none here"
    return f"nothing, there is no such parameter; {there_are}"
