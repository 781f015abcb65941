"""What editors show for a query: `curation.yaml`.

    - query: [supercomputer, supercomputers]
      pin: [2020/azure-supercomputer]
      hide: [2019/rumour]
      boost: {2021/perlmutter-unveiled: 1.5}
      from: 2021-05-01
      until: 2021-06-30

Pins, hidden and boosted articles may each have times of their own: `{id: ..., until: ...}`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from searchsvc.analysis import title_key
from searchsvc.articles import dates
from searchsvc.articles.cleaning import clean_text
from searchsvc.articles.rejection import Rejected, Rejection
from searchsvc.editorial import document
from searchsvc.editorial.document import Faults, YamlValue

MAX_RULES = 10_000
MAX_QUERIES = 50
MAX_PINS = 10
"""Of one entry: a first page has as many."""
MAX_IDS = 1_000
"""Hidden, or boosted, by one entry."""
LEAST_BOOST, MOST_BOOST = 0.1, 10.0

_KEYS = ("query", "pin", "hide", "boost", "from", "until")
_ITEM_KEYS = ("id", "factor", "from", "until")


@dataclass(frozen=True, slots=True)
class Span:
    """From one time up to another, in epoch seconds."""

    first: float = -math.inf
    end: float = math.inf

    def holds(self, now: float) -> bool:
        return self.first <= now < self.end

    def within(self, other: Span) -> Span:
        return Span(max(self.first, other.first), min(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Choice:
    """One article of a rule; `factor` multiplies its score."""

    id: str
    line: int
    span: Span
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """What one entry says of its queries."""

    pinned: tuple[Choice, ...] = ()
    hidden: tuple[Choice, ...] = ()
    boosted: tuple[Choice, ...] = ()

    def choices(self) -> Iterator[Choice]:
        yield from self.pinned
        yield from self.hidden
        yield from self.boosted


@dataclass(frozen=True, slots=True)
class Chosen:
    """What holds for one query at one time, by article id; none is both pinned and hidden."""

    pinned: tuple[str, ...]
    hidden: frozenset[str]
    boosts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Curation:
    """The rules of each query, by its words, and every time at which one begins or ends."""

    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    times: tuple[float, ...] = ()

    def chosen(self, query: str, now: float) -> Chosen | None:
        """What holds for a query's words at a time; None if nothing does."""
        rules = self.rules.get(query_key(query)) if self.rules else None
        if not rules:
            return None
        active = [choice for rule in rules for choice in rule.hidden if choice.span.holds(now)]
        hidden = frozenset(choice.id for choice in active)
        pinned = (choice for rule in rules for choice in rule.pinned if choice.span.holds(now))
        pins = dict.fromkeys(choice.id for choice in pinned if choice.id not in hidden)
        boosts: dict[str, float] = {}
        for rule in rules:
            for choice in rule.boosted:
                if choice.span.holds(now):
                    factor = boosts.get(choice.id, 1.0) * choice.factor
                    boosts[choice.id] = min(max(factor, LEAST_BOOST), MOST_BOOST)
        if not pins and not hidden and not boosts:
            return None
        return Chosen(tuple(pins)[:MAX_PINS], hidden, boosts)

    def period(self, now: float) -> int:
        """Different before and after every time at which something begins or ends."""
        return bisect_right(self.times, now)

    def choices(self) -> Iterator[Choice]:
        """Every article that a rule names, once for each rule."""
        rules = {id(rule): rule for rules in self.rules.values() for rule in rules}
        for rule in rules.values():
            yield from rule.choices()


def query_key(query: str) -> str:
    """Equal for two queries of the same words in the same order."""
    return title_key(clean_text(query))


def parse(content: bytes, path: str) -> tuple[Curation, list[Rejection]]:
    """The rules of a file, and what is wrong with it: then there are none."""
    reader = _CurationReader(Faults(path))
    try:
        listed = document.entries(content)
        if len(listed) > MAX_RULES:
            raise Rejected(f"more than {MAX_RULES:,} entries", listed[MAX_RULES].line)
    except Rejected as error:
        return Curation(), [error.at(path)]
    for entry in listed:
        reader.faults.attempt(reader.entry, entry)
    if reader.faults.found:
        return Curation(), reader.faults.found
    rules = {key: tuple(of_key) for key, of_key in reader.rules.items()}
    spans = [
        choice.span for of_key in rules.values() for rule in of_key for choice in rule.choices()
    ]
    times = {time for span in spans for time in (span.first, span.end) if math.isfinite(time)}
    return Curation(rules, tuple(sorted(times))), []


