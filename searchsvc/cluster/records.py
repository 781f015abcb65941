"""What is known of an index in the cluster: what it was built with, which one is live.

<alias>                   the live index
<alias>-<generation>      an index, of one full reindex and the changes since
<alias>-records           a record for each of them
"""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from opensearchpy import OpenSearch, exceptions

from searchsvc.errors import ClusterAway

FORMAT_VERSION = 1
"""Of documents and mapping: raise it, and the next reindex is full."""


@dataclass(frozen=True, slots=True)
class IndexRecord:
    """One index.

    built_with   what its terms depend on: if any of it differs, the next run builds a new index
    run          names the last run that changed it: who has seen that has seen all
    is_changing  a run is at work on it, or ended before it was done
    written      names the last time that this record was
    names        words that have no other forms
    weights      of the text fields; `scale` is how often a weight of 1 is sent
    """

    index: str
    built_with: dict[str, str]
    run: str
    is_changing: bool
    weights: tuple[float, ...]
    scale: int
    clock: float
    published_at: float
    checked_at: float
    quality_pivot: float
    heat_pivot: float
    written: str = ""
    names: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def generation(self) -> str:
        return (
            self.index.rpartition("-")[0].rpartition("-")[2] + "-" + self.index.rpartition("-")[2]
        )

    @property
    def checked(self) -> str:
        """Differs after each run, also if that found nothing to do."""
        return self.written

    @property
    def language(self) -> str:
        return self.built_with["language"]

    def with_names(self, names: frozenset[str]) -> IndexRecord:
        """They stay the same as long as the index does."""
        return replace(self, names=names)

    @classmethod
    def of(cls, fields: dict[str, Any]) -> IndexRecord:
        return cls(
            **{
                **fields,
                "weights": tuple(fields["weights"]),
                "names": frozenset(filter(None, fields.get("names", "").split(" "))),
            }
        )

    def fields(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "weights": list(self.weights),
            "names": " ".join(sorted(self.names)),
        }


class Records:
    """Of one alias."""

    def __init__(self, client: OpenSearch, alias: str) -> None:
        self._client = client
        self.alias = alias
        self._index = f"{alias}-records"

    def live_index(self) -> str | None:
        """The index that the alias names, None before the first."""
        try:
            found = sorted(self._client.indices.get_alias(name=self.alias))
        except exceptions.NotFoundError:
            return None
        if len(found) > 1:
            raise ClusterAway(f"the alias {self.alias} names several indices: {', '.join(found)}")
        return str(found[0])

    def indices(self) -> list[str]:
        """All that runs have made, the newest first."""
        found = self._client.indices.get(
            index=f"{self.alias}-*", ignore_unavailable=True, allow_no_indices=True
        )
        return sorted((name for name in found if self.is_own(name)), reverse=True)

    def is_own(self, name: str) -> bool:
        """Whether an index is one of ours: another alias may begin like this one."""
        moment, _, counter = name.removeprefix(f"{self.alias}-").partition("-")
        return len(moment) == 16 and moment[-1] == "z" and len(counter) == 8

    def read(self, index: str, *, with_names: bool = True) -> IndexRecord | None:
        """None where it is not there or is of another version of this service."""
        left_out = {} if with_names else {"_source_excludes": "names"}
        try:
            found = self._client.get(index=self._index, id=index, params=left_out)["_source"]
            if found.pop("format") != FORMAT_VERSION:
                return None
            return IndexRecord.of(found)
        except exceptions.NotFoundError:
            return None
        except (KeyError, TypeError, AttributeError):
            return None

    def write(self, record: IndexRecord) -> None:
        self._make()
        body = {"format": FORMAT_VERSION, **record.fields(), "written": uuid.uuid4().hex}
        self._client.index(index=self._index, id=record.index, body=body)

    def forget(self, index: str) -> None:
        try:
            self._client.delete(index=self._index, id=index)
        except exceptions.NotFoundError:
            pass

    def new_name(self) -> str:
        """Above that of every other index, whatever the clock does."""
        moment = time.strftime("%Y%m%dt%H%M%Sz", time.gmtime())
        counter = 0
        if known := self.indices():
            last, _, count = known[0].removeprefix(f"{self.alias}-").partition("-")
            moment, counter = max(moment, last), int(count, 16) + 1
        return f"{self.alias}-{moment}-{counter:08x}"

    def swap(self, index: str) -> None:
        """Makes an index the live one, in one atomic step."""
        actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": self.alias}}]
        before = self.live_index()
        if before and before != index:
            actions.append({"remove": {"index": before, "alias": self.alias}})
        self._client.indices.update_aliases(body={"actions": actions})

    def _make(self) -> None:
        body = {
            "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-2"}},
            "mappings": {"enabled": False},
        }
        try:
            self._client.indices.create(index=self._index, body=body)
        except exceptions.RequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
