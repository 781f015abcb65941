"""The engine over an OpenSearch cluster. The rest of the service knows its protocol alone.

    request -> QueryCache (shared) -> finding: which articles -> ordering: by what score
            -> pages: one request of the cluster -> SearchResult

live_index   follows the alias: which index answers, with what record
asking       sends requests, and notes what was left out of an answer
cluster_view an index at a moment: counts, words, values; the `KnownWords` of queries
translation  a syntax tree as a query of the cluster, node by node
finding      which words are required, as `search/context.py` decides it
tiers        how articles word the query; `ordering` the prior, orders of results
"""

import searchsvc.cluster  # noqa: F401  # says what to install where its client is missing
