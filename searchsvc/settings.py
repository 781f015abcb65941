"""Every setting in one table: name, default, type and help.

A value comes from a flag, else `SEARCHSVC_<NAME>`, else the file (`--config`, else
`SEARCHSVC_CONFIG`, else `searchsvc.yaml` in the working folder), else the default.
"""

from __future__ import annotations

import difflib
import logging
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchsvc.analysis import LANGUAGES
from searchsvc.articles import dates, frontmatter
from searchsvc.articles.interpretation import Conventions
from searchsvc.articles.keys import FieldKeys
from searchsvc.articles.rejection import Rejected
from searchsvc.articles.url_template import UrlTemplate
from searchsvc.declarations import FLAG, choice, declared, number, table_of, whole
from searchsvc.errors import InvalidSettings
from searchsvc.setting_types import (
    ADDRESS,
    ALIAS,
    ALLOWANCE,
    ASSET,
    FIELDS,
    HOSTS,
    MOMENT,
    NAME,
    ORIGINS,
    PATH,
    SITE,
    SOURCES,
    TIMEZONE,
    URL_TEMPLATE,
)
from searchsvc.setting_types import (
    Allowance as Allowance,
)

if TYPE_CHECKING:
    from searchsvc.search.ranking import Weights

FILE_NAME = "searchsvc.yaml"
CONFIG_VARIABLE = "SEARCHSVC_CONFIG"
PREFIX = "SEARCHSVC_"
DEFAULT = "default"
MAX_FILE_BYTES = 1_000_000
_OTHERS_VARIABLE = re.compile(r"SEARCHSVC_(?:PORT|SERVICE)(?:_.*)?")
"""What Kubernetes sets in every container for a service of our name."""
UI_LANGUAGES = ("ar", "de", "en", "es", "fr", "he", "it", "ja", "nl", "pl", "pt")
"""The languages that the page speaks."""
SECRETS = ("opensearch_user", "opensearch_password", "opensearch_api_key")
"""Read from the environment alone where they are used: no setting, so nothing ever prints them."""
RETIRED = {"cache_dir": "nothing is compiled at run time any more"}
"""Settings of earlier versions, and why they are ignored."""
_LOG = logging.getLogger(__name__)


