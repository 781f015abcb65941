"""What a run changes in the cluster: a new index, or some articles of the live one.

Nothing is sent before everything was read and found right: articles wait in a file. So a run that
is refused has cost the cluster nothing, and which words are names is known before the first term.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from opensearchpy import OpenSearch

from searchsvc.analysis import MemoisedStemming, stemmer
from searchsvc.articles.article import Article
from searchsvc.cluster import bulk, mapping
from searchsvc.cluster.bulk import Action
from searchsvc.cluster.casing import NameFinder
from searchsvc.cluster.documents import rating, source
from searchsvc.cluster.mapping import FieldTimes
from searchsvc.cluster.neighbours import neighbours
from searchsvc.cluster.records import IndexRecord, Records
from searchsvc.cluster.statistics import pivots
from searchsvc.cluster.ties import Tie, stories_of
from searchsvc.errors import ClusterAway
from searchsvc.settings import Settings

REWRITE_SECONDS = 3600.0
"""How long a cluster may take to copy an index."""


class ClusterBuilder:
    """Collects what is new; `carried` is the live index if its articles are kept.

    `load` or `apply` sends it. Whatever goes wrong, `cancel`.
    """

    def __init__(
        self,
        client: OpenSearch,
        settings: Settings,
        built_with: dict[str, str],
        spool: Path,
        carried: IndexRecord | None,
    ) -> None:
        self._client = client
        self._settings = settings
        self._built_with = built_with
        self._records = Records(client, settings.opensearch_index)
        self._times = FieldTimes.of(settings.field_weights)
        self._has_bodies = False
        if carried:
            self._times = FieldTimes.at(carried.weights, carried.scale)
        self.carried = carried
        self._spool = _Spool(spool)
        self._names = NameFinder(settings.language)
        self._ties: list[Tie] = []
        self._deleted: set[str] = set()
        self._rated: dict[str, dict[str, Any]] = {}
        self._made: str | None = None

    def add(self, article: Article) -> None:
        self._spool.append(article)
        self._has_bodies |= bool(article.body)
        self._ties.append(Tie.of(article, self._settings.language))
        self._deleted.discard(article.id)
        if self.carried is None:
            self._names.add(article)

    def delete(self, article_id: str) -> bool:
        self._deleted.add(article_id)
        return True

    def rate(self, article_id: str, quality: int | None, heat: int | None) -> bool:
        self._rated[article_id] = rating(quality, heat)
        return True

    def cancel(self) -> None:
        """Removes what was made of a new index; what was changed in the live one stays marked."""
        self._spool.remove()
        if self._made is not None:
            with suppress(Exception):
                if self._records.live_index() != self._made:  # an interrupt may come after the swap
                    self._client.indices.delete(index=self._made, ignore_unavailable=True)
                    self._records.forget(self._made)

    def load(self, now: float) -> IndexRecord:
        """A new index of all that was added, searchable and with its copies under way."""
        client, settings = self._client, self._settings
        if not self._has_bodies:
            # The smaller the numbers, the more of a length fits in Lucene's byte.
            self._times = FieldTimes.of((*settings.field_weights[:-1], 0.0))
        stories = stories_of(self._ties, now)
        name = self._records.new_name()
        record = IndexRecord(
            index=name,
            built_with=self._built_with,
            run=uuid.uuid4().hex,
            is_changing=True,
            weights=settings.field_weights,
            scale=self._times.scale,
            clock=now,
            published_at=now,
            checked_at=now,
            quality_pivot=0.0,
            heat_pivot=0.0,
            names=self._names.names(),
        )
        self._made = name
        self._records.write(record)
        client.indices.create(index=name, body=mapping.body(settings, self._times))
        stem = stemmer(record.language, record.names)
        bulk.send(client, name, self._puts(stem, stories))
        client.indices.refresh(index=name)
        _open(client, settings, name)
        return self._finished(record, now)

    def apply(self, now: float) -> IndexRecord:
        """Changes the live index, which says meanwhile that it is being changed."""
        assert self.carried is not None
        record = replace(self.carried, is_changing=True)
        self._records.write(record)
        since = record.clock, now
        near = neighbours(self._client, record.index, self._ties, self._deleted, since)
        fresh = {tie.id for tie in self._ties}
        stories = stories_of([*self._ties, *(of.tie for of in near)], now)
        stem = stemmer(record.language, record.names)

        def actions() -> Iterator[Action]:
            yield from map(Action.delete, sorted(self._deleted))
            for article_id, changed in self._rated.items():
                yield Action.update(article_id, changed)
            for of in near:
                story = stories.get(of.tie.id)
                if story != of.story and of.tie.id not in fresh:
                    changed = {"story": story or of.tie.id, "is_tied": story is not None}
                    yield Action.update(of.tie.id, changed)
            yield from self._puts(stem, stories)

        bulk.send(self._client, record.index, actions())
        self._client.indices.refresh(index=record.index)
        return self._finished(replace(record, run=uuid.uuid4().hex), now)

    def publish(self, record: IndexRecord) -> None:
        """Readers get what was loaded or applied."""
        self._records.write(replace(record, is_changing=False))
        if self.carried is None:
            self._records.swap(record.index)
        self._made = None
        self._spool.remove()

    def _finished(self, record: IndexRecord, now: float) -> IndexRecord:
        quality, heat = pivots(self._client, record.index, now)
        return replace(
            record,
            clock=now,
            published_at=now,
            checked_at=now,
            quality_pivot=quality,
            heat_pivot=heat,
        )

    def _puts(self, stem: MemoisedStemming, stories: dict[str, str]) -> Iterator[Action]:
        language = self._built_with["language"]
        for article in self._spool:
            story = stories.get(article.id)
            yield Action.put(article.id, source(article, language, stem, self._times, story))


_MORE = ("related", "other_urls", "quality", "heat", "body", "lang", "expires_at")
"""What an article's `stored_json` leaves out."""


