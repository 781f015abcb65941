"""Publishes in an OpenSearch cluster: an alias names the live index.

    index/cluster/state.npz   what the last run found in every file
    index/cluster/state.json  which index that is the state of, and which run
    index/cluster/spool       articles on their way, while a run is at work

The cluster itself tells what is live, by ids and digests: where the state is lost, of another run,
or of a run that was killed half way, every file is read again and what differs is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from searchsvc.analysis import stemmer, terms_in
from searchsvc.articles.listing import Outcome
from searchsvc.cluster.connection import connect, one_line
from searchsvc.cluster.loading import ClusterBuilder
from searchsvc.cluster.mapping import FieldTimes
from searchsvc.cluster.records import IndexRecord, Records
from searchsvc.cluster.statistics import count, listed, live, search_all
from searchsvc.durable import write_atomically
from searchsvc.publish.before import Before, built_with
from searchsvc.publish.destination import FailedCheck
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.removals import Removals, without
from searchsvc.publish.state import CorpusState, FileState
from searchsvc.settings import Settings

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

SAMPLES = 5
"""Articles that have to be found by their own titles before readers get an index."""


def state_folder(index: Path) -> Path:
    """Where a run keeps what it found in the files."""
    return index / "cluster"


class ClusterDestination:
    def __init__(self, folder: IndexFolder, settings: Settings) -> None:
        self._settings = settings
        self._folder = state_folder(folder.root)
        self._client: OpenSearch = connect(settings)
        self._records = Records(self._client, settings.opensearch_index)
        self._built_with = {**built_with(settings), "format": "1"}
        self._built_with.pop("whoosh")
        self._record: IndexRecord | None = None
        self._can_add = False
        self._state: CorpusState | None = None
        self._builder: ClusterBuilder | None = None

    def clear(self) -> None:
        """Drops what other runs left: indices above the live one, and all but the last kept."""
        FieldTimes.of(self._settings.field_weights)
        (self._folder / "spool").unlink(missing_ok=True)
        with one_line(self._settings):
            current = self._records.live_index()
            names = self._records.indices()
            older = [name for name in names if current and name < current]
            kept = {current, *older[: self._settings.keep_generations - 1]}
            for name in names:
                if name not in kept:
                    self._client.indices.delete(index=name, ignore_unavailable=True)
                    self._records.forget(name)

    def before(self, *, full: bool) -> Before:
        with one_line(self._settings):
            index = self._records.live_index()
            record = self._record = self._records.read(index) if index else None
            if index is None:
                return Before(None, None, CorpusState.of(()), 0.0, None, is_lost=False)
            state = self._known(record)
            if state is None:
                state = CorpusState.of(_published(self._client, index, of_all=not full))
        self._state = state
        same = record is not None and record.built_with == self._built_with
        same = same and record is not None and record.weights == self._settings.field_weights
        self._can_add = same and not full
        return Before(
            name=record.generation if record else index,
            manifest=record if self._can_add else None,
            state=state,
            clock=record.clock if record else float("inf"),
            language=record.language if record else None,
            is_lost=False,
            fields=record.built_with.get("fields") if record else None,
        )

    def _known(self, record: IndexRecord | None) -> CorpusState | None:
        """The state of the last run, if that was the last one to change the index."""
        try:
            told: dict[str, Any] = orjson.loads((self._folder / "state.json").read_bytes())
        except (OSError, ValueError):
            return None
        if record is None or record.is_changing or told != _token(record):
            return None
        return CorpusState.load(self._folder)

    def prepare(self) -> None:
        import_module("searchsvc.cluster.loading")

    @property
    def is_building(self) -> bool:
        return self._builder is not None

    def building(self) -> ClusterBuilder:
        if self._builder is None:
            carried = self._record if self._can_add else None
            spool = self._folder / "spool"
            self._builder = ClusterBuilder(
                self._client, self._settings, self._built_with, spool, carried
            )
        return self._builder

    def keep(self, after: CorpusState, now: float) -> str:
        assert self._record is not None
        record = replace(self._record, checked_at=now, is_changing=False)
        with one_line(self._settings):
            self._records.write(record)
        self._save(after, record)
        return record.generation

    def publish(self, after: CorpusState, articles: int, now: float) -> str:
        builder = self.building()
        assert isinstance(builder, ClusterBuilder)
        with one_line(self._settings):
            record = builder.apply(now) if builder.carried else builder.load(now)
            if wrong := fault(self._client, record, articles, now):
                raise FailedCheck(f"the new index failed its check: {wrong}")
            builder.publish(record)
        self._builder = None
        self._save(after, record)
        with suppress(Exception):  # what follows can wait for the next run
            self.clear()
        return record.generation

    def discard(self) -> None:
        if self._builder is not None:
            self._builder.cancel()
            self._builder = None

    def _save(self, state: CorpusState, record: IndexRecord) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        token = self._folder / "state.json"
        token.unlink(missing_ok=True)
        state.save(self._folder)
        write_atomically(token, orjson.dumps(_token(record)))


def fault(client: OpenSearch, record: IndexRecord, articles: int, now: float) -> str | None:
    """What is wrong with an index that should hold so many live articles."""
    found = count(client, record.index, live(now))
    if found != articles:
        return f"it holds {found:,} live articles, {articles:,} were indexed"
    for stored, article_id in _sample(client, record.index, now):
        if not _is_found(client, record, stored["title"], article_id):
            return f"{article_id} is not found by its own title"
    return None


def _sample(client: OpenSearch, index: str, now: float) -> Sequence[tuple[dict[str, Any], str]]:
    """The newest article, and some at random."""
    query = {"bool": {"filter": [live(now)]}}
    chance = {"function_score": {"query": query, "random_score": {}}}
    newest = [{"published_at": {"order": "desc", "missing": "_last"}}]
    bodies: list[dict[str, Any]] = [
        {"size": 1, "query": query, "sort": newest},
        {"size": SAMPLES - 1, "query": chance},
    ]
    found = []
    for body in bodies:
        hits = search_all(client, index, {**body, "_source": ["stored"]})
        found += [
            (orjson.loads(hit["_source"]["stored"]), hit["_id"]) for hit in hits["hits"]["hits"]
        ]
    return found


def _is_found(client: OpenSearch, record: IndexRecord, title: str, article_id: str) -> bool:
    stem = stemmer(record.language, record.names)
    terms = [part for terms in terms_in(title, record.language) for part in terms.parts]
    if not terms:
        return True  # nothing but signs: it cannot be searched for
    wanted: list[dict[str, Any]] = [{"term": {"stems": stem(term)}} for term in terms[:100]]
    query = {"bool": {"filter": [*wanted, {"term": {"id": article_id}}]}}
    return count(client, record.index, query) == 1


def _published(client: OpenSearch, index: str, *, of_all: bool) -> Iterator[FileState]:
    """The articles of an index, as if each had been published from a file of no suffix."""
    for of in listed(client, index, of_all=of_all):
        path, outcome = f"{of.id}.", Outcome.PUBLISHED
        yield FileState(path, -1, 0, outcome, of.digest, of.date, expires=of.expires)


def keep_state(index: Path, before: IndexRecord, after: IndexRecord, removed: Removals) -> None:
    """What was found in the files holds on, but for the articles that were taken out."""
    folder = state_folder(index)
    path = folder / "state.json"
    with suppress(OSError, ValueError):
        state = CorpusState.load(folder)
        if state is not None and orjson.loads(path.read_bytes()) == _token(before):
            path.unlink()
            without(state, removed).save(folder)
            write_atomically(path, orjson.dumps(_token(after)))


def check(settings: Settings) -> tuple[str | None, int, str | None]:
    """The live index by its generation, its live articles, and what is wrong with it, if anything.

    Raises ClusterAway.
    """
    client, now = connect(settings), settings.clock()
    records = Records(client, settings.opensearch_index)
    with one_line(settings):
        index = records.live_index()
        record = records.read(index) if index else None
        if index is None or record is None:
            return None, 0, f"the cluster has no index {records.alias}; run `searchsvc reindex`"
        articles = count(client, index, live(now))
        wrong = fault(client, record, articles, now)
        if record.is_changing:
            wrong = wrong or "a run is changing it, or was killed at that; run `searchsvc reindex`"
    return record.generation, articles, wrong


def _token(record: IndexRecord) -> dict[str, Any]:
    return {"index": record.index, "run": record.run}
