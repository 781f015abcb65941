"""How many misspelt words are answered, or suggested, as they were meant, and how long that takes.

python -m benchmarks.typos --headlines headlines.jsonl.gz --queries queries.tsv.gz
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import indexes, tables, worker
from benchmarks.bars import Bar
from benchmarks.options import ARTICLES, BARS, CLOCK, INDEXES, QUERIES, command
from benchmarks.peers.ours import Ours
from benchmarks.report import publish
from searchsvc import Article, SearchRequest
from searchsvc.analysis import stemmer, words
from searchsvc.engine import Engine
from searchsvc.index import Generation
from searchsvc.publish.generations import IndexFolder
from searchsvc.query.spelling import edits_allowed
from searchsvc.search.spelling_candidates import SpellingCandidates

SEED = 1965
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PLAIN_WORD = re.compile(r"[a-z]+")
ANSWERED, SHOWN = 0.85, 0.95
"""The shares of the reachable words that have to be answered, and answered or suggested."""
RESCUE_MS, CANDIDATES_MS = 10.0, 5.0
VOCABULARY = 500_000
AN_ARTICLE = 100
"""Made-up articles hold so many of the words."""

FIRST, AMONG, SUGGESTED, RARER, MISSED = (
    "answered first",
    "answered among others",
    "suggested",
    "a commoner word was typed",
    "missed",
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A word that somebody asked for, and the same with one edit."""

    meant: str
    typed: str

    @property
    def is_reachable(self) -> bool:
        """Whether the rules put right a word as short as what was typed."""
        return edits_allowed(self.typed) > 0


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="typos-") as scratch:
        engine = indexes.engine(options, options.work or Path(scratch))
        report, judged = run(options, engine)
    publish(options, f"typos-{options.articles}", report, judged)


def run(options: argparse.Namespace, engine: Engine) -> tuple[str, Sequence[Bar]]:
    now = worker.CLOCKS[options.clock]
    chance = random.Random(SEED)
    known = _known_words(options.queries, engine)
    meant = chance.sample(known, options.count)
    mistakes = [Mistake(word, _edited(word, chance)) for word in meant]
    reachable = [mistake for mistake in mistakes if mistake.is_reachable]
    outcomes = Counter(_outcome(engine, mistake) for mistake in reachable)
    rescues = [_timed(engine, mistake.typed, now) for mistake in mistakes]
    plain = [_timed(engine, word, now) for word in meant]
    untouched = [engine.search(SearchRequest(word)) for word in meant]
    candidates = _candidate_times(known, chance, now)
    answered = (outcomes[FIRST] + outcomes[AMONG]) / len(reachable)
    shown = answered + outcomes[SUGGESTED] / len(reachable)
    judged = [
        Bar("not answered, share", 1 - answered, 1 - ANSWERED, 1),
        Bar("neither answered nor suggested, share", 1 - shown, 1 - SHOWN, 1),
        Bar("rescue, p95 ms", float(np.percentile(rescues, 95)), RESCUE_MS, 1),
        Bar("candidates, p95 ms", float(np.percentile(candidates, 95)), CANDIDATES_MS, 1),
    ]
    times = {
        "a word with one edit": rescues,
        "the word itself": plain,
        f"candidates among {VOCABULARY:,} words": candidates,
    }
    rows = [
        (what, *(tables.figure(float(np.percentile(taken, p))) for p in (50, 95, 99)))
        for what, taken in times.items()
    ]
    report = (
        f"# Misspelt words, {options.articles:,} articles\n\n{tables.machine()}. "
        f"{options.count:,} real queries of one word that some article holds, each with one random "
        f"edit; the rules reach {len(reachable) / len(mistakes):.1%}.\n\n"
        + tables.table(
            ("of those", "share"),
            [(what, f"{outcomes[what] / len(reachable):.1%}") for what in (
                FIRST, AMONG, SUGGESTED, RARER, MISSED
            )],
        )
        + "\n\nOf the words as they were meant, "
        f"{sum(result.corrected is not None for result in untouched)} are corrected, and "
        f"{sum(result.did_you_mean is not None for result in untouched) / options.count:.1%} have "
        f"a suggestion.\n\n{tables.CLOCKS[options.clock].capitalize()} in ms:\n\n"
        + tables.table(("asked", "p50", "p95", "p99"), rows)
    )  # fmt: skip
    return report, judged