_BOOST = number(0, 100)
_WEIGHT = number(0, 1)
_NEXT = "; takes effect with the next reindex"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run or a service works with. `now` is a fixed clock, else None."""

    corpus: Path = declared(Path("corpus"), PATH, "folder of the articles")
    index: Path = declared(Path("index"), PATH, "folder of the index and its generations")
    engine: str = declared("embedded", choice("embedded", "opensearch"), "what answers the queries")
    language: str = declared(
        "en", choice(*sorted(LANGUAGES)), "language of the articles, for stemming"
    )
    timezone: tzinfo = declared(UTC, TIMEZONE, "of dates in articles that name no zone")
    fields: FieldKeys | None = declared(
        None, FIELDS, "which keys of a file are a field of an article, where they are unusual"
    )
    url_template: UrlTemplate | None = declared(
        None, URL_TEMPLATE, "the link of an article whose file holds none"
    )
    boost_title: float = declared(2.0, _BOOST, f"what a word in the title counts{_NEXT}")
    boost_topics: float = declared(2.0, _BOOST, f"what a word in a topic counts{_NEXT}")
    boost_excerpt: float = declared(1.0, _BOOST, f"what a word in the excerpt counts{_NEXT}")
    boost_body: float = declared(0.3, _BOOST, f"what a word in the body counts{_NEXT}")
    index_body: bool = declared(
        True, FLAG, f"whether what stands behind the front matter is searched{_NEXT}"
    )
    boost_exact: float = declared(
        0.1, number(0, 10), "what a word exactly as typed adds to its stem's score"
    )
    weight_quality: float = declared(0.08, _WEIGHT, "the most that quality adds to a score")
    weight_heat: float = declared(0.12, _WEIGHT, "the most that heat adds to a score")
    weight_freshness: float = declared(0.08, _WEIGHT, "the most that freshness adds to a score")
    half_life_days: float = declared(
        30.0, number(0.01, 100_000), "days after which freshness is half"
    )
    max_rejects: Allowance = declared(
        Allowance(10, True), ALLOWANCE, "a reindex that would reject more files is refused"
    )
    max_removals: Allowance = declared(
        Allowance(30, True),
        ALLOWANCE,
        "a reindex that finds more live articles' files gone is refused",
    )
    read_processes: int = declared(
        2, whole(1, 64), "processes that read articles, where there are thousands"
    )
    build_memory_mb: int = declared(
        512, whole(16, 1_000_000), "memory for what is being indexed, in MB, before it is spilled"
    )
    keep_generations: int = declared(
        2, whole(1, 100), "generations kept on disk, the live one included"
    )
    time_budget_ms: int = declared(
        500, whole(1, 600_000), "a query that takes longer answers with what it has"
    )
    answer_cache_mb: int = declared(
        64, whole(0, 100_000), "memory for ready answers, in MB; 0 is off"
    )
    cache_seconds: int = declared(
        0,
        whole(0, 86_400),
        "seconds for which browsers and proxies may keep an answer before they ask again",
    )
    queue_limit: int = declared(
        64, whole(0, 10_000), "requests that may wait for a worker; more are sent away; 0 is off"
    )
    access_log: bool = declared(
        True, FLAG, "one JSON line a request on stdout, without addresses and texts of queries"
    )
    log_queries: bool = declared(
        False, FLAG, "texts of searches in the access log; `searchsvc report` reads them"
    )
    metrics_dir: Path | None = declared(
        None, PATH, "folder where workers count together for /metrics; `serve` makes one itself"
    )
    public_url: str | None = declared(
        None, SITE, "where readers reach the service; links and feeds are built from it"
    )
    cors_origins: tuple[str, ...] = declared(
        (), ORIGINS, "other origins whose pages may ask this service"
    )
    site_name: str | None = declared(None, NAME, "what the page is called, for readers")
    home_url: str | None = declared(
        None, ADDRESS, "where the name at the top of the page leads; else to the page itself"
    )
    ui_language: str | None = declared(
        None,
        choice(*UI_LANGUAGES),
        "language of the page; else the articles', if it is one of these, else English",
    )
    logo: Path | str | None = declared(
        None, ASSET, "a picture that stands in the place of the name at the top of the page"
    )
    extra_css: Path | str | None = declared(
        None, ASSET, "a style sheet that the page loads after its own"
    )
    templates_dir: Path | None = declared(
        None, PATH, "folder whose templates are used in the place of the page's own"
    )
    font_src: tuple[str, ...] = declared(
        (), SOURCES, "where the page's fonts may come from, beside the service itself"
    )
    img_src: tuple[str, ...] = declared(
        ("http:", "https:"),
        SOURCES,
        "where the page's pictures may come from, beside the service itself",
    )
    synonyms: Path = declared(Path("synonyms.yaml"), PATH, "file of the editors' synonyms")
    curation: Path = declared(
        Path("curation.yaml"), PATH, "file of results that are pinned, hidden or boosted"
    )
    opensearch_url: tuple[str, ...] = declared(
        (), HOSTS, "nodes of the cluster, with `engine: opensearch`"
    )
    opensearch_ca: Path | None = declared(
        None, PATH, "file of the certificates that the cluster's own are checked against"
    )
    opensearch_index: str = declared(
        "searchsvc", ALIAS, "alias of the live index in the cluster; its indices begin so"
    )
    opensearch_shards: int = declared(
        1, whole(1, 1024), "shards of an index in the cluster, from the next full reindex on"
    )
    opensearch_replicas: int = declared(
        1, whole(0, 20), "copies of each shard besides the first, from the next full reindex on"
    )
    now: datetime | None = declared(None, MOMENT, "a fixed clock, for tests and comparisons")

    @property
    def conventions(self) -> Conventions:
        """How the articles are written."""
        keys = self.fields or FieldKeys()
        return Conventions(self.timezone, keys, self.url_template, self.index_body)

    @property
    def field_weights(self) -> tuple[float, ...]:
        """What a word counts in each text field, in the order of an article's text fields."""
        return self.boost_title, self.boost_topics, self.boost_excerpt, self.boost_body

    @property
    def weights(self) -> Weights:
        from searchsvc.search.ranking import Weights

        return Weights(
            self.weight_quality, self.weight_heat, self.weight_freshness, self.half_life_days
        )

    def clock(self) -> float:
        """Now, in epoch seconds."""
        return self.now.timestamp() if self.now else datetime.now().timestamp()


TABLE = table_of(Settings)


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """`sources` tell where each value came from: `--index`, `SEARCHSVC_INDEX`, `searchsvc.yaml:3`
    or DEFAULT."""

    settings: Settings
    sources: dict[str, str]