@dataclass(slots=True)
class _Spool:
    """Articles in a file, one a line, for their owner alone."""

    path: Path
    _stream: Any = None

    def append(self, article: Article) -> None:
        if self._stream is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._stream = self.path.open("wb")
            self.path.chmod(0o600)
        more = [*(getattr(article, name) for name in _MORE)]
        self._stream.write(article.stored_json() + b"\t" + orjson.dumps(more) + b"\n")

    def __iter__(self) -> Iterator[Article]:
        if self._stream is None:
            return
        self._stream.flush()
        with self.path.open("rb") as lines:
            for line in lines:
                stored, _, rest = line.rpartition(b"\t")
                more: dict[str, Any] = dict(zip(_MORE, orjson.loads(rest), strict=True))
                for name in ("related", "other_urls"):
                    more[name] = tuple(more[name])
                if expires_at := more["expires_at"]:
                    more["expires_at"] = datetime.fromisoformat(expires_at)
                yield replace(Article.from_json(stored), **more)

    def remove(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        self.path.unlink(missing_ok=True)


def take_out(
    client: OpenSearch, records: Records, index: str, article_ids: Iterable[str]
) -> IndexRecord | None:
    """Takes articles out of an index at once; its record, by which who follows it sees that."""
    bulk.send(client, index, map(Action.delete, article_ids))
    client.indices.refresh(index=index)
    record = records.read(index)
    if record is not None:
        record = replace(record, run=uuid.uuid4().hex)
        records.write(record)
    return record


def rewrite(client: OpenSearch, settings: Settings, record: IndexRecord) -> IndexRecord:
    """Has the cluster copy an index into a new one, the live one from then on; drops all others.

    An index keeps what was deleted from it for as long as it likes: a new one has nothing of it.
    """
    records = Records(client, settings.opensearch_index)
    name = records.new_name()
    copied = replace(record, index=name, run=uuid.uuid4().hex, is_changing=True)
    try:
        records.write(copied)
        times = FieldTimes.at(record.weights, record.scale)
        client.indices.create(index=name, body=mapping.body(settings, times))
        body = {"source": {"index": record.index}, "dest": {"index": name}}
        done = client.reindex(
            body=body, params={"refresh": "true", "request_timeout": REWRITE_SECONDS}
        )
        if done["failures"]:
            raise ClusterAway(f"the cluster cannot copy {record.index}: {done['failures'][0]}")
        _open(client, settings, name)
        copied = replace(copied, is_changing=False)
        records.write(copied)
        records.swap(name)
    except BaseException:
        client.indices.delete(index=name, ignore_unavailable=True)
        records.forget(name)
        raise
    for other in records.indices():
        if other != name:
            client.indices.delete(index=other, ignore_unavailable=True)
            records.forget(other)
    return copied


def _open(client: OpenSearch, settings: Settings, index: str) -> None:
    """An index that was loaded gets its copies, and shows what changes within a second."""
    ready = {"number_of_replicas": settings.opensearch_replicas, "refresh_interval": "1s"}
    client.indices.put_settings(index=index, body={"index": ready})
