"""The indexes that benchmarks ask: built for the occasion, or taken over from an earlier run."""

from __future__ import annotations

import argparse
import json
import os
import shutil
from dataclasses import asdict, fields
from pathlib import Path

from benchmarks import worker
from benchmarks.peers.ours import SETTINGS
from benchmarks.worker import Built
from searchsvc import open_engine
from searchsvc.engine import Engine


def build(name: str, options: argparse.Namespace, folder: Path) -> Built:
    """A peer's index of the articles that the options name; kept ones are known by a record."""
    words = f"+{options.body_words}" if options.body_words else ""
    record = folder.with_suffix(f".{options.articles}{words}.built")
    if record.exists():
        found = json.loads(record.read_text())
        return Built(**{field.name: found[field.name] for field in fields(Built)})
    for old in folder.parent.glob(f"{folder.name}.*.built"):
        old.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    built = worker.build(name, options.headlines, options.articles, options.body_words, folder)
    record.write_text(json.dumps(asdict(built)))
    print(f"{name}: {built.speed('wall'):,.0f} articles/s, {built.index_mb:.1f} MB", flush=True)
    return built


def engine(options: argparse.Namespace, work: Path) -> Engine:
    """searchsvc itself over those articles."""
    build("ours", options, work / "ours")
    os.environ.update(SETTINGS)
    return open_engine(work / "ours")
