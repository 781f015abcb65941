"""Every setting in one table: name, default, type and help.

A value comes from a flag, else `SEARCHSVC_<NAME>`, else the file (`--config`, else
`SEARCHSVC_CONFIG`, else `searchsvc.yaml` in the working folder), else the default.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from searchsvc.analysis import LANGUAGES
from searchsvc.articles import dates, frontmatter
from searchsvc.articles.rejection import Rejected
from searchsvc.errors import InvalidSettings
from searchsvc.search.ranking import Weights

FILE_NAME = "searchsvc.yaml"
CONFIG_VARIABLE = "SEARCHSVC_CONFIG"
PREFIX = "SEARCHSVC_"
_OTHERS_VARIABLE = re.compile(r"SEARCHSVC_(?:PORT|SERVICE)(?:_.*)?")
"""What Kubernetes sets in every container for a service of our name."""
MAX_FILE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many is too many: a number (`25`) or a share (`10%`)."""

    amount: float
    is_share: bool

    @classmethod
    def parse(cls, text: str) -> Allowance:
        """Raises ValueError."""
        text = text.strip()
        is_share = text.endswith("%")
        amount = float(text[:-1]) if is_share else int(text)
        if not 0 <= amount <= (100 if is_share else 10**9):
            raise ValueError(text)
        return cls(amount, is_share)

    def exceeded(self, count: int, of: int) -> bool:
        return count > (of * self.amount / 100 if self.is_share else self.amount)

    def __str__(self) -> str:
        return f"{self.amount:g}" + "%" * self.is_share


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of value: how its text is read, and how a mistake is told what it takes."""

    parse: Callable[[str], Any]
    takes: str


def _within(number: Callable[[str], float], low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = number(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return parse


def _number(low: float, high: float) -> Kind:
    return Kind(_within(float, low, high), f"a number from {low:g} to {high:g}")


def _whole(low: int, high: int) -> Kind:
    return Kind(_within(int, low, high), f"a whole number from {low} to {high}")


def _choice(*names: str) -> Kind:
    def parse(text: str) -> str:
        if text not in names:
            raise ValueError(text)
        return text

    return Kind(parse, f"one of {', '.join(names)}")


def _site(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(text)
    return text.rstrip("/")


def _origin(text: str) -> str:
    site = _site(text)
    if urlsplit(site).path:
        raise ValueError(text)
    return site


def _origins(text: str) -> tuple[str, ...]:
    return tuple(item if item == "*" else _origin(item) for item in text.replace(",", " ").split())


PATH = Kind(lambda text: Path(text).expanduser(), "a path")
ALLOWANCE = Kind(Allowance.parse, "a whole number or a share such as 10%")
SITE = Kind(_site, "an http or https URL")
ORIGINS = Kind(_origins, "origins such as https://news.example.com, or *")
MOMENT = Kind(dates.parse_moment, "a date-time such as 2020-05-20T12:00:00Z")


def _setting(default: Any, kind: Kind, help: str) -> Any:
    return field(default=default, metadata={"kind": kind, "help": help})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run or a service works with. `now` is a fixed clock, else None."""

    corpus: Path = _setting(Path("corpus"), PATH, "folder of the articles")
    index: Path = _setting(Path("index"), PATH, "folder of the index and its generations")
    engine: str = _setting("embedded", _choice("embedded"), "what answers the queries")
    cache_dir: Path | None = _setting(None, PATH, "folder for compiled code")
    language: str = _setting(
        "en", _choice(*sorted(LANGUAGES)), "language of the articles, for stemming"
    )
    boost_title: float = _setting(3.0, _number(0, 100), "what a word in the title counts")
    boost_topics: float = _setting(2.0, _number(0, 100), "what a word in a topic counts")
    boost_excerpt: float = _setting(1.0, _number(0, 100), "what a word in the excerpt counts")
    boost_exact: float = _setting(
        0.2, _number(0, 10), "what a word exactly as typed adds, times its field's boost"
    )
    weight_quality: float = _setting(0.35, _number(0, 1), "the most that quality adds to a score")
    weight_heat: float = _setting(0.35, _number(0, 1), "the most that heat adds to a score")
    weight_freshness: float = _setting(
        0.3, _number(0, 1), "the most that freshness adds to a score"
    )
    half_life_days: float = _setting(
        30.0, _number(0.01, 100_000), "days after which freshness is half"
    )
    max_rejects: Allowance = _setting(
        Allowance(10, True), ALLOWANCE, "a reindex that would reject more files is refused"
    )
    max_removals: Allowance = _setting(
        Allowance(30, True),
        ALLOWANCE,
        "a reindex that finds more live articles' files gone is refused",
    )
    read_processes: int = _setting(
        2, _whole(1, 64), "processes that read articles, where there are thousands"
    )
    build_memory_mb: int = _setting(
        512, _whole(16, 1_000_000), "memory for what is being indexed, in MB, before it is spilled"
    )
    keep_generations: int = _setting(
        2, _whole(1, 100), "generations kept on disk, the live one included"
    )
    time_budget_ms: int = _setting(
        500, _whole(1, 600_000), "a query that takes longer answers with what it has"
    )
    answer_cache_mb: int = _setting(
        64, _whole(0, 100_000), "memory for ready answers, in MB; 0 is off"
    )
    public_url: str | None = _setting(
        None, SITE, "where readers reach the service; links and feeds are built from it"
    )
    cors_origins: tuple[str, ...] = _setting(
        (), ORIGINS, "other origins whose pages may ask this service"
    )
    synonyms: Path = _setting(Path("synonyms.yaml"), PATH, "file of the editors' synonyms")
    curation: Path = _setting(
        Path("curation.yaml"), PATH, "file of results that are pinned, hidden or boosted"
    )
    now: datetime | None = _setting(None, MOMENT, "a fixed clock, for tests and comparisons")

    @property
    def boosts(self) -> dict[str, float]:
        """By text field."""
        return {
            "title": self.boost_title,
            "topics": self.boost_topics,
            "excerpt": self.boost_excerpt,
        }

    @property
    def weights(self) -> Weights:
        return Weights(
            self.weight_quality, self.weight_heat, self.weight_freshness, self.half_life_days
        )

    def clock(self) -> float:
        """Now, in epoch seconds."""
        return self.now.timestamp() if self.now else datetime.now().timestamp()