def _known_words(queries: Path, engine: Engine) -> list[str]:
    """Queries of one word that an article holds exactly so."""
    with gzip.open(queries, "rt", encoding="utf-8") as lines:
        texts = dict.fromkeys(line.split("\t")[1] for line in lines)
    return [
        text
        for text in texts
        if PLAIN_WORD.fullmatch(text)
        if engine.search(SearchRequest(f'"{text}"', size=1, highlight=False)).total
    ]


def _edited(word: str, chance: random.Random) -> str:
    """With a letter put in, left out or replaced, or two neighbours swapped."""
    while True:
        place = chance.randrange(len(word) + 1)
        before, after = word[:place], word[place:]
        letter = chance.choice(LETTERS)
        edited = chance.choice(
            (
                before + letter + after,
                before + after[1:],
                before + letter + after[1:] if after else word,
                before + after[1::-1] + after[2:],
            )
        )
        if edited != word and edited:
            return edited


def _outcome(engine: Engine, mistake: Mistake) -> str:
    stem = stemmer("en")
    result = engine.search(SearchRequest(mistake.typed, size=1, highlight=False, explain=True))
    meant = stem(mistake.meant)
    answer = result.corrected or (mistake.typed if result.total else "")
    if stem(answer) == meant:
        return FIRST
    if meant in {stem(part) for word in words(result.parsed or "") for part in word.terms.parts}:
        return AMONG
    if result.did_you_mean and stem(result.did_you_mean) == meant:
        return SUGGESTED
    meant_total = engine.search(SearchRequest(mistake.meant, size=1)).total
    if result.corrected is None and result.total >= meant_total:
        return RARER
    return MISSED


def _timed(engine: Engine, query: str, now: Callable[[], float]) -> float:
    """The quicker of two, ms: the first may have to read from disk."""
    request = SearchRequest(query)
    taken = []
    for _ in range(2):
        started = now()
        engine.search(request)
        taken.append((now() - started) * 1000)
    return min(taken)


def _candidate_times(
    known: Sequence[str], chance: random.Random, now: Callable[[], float]
) -> list[float]:
    """Of words with an edit, in a vocabulary of known words and made-up ones like them."""
    vocabulary = set(known)
    while len(vocabulary) < VOCABULARY:
        vocabulary.add(_edited(chance.choice(known) + chance.choice(("", "s", "ing")), chance))
    words = sorted(vocabulary)
    articles = [
        Article(f"made/{first}", "Words", excerpt=" ".join(words[first : first + AN_ARTICLE]))
        for first in range(0, len(words), AN_ARTICLE)
    ]
    with tempfile.TemporaryDirectory(prefix="words-") as scratch:
        Ours.index(articles, Path(scratch))
        index = IndexFolder(Path(scratch))
        impacts = Generation(index.path(index.current() or "")).impacts
        candidates = SpellingCandidates(impacts, "en")
        candidates.likeliest("warmup")
        taken = []
        for word in _with_edits(known, chance):
            started = now()
            candidates.likeliest(word)
            taken.append((now() - started) * 1000)
    return taken


def _with_edits(known: Sequence[str], chance: random.Random) -> Iterator[str]:
    for word in chance.sample(known, 300):
        typed = _edited(word, chance)
        if edits_allowed(typed):
            yield typed


def _options() -> argparse.Namespace:
    parser = command("typos", __doc__, ARTICLES, QUERIES, CLOCK, INDEXES, BARS)
    parser.add_argument("--count", type=int, default=1000, help="misspelt words")
    return parser.parse_args()


if __name__ == "__main__":
    main()
