"""Takes articles out of the live index of a cluster: what `searchsvc remove` does there."""

from __future__ import annotations

import numpy as np

from searchsvc.articles.listing import Outcome
from searchsvc.cluster import loading
from searchsvc.cluster.connection import connect, one_line
from searchsvc.cluster.records import Records
from searchsvc.cluster.statistics import listed
from searchsvc.publish.cluster_destination import keep_state, state_folder
from searchsvc.publish.removals import Removals
from searchsvc.publish.state import CorpusState
from searchsvc.settings import Settings


def known_ids(settings: Settings) -> list[str]:
    """Of all files that the last run from here found, published or not; else of all articles."""
    if (state := CorpusState.load(state_folder(settings.index))) is not None:
        return state.ids(np.flatnonzero(~state.having(Outcome.SKIPPED)).tolist())
    client = connect(settings)
    with one_line(settings):
        index = Records(client, settings.opensearch_index).live_index()
        return [of.id for of in listed(client, index)] if index else []


def take_out(settings: Settings, removed: Removals, *, purge: bool) -> str | None:
    """Readers find none of them from now on; the live generation's name, None before the first.

    To `purge` has the cluster write the live index anew without them, and drop every other one.
    Raises ClusterAway.
    """
    client = connect(settings)
    records = Records(client, settings.opensearch_index)
    with one_line(settings):
        current = records.live_index()
        before = records.read(current, with_names=False) if current else None
        if current is None or before is None:
            return None
        after = loading.take_out(client, records, current, list(removed))
        if after is None:
            return None
        if purge:
            after = loading.rewrite(client, settings, after)
        keep_state(settings.index, before, after, removed)
    return after.generation