TABLE = {setting.name: setting for setting in fields(Settings)}
DEFAULT = "default"


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
    file, is_explicit = _file(config, environ)
    values: dict[str, Any] = {}
    sources: dict[str, str] = dict.fromkeys(TABLE, DEFAULT)
    if is_explicit or file.is_file():
        for name, value, source in _read(file):
            values[name] = _parse(name, value, source)
            sources[name] = source
        base = file.absolute().parent
        for name, setting in TABLE.items():
            value = values.get(name, setting.default)
            if isinstance(value, Path):
                values[name] = base / value
    for name, text, source in _overrides(environ, flags or {}):
        values[name] = _parse(name, text, source)
        sources[name] = source
    settings = replace(Settings(), **values)
    total = settings.weight_quality + settings.weight_heat + settings.weight_freshness
    if total > 1 + 1e-9:
        names = ("weight_quality", "weight_heat", "weight_freshness")
        where = ", ".join(f"{name} from {sources[name]}" for name in names)
        raise InvalidSettings(
            f"the weights of quality, heat and freshness sum to {total:g}, at most 1 is allowed "
            f"({where})"
        )
    return LoadedSettings(settings, sources)


def _file(config: Path | None, environ: Mapping[str, str]) -> tuple[Path, bool]:
    if config is not None:
        return config, True
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named), True
    return Path(FILE_NAME), False


def _read(file: Path) -> list[tuple[str, object, str]]:
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
) -> list[tuple[str, str, str]]:
    found = [
        (name.removeprefix(PREFIX).lower(), text, name)
        for name, text in sorted(environ.items())
        if name.startswith(PREFIX) and name != CONFIG_VARIABLE
        if text.strip() and not _OTHERS_VARIABLE.fullmatch(name)
    ]
    given = ((name, text) for name, text in flags.items() if text is not None)
    found += [(name, text, "--" + name.replace("_", "-")) for name, text in given]
    return found


def _parse(name: str, value: object, source: str) -> Any:
    if name not in TABLE:
        near = difflib.get_close_matches(name, TABLE, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "see `searchsvc settings`"
        raise InvalidSettings(f"{source}: no setting is called `{name}`; {hint}")
    setting = TABLE[name]
    kind: Kind = setting.metadata["kind"]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = " ".join(value) if kind is ORIGINS else value
    if value == "" and setting.default in (None, ()):
        return setting.default
    if isinstance(value, str) and value.strip():
        try:
            return kind.parse(value.strip())
        except (ValueError, OverflowError):
            pass
    shown = value if isinstance(value, str) else frontmatter.describe(value)
    raise InvalidSettings(f"{source}: {name} takes {kind.takes}, got `{shown}`")


def shown(value: object) -> object:
    """A setting's value as `searchsvc settings` prints it; JSON types only."""
    if isinstance(value, datetime):
        return dates.iso(value)
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, int | float) else str(value)