class _CurationReader:
    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.rules: dict[str, list[Rule]] = {}

    def entry(self, entry: YamlValue) -> None:
        values = entry.keys(*_KEYS)
        if "query" not in values:
            raise Rejected("no `query`: whose results are meant?", entry.line)
        if not values.keys() & {"pin", "hide", "boost"}:
            raise Rejected("nothing to `pin`, `hide` or `boost`", entry.line)
        span = _span(values, Span())
        rule = Rule(
            pinned=_choices(values.get("pin"), span, MAX_PINS),
            hidden=_choices(values.get("hide"), span, MAX_IDS),
            boosted=_boosts(values.get("boost"), span),
        )
        hidden = {choice.id for choice in rule.hidden}
        for choice in (*rule.pinned, *rule.boosted):
            if choice.id in hidden:
                raise Rejected(f"`{choice.id}` is hidden here as well", choice.line)
        for key in _query_keys(values["query"]):
            self.rules.setdefault(key, []).append(rule)


def _query_keys(value: YamlValue) -> list[str]:
    keys: dict[str, None] = {}
    for item in value.texts():
        if not (key := query_key(text := item.text())):
            raise Rejected(f"there is no word in `{text}`", item.line)
        keys[key] = None
    if not 1 <= len(keys) <= MAX_QUERIES:
        raise Rejected(f"{len(keys)} queries: from 1 to {MAX_QUERIES} are needed", value.line)
    return list(keys)


def _choices(value: YamlValue | None, span: Span, most: int) -> tuple[Choice, ...]:
    """Ids, or mappings of an id and its times."""
    choices: dict[str, Choice] = {}
    for item in value.texts() if value else ():
        if isinstance(item.content, dict):
            values = item.keys("id", "from", "until")
            choice = Choice(_id(item, values), item.line, _span(values, span))
        else:
            choice = Choice(_id(item, {"id": item}), item.line, span)
        _add(choices, choice, most)
    return tuple(choices.values())


def _boosts(value: YamlValue | None, span: Span) -> tuple[Choice, ...]:
    """A mapping of ids to factors, or a list of mappings that may have times."""
    choices: dict[str, Choice] = {}
    if value is not None and isinstance(value.content, dict):
        for article_id, factor in value.content.items():
            item = YamlValue(factor.line, article_id)
            _add(
                choices, Choice(_id(item, {"id": item}), item.line, span, _factor(factor)), MAX_IDS
            )
    elif value is not None:
        for item in value.items():
            values = item.keys(*_ITEM_KEYS)
            if "factor" not in values:
                raise Rejected("no `factor`: how much is it boosted?", item.line)
            times = _span(values, span)
            choice = Choice(_id(item, values), item.line, times, _factor(values["factor"]))
            _add(choices, choice, MAX_IDS)
    return tuple(choices.values())


def _add(choices: dict[str, Choice], choice: Choice, most: int) -> None:
    if choice.id in choices:
        raise Rejected(f"`{choice.id}` is there twice", choice.line)
    if len(choices) == most:
        raise Rejected(f"more than {most:,} articles", choice.line)
    choices[choice.id] = choice


def _id(item: YamlValue, values: Mapping[str, YamlValue]) -> str:
    if "id" not in values:
        raise Rejected("no `id`: which article is meant?", item.line)
    text = values["id"].text()
    if not text:
        raise Rejected("an empty id", item.line)
    return text


def _factor(value: YamlValue) -> float:
    text = value.text()
    try:
        factor = float(text)
    except ValueError:
        factor = math.nan
    if not LEAST_BOOST <= factor <= MOST_BOOST:
        takes = f"a number from {LEAST_BOOST:g} to {MOST_BOOST:g}"
        raise Rejected(f"boost takes {takes}, got `{text}`", value.line)
    return factor


def _span(values: Mapping[str, YamlValue], outer: Span) -> Span:
    """The times of an entry or of one article in it; both ends belong to it."""
    first, end = -math.inf, math.inf
    if "from" in values:
        first = _period(values["from"])[0]
    if "until" in values:
        end = _period(values["until"])[1] + 1
        if end <= first:
            raise Rejected("`until` is before `from`", values["until"].line)
    return Span(first, end).within(outer)


def _period(value: YamlValue) -> tuple[float, float]:
    text = value.text()
    try:
        first, last = dates.parse_period(text)
    except (ValueError, OverflowError):
        takes = "a date or date-time such as 2020-05-20 or 2020-05-20T12:00:00Z"
        raise Rejected(f"not a time: takes {takes}, got `{text}`", value.line) from None
    return first.timestamp(), last.timestamp()
