"""Synonyms that a log suggests: what found nothing, and what the same search found with.

Two things tell: a correction that answered, and another search soon after, by whomever, that has
the same words but for some. Nobody's identity is in a log, so how often it happens is what counts,
and a person decides.
"""

from __future__ import annotations

import difflib
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from searchsvc.analysis import words as analysed
from searchsvc.requestlog.entry import LogEntry
from searchsvc.requestlog.statistics import SEARCH_ROUTES, normal

SOON = timedelta(minutes=2)
"""Within which a search that found nothing is asked anew in other words."""
MAX_RECENT = 200
"""Searches that found nothing and wait for another."""
MAX_PAIRS = 50_000
MAX_SIDE = 4
"""Words of either side of a proposal."""
_SYNTAX = re.compile(r"""["():*^~]|(?:^|\s)[-+]|\b(?:AND|OR|NOT)\b""")
_WORD = re.compile(r"\w+(?:['’.&+-]\w+)*")

Words = tuple[str, ...]


@dataclass(slots=True)
class Proposal:
    """`source` should find `target`: that many corrections and later searches say so."""

    source: str
    target: str
    corrections: int = 0
    later: int = 0

    @property
    def times(self) -> int:
        return self.corrections + self.later

    def line(self) -> str:
        """An entry of synonyms.yaml, with its reason."""
        counted = (
            (self.corrections, "corrected", "corrected"),
            (self.later, "later search", "later searches"),
        )
        why = ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counted if n)
        return f"- {{from: {_quoted(self.source)}, to: [{_quoted(self.target)}]}}  # {why}"

    def to_json(self) -> dict[str, Any]:
        return {
            "from": self.source,
            "to": [self.target],
            "corrections": self.corrections,
            "later": self.later,
        }


@dataclass(frozen=True, slots=True)
class _Unanswered:
    time: datetime
    words: Words


class Proposals:
    """Grows with each entry, up to its bounds."""

    def __init__(self, max_pairs: int = MAX_PAIRS) -> None:
        self._max_pairs = max_pairs
        self._pairs: dict[tuple[str, str], Proposal] = {}
        self._recent: deque[_Unanswered] = deque(maxlen=MAX_RECENT)

    def add(self, entry: LogEntry) -> None:
        outcome = entry.outcome
        if outcome is None or outcome.query is None or entry.route not in SEARCH_ROUTES:
            return
        if not outcome.is_of_a_reader or _SYNTAX.search(outcome.query):
            return
        words = _words(outcome.query)
        if not words:
            return
        if outcome.total == 0:
            self._recent.append(_Unanswered(entry.time, words))
        elif outcome.corrected:
            for source, target in _replaced(words, _words(outcome.corrected_to or "")):
                self._pair(source, target).corrections += 1
        else:
            for source, target in self._reworded(entry.time, words):
                self._pair(source, target).later += 1

    def found(self, least: int) -> list[Proposal]:
        """Those that so many searches suggest, the most often first."""
        enough = [pair for pair in self._pairs.values() if pair.times >= least]
        return sorted(enough, key=lambda pair: (-pair.times, pair.source, pair.target))

    def _reworded(self, time: datetime, words: Words) -> list[tuple[str, str]]:
        """What found nothing shortly before; it is answered now and waits no longer."""
        found: dict[tuple[str, str], None] = {}
        waiting: list[_Unanswered] = []
        for before in self._recent:
            waited = time - before.time
            pair = _one_replaced(before.words, words) if abs(waited) <= SOON else None
            if pair is None:
                if waited <= SOON:
                    waiting.append(before)
            else:
                found[pair] = None
        self._recent = deque(waiting, MAX_RECENT)
        return list(found)

    def _pair(self, source: str, target: str) -> Proposal:
        key = source, target
        if key not in self._pairs:
            if len(self._pairs) >= self._max_pairs:
                ranked = sorted(self._pairs.values(), key=lambda pair: -pair.times)
                kept = ranked[: self._max_pairs // 2]
                self._pairs = {(pair.source, pair.target): pair for pair in kept}
            self._pairs[key] = Proposal(source, target)
        return self._pairs[key]


def _words(text: str) -> Words:
    return tuple(_WORD.findall(normal(text)))


def _one_replaced(before: Words, after: Words) -> tuple[str, str] | None:
    """The one run of words that differs between two searches that share others.

    Nothing else is shared where both have the same letters, as `e mail` and `e-mail`.
    """
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    source, target = before[start : len(before) - end], after[start : len(after) - end]
    if not start + end and _letters(source) != _letters(target):
        return None
    return _fit(source, target)


def _replaced(before: Words, after: Words) -> Iterator[tuple[str, str]]:
    """Every run of words in whose place a correction has others."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        pair = _fit(before[start:end], after[other_start:other_end])
        if kind == "replace" and pair:
            yield pair


def _fit(source: Words, target: Words) -> tuple[str, str] | None:
    if not 0 < len(source) <= MAX_SIDE or not 0 < len(target) <= MAX_SIDE:
        return None
    pair = " ".join(source), " ".join(target)
    forms = [tuple(word.terms for word in analysed(text)) for text in pair]
    # What folding makes the same finds the same already.
    return pair if all(forms) and forms[0] != forms[1] else None


def _shared(before: Words, after: Words) -> int:
    count = 0
    for word, other in zip(before, after, strict=False):
        if word != other:
            break
        count += 1
    return count


def _letters(words: Words) -> str:
    return "".join(letter for word in words for letter in word if letter.isalnum())


def _quoted(text: str) -> str:
    return text if re.fullmatch(r"[\w ]+", text, re.ASCII) else "'" + text.replace("'", "''") + "'"
