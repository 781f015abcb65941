"""Stock Whoosh as its documentation shows it: parse, `searcher.search`, `hit.highlights`.

No exact forms, no whole titles first, no quality and heat: less is asked than of `whoosh`, and
Whoosh may skip what cannot be among the first ten.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import orjson
from whoosh import index, qparser, sorting
from whoosh import query as whoosh_query

from benchmarks.peers import TOP, Answer
from benchmarks.peers.stock_whoosh import BOOSTS, StockWhoosh, marked
from benchmarks.workload import Query

EXACT = {f"{field}_exact": boost for field, boost in BOOSTS.items()}


class PlainWhoosh:
    label: ClassVar[str] = "stock Whoosh, as documented"

    index = staticmethod(StockWhoosh.index)

    def __init__(self, folder: Path) -> None:
        opened = index.open_dir(str(folder), readonly=True)
        self._searcher: Any = opened.searcher()
        self._words = qparser.MultifieldParser(list(BOOSTS), opened.schema, BOOSTS)
        self._exact = qparser.MultifieldParser(list(EXACT), opened.schema, EXACT)

    def search(self, query: Query, *, highlight: bool = False) -> Answer:
        parser = self._words if query.kind in ("all", "any") else self._exact
        asked = parser.parse(query.text)
        options: dict[str, Any] = {"limit": TOP}
        facets: dict[str, int] = {}
        if query.topic:
            options["filter"] = whoosh_query.Term("topic", query.topic)
            by_topic = sorting.FieldFacet("topic", allow_overlap=True)
            counted = self._searcher.search(
                asked, limit=1, groupedby=by_topic, maptype=sorting.Count
            )
            facets = {topic: count for topic, count in counted.groups().items() if topic}
        if query.newest:
            options |= {"sortedby": "published_at", "reverse": True}
        results = self._searcher.search(asked, **options)
        hits = [orjson.loads(hit["article"]) for hit in results]
        return Answer(
            total=len(results),
            hits=hits,
            titles=[hit["title"] for hit in hits],
            highlights=marked(query, hits) if highlight else [],
            facets=facets,
            scores=[hit.score or 0.0 for hit in results],
        )
