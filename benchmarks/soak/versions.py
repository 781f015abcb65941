"""Articles in versions: of every answer it shows whether it is of one generation, and of which."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.soak import promises
from benchmarks.soak.live import Answer
from benchmarks.soak.promises import Promise
from benchmarks.soak.readers import Taken
from benchmarks.soak.site import Site

ARTICLES = 40
PATH = "/search?q=words&size=100&highlight=false"


@dataclass(frozen=True, slots=True)
class Kind:
    """Of an answer: its generation, the versions of the articles in it, and how many there are."""

    generation: str
    versions: frozenset[str]
    total: int


def judge(path: str, answer: Answer) -> Kind:
    found = answer.json()
    versions = frozenset(hit["title"].split()[-1] for hit in found["results"])
    return Kind(found["index"]["generation"], versions, found["total"])


@dataclass(slots=True)
class Versions:
    """A site whose articles all say which version they are of.

    `published` has the version of every generation that has been live.
    """

    site: Site
    version: int = 0
    published: dict[str, str] = field(default_factory=dict)

    def write_next(self) -> None:
        self.version += 1
        for number in range(ARTICLES):
            title = f"Shared words version{self.version}"
            self.site.write(f"a{number:03d}", title=title, heat=number)

    def note(self) -> None:
        """Takes down which version the live generation has to have; after every run."""
        name = self.site.live.current()
        assert name is not None
        self.published.setdefault(name, f"version{self.version}")

    def is_published(self) -> bool:
        return self.published.get(self.site.live.named() or "") == f"version{self.version}"

    def faults(self, kind: Kind) -> str | None:
        """What is wrong with an answer of this kind."""
        if kind.total != ARTICLES or len(kind.versions) != 1:
            return f"{kind.generation} is not whole: {sorted(kind.versions)}, {kind.total} articles"
        if self.published.get(kind.generation) not in kind.versions:
            return f"{kind.generation} was never live with {sorted(kind.versions)}"
        return None

    def wrong(self, taken: Taken) -> list[str]:
        """What is wrong with what was answered."""
        found = []
        for kind, count in taken.kinds.items():
            assert isinstance(kind, Kind)
            if fault := self.faults(kind):
                found.append(f"{count} times {fault}")
        return found

    def promises(self, taken: Taken) -> list[Promise]:
        generations = {kind.generation for kind in taken.kinds if isinstance(kind, Kind)}
        return [
            Promise("answers read meanwhile", f"{taken.count:,}", taken.count > 0),
            Promise("generations they were of", len(generations), len(generations) > 1),
            promises.none("failed answers", taken.failures),
            promises.none("answers that are of no generation as a whole", self.wrong(taken)),
        ]
