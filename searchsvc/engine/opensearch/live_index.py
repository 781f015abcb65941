"""Follows the alias: which index answers, as of which run."""

from __future__ import annotations

import logging
import threading
import time

from opensearchpy import OpenSearch

from searchsvc.cluster.connection import connect, one_line, untried
from searchsvc.cluster.records import IndexRecord, Records
from searchsvc.engine.building import otherwise_built
from searchsvc.engine.opensearch.asking import Asking, Shards
from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.errors import NoIndex
from searchsvc.settings import Settings

LOOK_SECONDS = 1.0
"""How long what is known of the alias, or that the cluster is away, is taken for true."""
_LOG = logging.getLogger(__name__)


class LiveIndex:
    """Shared by all threads; one of them looks, as often as that is due."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.client: OpenSearch = connect(settings)
        self.shards = Shards()
        self.untried: str | None = None
        self.warning: str | None = None
        self._has_version = False
        self._records = Records(self.client, settings.opensearch_index)
        self._lock = threading.Lock()
        self._record: IndexRecord | None = None
        self._failure: NoIndex | None = None
        self._looked_at = float("-inf")
        self._view: ClusterView | None = None

    def view(self, now: float) -> ClusterView:
        """Of the live index at a time. Raises NoIndex, also while the cluster is away."""
        with self._lock:
            if time.monotonic() - self._looked_at >= LOOK_SECONDS:
                self._look()
                self._looked_at = time.monotonic()
            if self._failure is not None:
                raise self._failure
            record, view = self._record, self._view
            assert record is not None
            is_ours = view is not None and view.record.run == record.run and view.holds(now)
            if view is None or not is_ours or view.asking.is_outdated:
                view = self._view = self._opened(record, now)
            elif view.record is not record:
                view.record = record
            return view

    def look_again(self) -> None:
        """With the next question, whatever was seen lately."""
        self._looked_at = float("-inf")

    def _look(self) -> None:
        try:
            with one_line(self._settings):
                if not self._has_version:
                    self.untried, self._has_version = untried(self.client), True
                self._record, self._failure = self._read(), None
        except NoIndex as error:
            self._failure = error

    def _read(self) -> IndexRecord:
        index = self._records.live_index()
        if index is None:
            alias = self._records.alias
            raise NoIndex(f"the cluster has no index {alias} yet; run `searchsvc reindex`")
        known = self._record
        is_known = known is not None and known.index == index
        record = self._records.read(index, with_names=not is_known)
        if record is None:
            raise NoIndex(
                f"the index {index} is of another version; run `searchsvc reindex --full`"
            )
        if not is_known or known is None:
            return record
        if record.written == known.written:
            return known
        return record.with_names(known.names)

    def _warn(self, record: IndexRecord) -> None:
        """Logs what is odd, once."""
        warning = otherwise_built(record.built_with, self._settings) or self.untried
        if warning and warning != self.warning:
            _LOG.warning("%s", warning)
        self.warning = warning

    def _opened(self, record: IndexRecord, now: float) -> ClusterView:
        self._warn(record)
        with one_line(self._settings):
            found = self.client.indices.get_settings(
                index=record.index, name="index.number_of_shards", flat_settings=True
            )
        shards = int(found[record.index]["settings"]["index.number_of_shards"])
        asking = Asking(self.client, self._settings, record.index, shards > 1, self.shards)
        return ClusterView(asking, record, self._settings, now)
