"""The client of the cluster, and what went wrong with it told as one line.

User, password and API key are read from the environment here, and kept nowhere else.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
from opensearchpy import OpenSearch, Urllib3HttpConnection, exceptions
from opensearchpy.serializer import JSONSerializer

from searchsvc.errors import ClusterAway, InvalidSettings
from searchsvc.settings import PREFIX, Settings

TRIED = "3.8"
"""The version of OpenSearch that the tests run against; others of its major one may well do."""
PATIENCE = 30.0
"""Seconds after which a request of a run has failed."""
RETRIES = 2
"""Times that a request is sent to another node."""

logging.getLogger("opensearch").setLevel(logging.ERROR)  # whatever fails is told by who asked

USER, PASSWORD, API_KEY = (f"{PREFIX}OPENSEARCH_{name}" for name in ("USER", "PASSWORD", "API_KEY"))


class OrjsonSerializer(JSONSerializer):
    """JSON as the rest of the service reads and writes it; half a character is left out."""

    def dumps(self, data: Any) -> str:
        if isinstance(data, str | bytes):
            return data if isinstance(data, str) else data.decode()
        try:
            return orjson.dumps(data).decode()
        except TypeError:
            return orjson.dumps(_whole(data)).decode()

    def loads(self, s: str | bytes) -> Any:
        return orjson.loads(s)


def _whole(data: Any) -> Any:
    """Without lone surrogates, which no article has."""
    if isinstance(data, str):
        return data.encode("utf-8", "replace").decode()
    if isinstance(data, Mapping):
        return {_whole(name): _whole(value) for name, value in data.items()}
    return [_whole(item) for item in data] if isinstance(data, list | tuple) else data


def connect(settings: Settings, environ: Mapping[str, str] | None = None) -> OpenSearch:
    """A client, shared by all threads; nothing is sent yet. Raises InvalidSettings."""
    if not settings.opensearch_url:
        raise InvalidSettings("engine: opensearch needs opensearch_url, the cluster's nodes")
    environ = os.environ if environ is None else environ
    key, user, password = (environ.get(name, "") for name in (API_KEY, USER, PASSWORD))
    if bool(user) != bool(password) or key and user:
        raise InvalidSettings(f"{USER} and {PASSWORD} go together, or {API_KEY} alone")
    secure: dict[str, Any] = {}
    if any(host.startswith("https:") for host in settings.opensearch_url):
        secure = {"verify_certs": True}
        if settings.opensearch_ca:
            if not settings.opensearch_ca.is_file():
                raise InvalidSettings(f"opensearch_ca: no such file: {settings.opensearch_ca}")
            secure["ca_certs"] = str(settings.opensearch_ca)
    return OpenSearch(
        hosts=list(settings.opensearch_url),
        http_auth=(user, password) if user else None,
        headers={"Authorization": f"ApiKey {key}"} if key else None,
        connection_class=Urllib3HttpConnection,
        serializer=OrjsonSerializer(),
        serializers={"application/json": OrjsonSerializer()},
        http_compress=False,
        timeout=PATIENCE,
        max_retries=RETRIES,
        retry_on_status=(429, 502, 503, 504),
        pool_maxsize=16,
        **secure,
    )


@contextmanager
def one_line(settings: Settings) -> Iterator[None]:
    """Whatever the client raises within becomes a ClusterAway that says what to do."""
    try:
        yield
    except exceptions.OpenSearchException as error:
        raise ClusterAway(reason(error, settings)) from None


def reason(error: Exception, settings: Settings) -> str:
    """One line. No header and no body of a request is part of it, so no secret is."""
    hosts = ", ".join(settings.opensearch_url)
    match error:
        case exceptions.AuthenticationException():
            return f"the cluster at {hosts} refuses user or key (401); check {USER}, {API_KEY}"
        case exceptions.AuthorizationException():
            return f"the cluster at {hosts} does not allow this user or key to do so (403)"
        case exceptions.SSLError():
            return (
                f"the certificate of {hosts} is not trusted; check opensearch_ca, and that "
                "opensearch_url names the host as the certificate does"
            )
        case exceptions.ConnectionTimeout():
            return f"the cluster at {hosts} does not answer in time"
        case exceptions.ConnectionError():
            return (
                f"the cluster at {hosts} cannot be reached; check opensearch_url, and that it runs"
            )
        case exceptions.TransportError():
            return f"the cluster at {hosts} answers {error.status_code}: {_cause(error)}"
    return f"the cluster at {hosts} answers what cannot be understood ({type(error).__name__})"


def _cause(error: Any) -> str:
    """What the cluster says is wrong, in a line."""
    text = str(error.error)
    try:
        root = error.info["error"]["root_cause"][0]
        text = f"{root['type']}: {root['reason']}"
    except (TypeError, KeyError, IndexError):
        pass
    return " ".join(text.split())[:300]


def lost_shards(answer: Mapping[str, Any]) -> str | None:
    """That shards of the index did not answer, if so: what they have is not part of it."""
    told = answer["_shards"]
    missing = told["total"] - told["successful"]
    return f"{missing} of {told['total']} shards of the index did not answer" if missing else None


def untried(client: OpenSearch) -> str | None:
    """That the cluster's version is none that was tried, if so."""
    version = client.info().get("version", {})
    name, number = version.get("distribution", "elasticsearch"), str(version.get("number"))
    if name == "opensearch" and number.split(".")[0] == TRIED.split(".")[0]:
        return None
    return f"the cluster is {name} {number}, not tried; OpenSearch {TRIED} was"
