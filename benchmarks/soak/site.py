"""A site to break: a corpus that is written for it, its index, and the runs of the command."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.soak import faulty
from benchmarks.soak.faulty import NONE, Faults
from searchsvc.publish.doctor import examine
from searchsvc.publish.generations import IndexFolder
from searchsvc.settings import Settings

_SYLLABLES = "ba ce di fo gu ha ji ke lo mu na pi re so tu va we xi yo zu".split()
WORDS = [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES[::4]]


@dataclass(frozen=True, slots=True)
class Site:
    """A folder with `corpus/` and `index/`."""

    folder: Path

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    @property
    def live(self) -> IndexFolder:
        return IndexFolder(self.index)

    @property
    def settings(self) -> Settings:
        return replace(Settings(), corpus=self.corpus, index=self.index)

    def arguments(self, *flags: str) -> list[str]:
        return ["reindex", str(self.corpus), "--index", str(self.index), *flags]

    def reindex(self, *flags: str, faults: Faults = NONE) -> int:
        """Runs the command; its exit code."""
        return faulty.run(self.arguments(*flags), faults, self.folder / "said")

    def report(self, *flags: str, faults: Faults = NONE) -> dict[str, Any]:
        """Of a run with `--json`, with its `exit` code."""
        code = self.reindex("--json", *flags, faults=faults)
        lines = self.said().splitlines()
        told: dict[str, Any] = json.loads(lines[-1])
        return {**told, "exit": code}

    def said(self) -> str:
        """By the last run."""
        return (self.folder / "said").read_text("utf-8", "replace")

    def write(self, name: str, **values: object) -> Path:
        path = self.corpus / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"{key}: {json.dumps(value)}" for key, value in values.items()]
        path.write_text("\n".join(["---", *lines, "---", ""]), "utf-8")
        return path

    def write_news(self, articles: int, chance: random.Random) -> None:
        """Articles of made-up words, all of which hold `shared`."""
        for number in range(articles):
            self.write_article(f"{number // 500:03d}/{number:06d}", chance)

    def write_article(self, name: str, chance: random.Random) -> None:
        words = [WORDS[int(len(WORDS) * chance.random() ** 3)] for _ in range(30)]
        day = f"2020-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}T10:00:00Z"
        self.write(
            name,
            title="Shared " + " ".join(words[:7]),
            excerpt=" ".join(words[7:]),
            publishedDateTime=day,
            webUrl=f"https://example.com/{name}",
            topics=[f"Topic {chance.randrange(20)}"],
            quality=chance.randint(20, 120),
            heat=chance.randint(0, 200),
        )

    def left_over(self) -> list[str]:
        """What is in the index folder and should not be, after a run that ended well."""
        kept = self.live.kept(Settings().keep_generations)
        strange = [e.name for e in self.live.generations.iterdir() if e.name not in kept]
        aside = [str(path.relative_to(self.index)) for path in self.index.rglob(".*")]
        return strange + aside

    def findings(self) -> list[str]:
        """What a doctor finds."""
        return [finding.problem for finding in examine(self.settings).findings]


@contextmanager
def site(folder: Path | None = None) -> Iterator[Site]:
    """In a temporary folder, where none is given."""
    if folder is not None:
        made = Site(folder)
        made.corpus.mkdir(parents=True)
        yield made
        return
    with tempfile.TemporaryDirectory(prefix="soak-") as temporary:
        with site(Path(temporary) / "site") as made:
            yield made
