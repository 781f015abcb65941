"""Files of a corpus, written and read one at a time."""

from __future__ import annotations

from pathlib import Path

from searchsvc.articles import corpus, listing
from searchsvc.articles.corpus import FileReading

ARTICLE = "---\ntitle: A title\n---\n"


def put(root: Path, name: str, content: str | bytes = ARTICLE) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_one(root: Path) -> FileReading:
    (file,) = listing.walk(root)
    return corpus.read(root, file)