def load(
    config: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, str | None] | None = None,
) -> LoadedSettings:
    """The settings of a command. Raises InvalidSettings.

    Relative paths in the file, and the default ones beside it, are relative to the file's folder;
    those of flags and environment to the working folder.
    """
    environ = os.environ if environ is None else environ
    named = config or environ.get(CONFIG_VARIABLE)
    file = Path(named or FILE_NAME)
    values: dict[str, Any] = {}
    sources: dict[str, str] = dict.fromkeys(TABLE, DEFAULT)
    if named or file.is_file():
        for name, value, source in _in_use(_read(file)):
            values[name] = _parse(name, value, source)
            sources[name] = source
        for name, setting in TABLE.items():
            value = values.get(name, setting.default)
            if isinstance(value, Path):
                values[name] = file.absolute().parent / value
    for name, text, source in _in_use(_overrides(environ, flags or {})):
        values[name] = _parse(name, text, source)
        sources[name] = source
    settings = replace(Settings(), **values)
    _check_weights(settings, sources)
    return LoadedSettings(settings, sources)


def _in_use(given: list[tuple[str, Any, str]]) -> Iterator[tuple[str, Any, str]]:
    """Those that are not retired, of which it warns."""
    for name, value, source in given:
        if name in RETIRED:
            _LOG.warning("%s: %s is ignored: %s", source, name, RETIRED[name])
        else:
            yield name, value, source


def _check_weights(settings: Settings, sources: Mapping[str, str]) -> None:
    names = ("weight_quality", "weight_heat", "weight_freshness")
    total = sum(getattr(settings, name) for name in names)
    if total > 1 + 1e-9:
        where = ", ".join(f"{name} from {sources[name]}" for name in names)
        raise InvalidSettings(
            f"the weights of quality, heat and freshness sum to {total:g}, at most 1 is allowed "
            f"({where})"
        )


def _read(file: Path) -> list[tuple[str, Any, str]]:
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise InvalidSettings(f"{file}: larger than {MAX_FILE_BYTES:,} bytes")
        front = frontmatter.parse(content.decode("utf-8"), unique=True)
    except Rejected as error:
        raise InvalidSettings(f"{file}:{error.line or 1}: {error.reason}") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidSettings(f"{file}:{line}: not UTF-8") from None
    except OSError as error:
        raise InvalidSettings(f"{file}: cannot be read: {error.strerror}") from None
    return [
        (name, value, f"{file}:{front.lines[name]}")
        for name, value in front.values.items()
        if value not in (None, "") or name not in TABLE
    ]


def _overrides(
    environ: Mapping[str, str], flags: Mapping[str, str | None]
) -> list[tuple[str, Any, str]]:
    found: list[tuple[str, Any, str]] = [
        (name.removeprefix(PREFIX).lower(), text, name)
        for name, text in sorted(environ.items())
        if name.startswith(PREFIX) and name != CONFIG_VARIABLE
        if text.strip() and not _OTHERS_VARIABLE.fullmatch(name)
        if name.removeprefix(PREFIX).lower() not in SECRETS
    ]
    given = ((name, text) for name, text in flags.items() if text is not None)
    found += [(name, text, "--" + name.replace("_", "-")) for name, text in given]
    return found


def _parse(name: str, value: object, source: str) -> Any:
    if name in SECRETS:
        variable = PREFIX + name.upper()
        raise InvalidSettings(f"{source}: {name} is read from the environment alone: {variable}")
    if name not in TABLE:
        near = difflib.get_close_matches(name, TABLE, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "see `searchsvc settings`"
        raise InvalidSettings(f"{source}: no setting is called `{name}`; {hint}")
    setting = TABLE[name]
    type = setting.type
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = " ".join(value) if type in (ORIGINS, SOURCES, HOSTS) else value
    if value == "" and setting.default in (None, ()):
        return setting.default
    try:
        if isinstance(value, str) and value.strip():
            return type.accept(type.read(value.strip()))
        if isinstance(value, dict) and type is FIELDS:
            return type.accept(value)
    except (ValueError, OverflowError) as error:
        if type is FIELDS:
            raise InvalidSettings(f"{source}: {name} takes {type.takes}: {error}") from None
    shown = value if isinstance(value, str) else frontmatter.describe(value)
    if type is HOSTS and "@" in shown:
        shown = "one with user or password"
    raise InvalidSettings(f"{source}: {name} takes {type.takes}, got `{shown}`")


def shown(value: object) -> object:
    """A setting's value as `searchsvc settings` prints it; JSON types only."""
    if isinstance(value, datetime):
        return dates.iso(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, FieldKeys):
        return {field: list(keys) for field, keys in value.own.items()}
    return value if value is None or isinstance(value, int | float) else str(value)
