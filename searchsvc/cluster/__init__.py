"""A site's articles in an OpenSearch cluster: to a cluster what `index/` is to a folder.

    Article -> documents.Terms of it -> documents.source -> bulk -> an index, and its record

connection  the client, and what went wrong, as one line
mapping     settings and fields of an index
documents   an article as the cluster holds it
bulk        sends many changes, with retries
records     what an index was built with, and which one is live
loading     what `publish/` builds with
ties        stories; neighbours are the articles whose stories may change with others
casing      which words are names
statistics  counts and lists of all live articles
"""

from searchsvc.errors import InvalidSettings

try:
    import opensearchpy  # noqa: F401
except ModuleNotFoundError as error:
    raise InvalidSettings(
        f"engine: opensearch needs {error.name}; run `pip install 'searchsvc[opensearch]'`"
    ) from None
