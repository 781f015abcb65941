"""Lucene as it ranks by default, by a small program that Maven builds beside this file.

Its English analyzer, BM25 with k1 1.2 and b 0.75, any word of the query, title and text in one
field. Java 17 or later.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from searchsvc import Article

DEPTH = 1000
_FOLDER = Path(__file__).parent


def rank(articles: Sequence[Article], queries: Mapping[str, str]) -> dict[str, list[str]]:
    """For each query the ids of the best articles."""
    library = _FOLDER / "target" / "lucene-1.jar"
    if not library.exists():
        subprocess.run(["mvn", "-q", "-B", "package"], cwd=_FOLDER, check=True)
    with tempfile.TemporaryDirectory(prefix="lucene-") as scratch:
        documents, asked = Path(scratch, "documents"), Path(scratch, "queries")
        _write(documents, ((of.id, f"{of.title} {of.excerpt}") for of in articles))
        _write(asked, queries.items())
        classes = f"{library}:{_FOLDER / 'target' / 'libraries'}/*"
        done = subprocess.run(
            ["java", "-cp", classes, "Reference", str(documents), str(asked)],
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
    found: dict[str, list[str]] = defaultdict(list)
    for line in done.stdout.splitlines():
        query, article, _ = line.split("\t")
        found[query].append(article)
    return dict(found)


def _write(path: Path, rows: Iterable[tuple[str, str]]) -> None:
    lines = (f"{key}\t{' '.join(text.split())}\n" for key, text in rows)
    path.write_text("".join(lines), "utf-8")
