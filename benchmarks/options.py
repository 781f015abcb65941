"""The options that benchmarks share, so that one name means one thing in all of them."""

from __future__ import annotations

import argparse
from pathlib import Path


def _folder(text: str) -> Path:
    """Made before anything is measured, so that no run ends without a place for its results."""
    path = Path(text)
    path.mkdir(parents=True, exist_ok=True)
    return path


def _shared() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(add_help=False)


ARTICLES = _shared()
ARTICLES.add_argument(
    "--headlines", type=Path, required=True, help="articles, one JSON object a line, gzipped"
)
ARTICLES.add_argument(
    "--articles", type=int, default=100_000, help="how many; beyond the file's, recombined"
)
ARTICLES.add_argument(
    "--body-words", type=int, default=0, help="words of a body, from other articles' texts"
)

QUERIES = _shared()
QUERIES.add_argument(
    "--queries", type=Path, required=True, help="real queries with their hits, gzipped TSV"
)

CLOCK = _shared()
CLOCK.add_argument(
    "--clock", choices=("wall", "cpu"), default="wall", help="cpu: where others use the machine"
)

INDEXES = _shared()
INDEXES.add_argument(
    "--work", type=Path, help="keep indexes here, and use those of an earlier run or race"
)

SERVICE = _shared()
SERVICE.add_argument("--work", type=Path, required=True, help="folder of a race's indexes")
SERVICE.add_argument("--port", type=int, default=8765)

BARS = _shared()
BARS.add_argument(
    "--assert", dest="enforce", action="store_true", help="exit with 1 if a bar is lost"
)

RESULTS = _shared()
RESULTS.add_argument(
    "--out",
    type=_folder,
    default=str(Path(__file__).parent / "results"),
    help="folder for tables and plots",
)


def command(
    name: str, description: str | None, *shared: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """The parser of `python -m benchmarks.NAME`, which its module's docstring describes."""
    return argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[*shared, RESULTS],
    )
