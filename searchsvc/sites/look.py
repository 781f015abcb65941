"""A folder looked at: what is in it that a settings file has to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from searchsvc.analysis import LANGUAGES
from searchsvc.articles import corpus, listing
from searchsvc.articles.census import KeyCensus
from searchsvc.articles.interpretation import Conventions
from searchsvc.articles.keys import FieldKeys
from searchsvc.articles.listing import Listing, Outcome
from searchsvc.sites.generators import Generator, generator_of
from searchsvc.sites.language import guess_language

MAX_READ = 500
"""Files that are read, from all over the corpus."""
MAX_CHARACTERS = 2_000
"""Of an article, to guess the language by."""
FOLDERS = ("corpus", "articles", "content", "posts", "news", "_posts")
"""Where articles usually are."""
MOST_LIVE = 0.5


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: `corpus` relative to the folder, `files` how many may be articles, of which
    `outcomes` has what became of those that were read."""

    corpus: Path
    generator: Generator | None
    language: str | None
    census: KeyCensus
    files: int
    outcomes: dict[Outcome, int] = field(default_factory=dict)


def look_at(folder: Path, named: Path | None = None) -> Look:
    """The folder, and in it the corpus that was named, or where articles usually are.

    Raises OSError if it cannot be read.
    """
    generator = None
    for root in (named, named and named.parent, folder):
        if root is not None and (generator := generator_of(root)):
            break
    root = _corpus(folder, named, generator)
    files = listing.walk(root)
    census = KeyCensus(FieldKeys())
    texts: list[str] = []
    outcomes = dict.fromkeys(Outcome, 0)
    for file in _sample(files):
        reading = corpus.read(root, file, Conventions(), census)
        outcomes[reading.outcome] += 1
        if article := reading.article:
            text = f"{article.title}\n{article.excerpt}\n{article.body}"
            texts.append(text[:MAX_CHARACTERS])
    told = (generator.language or "")[:2].lower() if generator else ""
    language = guess_language(texts) or (told if told in LANGUAGES else None)
    return Look(root, generator, language, census, len(files), outcomes)


def _corpus(folder: Path, named: Path | None, generator: Generator | None) -> Path:
    if generator and (named is None or generator.content.is_relative_to(named)):
        return generator.content
    if named:
        return named
    places = [folder / name for name in FOLDERS]
    return next((place for place in places if place.is_dir()), folder)


def _sample(files: Listing) -> list[listing.CorpusFile]:
    step = max(1, len(files) // MAX_READ)
    return [files[place] for place in range(0, len(files), step)]
