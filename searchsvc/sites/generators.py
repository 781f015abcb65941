"""Site generators by their settings: where their articles are, and at which address.

Their files are read as text and data, never run.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from searchsvc.articles import frontmatter, listing
from searchsvc.articles.rejection import Rejected
from searchsvc.articles.url_template import UrlTemplate, from_tokens, permalink_template

MAX_BYTES = 200_000
"""Of a generator's settings."""


@dataclass(frozen=True, slots=True)
class Generator:
    """`content` is the folder of the articles, `site` the address of the site (None if nothing
    tells), `template` what follows it in the address of an article."""

    name: str
    content: Path
    site: str | None
    template: str
    language: str | None = None
    timezone: str | None = None
    title: str | None = None

    @property
    def url_template(self) -> str | None:
        """None where none can be made."""
        for site in (self.site or "", ""):
            text = site.rstrip("/") + "/" + self.template.lstrip("/")
            try:
                return str(UrlTemplate(text))
            except ValueError:
                continue
        return None


def generator_of(root: Path) -> Generator | None:
    """Of the site whose folder this is."""
    for detect in (_hugo_or_zola, _jekyll, _eleventy, _astro, _pelican):
        if found := detect(root):
            return found if found.content.is_dir() else replace(found, content=root)
    return None


def _hugo_or_zola(root: Path) -> Generator | None:
    for name in ("hugo", "config", "config/_default/hugo", "config/_default/config"):
        for suffix, read in ((".toml", _toml), (".yaml", _yaml), (".yml", _yaml), (".json", _json)):
            values = {key.lower(): value for key, value in read(root / f"{name}{suffix}").items()}
            if suffix == ".toml" and isinstance(values.get("base_url"), str):
                language = values.get("default_language")
                return Generator(
                    *("Zola", root / "content", values["base_url"], "{folder}/{slug}/"),
                    language=_text(language),
                    title=_text(values.get("title")),
                )
            if "baseurl" in values:
                content = root / (_text(values.get("contentdir")) or "content")
                language = values.get("defaultcontentlanguage") or values.get("languagecode")
                zone = _text(values.get("timezone"))
                template = _hugo_template(values.get("permalinks"), content)
                site = _text(values["baseurl"])
                title = _text(values.get("title"))
                return Generator("Hugo", content, site, template, _text(language), zone, title)
    return None


def _hugo_template(permalinks: object, content: Path) -> str:
    """The form of a site's links: the one that its settings give the section of most articles."""
    given = permalinks if isinstance(permalinks, dict) else {}
    pages = given.get("page")
    sections = pages if isinstance(pages, dict) else given
    total = len(listing.walk(content)) if sections and content.is_dir() else 0
    for section, form in sections.items():
        folder = content / section.strip("/")
        # `/` are the pages that are in no section.
        if isinstance(form, str) and folder != content and folder.is_dir():
            template = from_tokens(form)
            if ":" not in template and 2 * len(listing.walk(folder)) > total:
                return template
    return "{path}/"


_STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "none": "/:categories/:title.html",
}


def _jekyll(root: Path) -> Generator | None:
    config = root / "_config.yml"
    if not config.is_file() or not any((root / of).is_dir() for of in ("_posts", "_layouts")):
        return None
    values = _yaml(config)
    site = (_text(values.get("url")) or "") + (_text(values.get("baseurl")) or "")
    style = _text(values.get("permalink")) or "date"
    language = _text(values.get("lang")) or _text(values.get("locale"))
    zone = _text(values.get("timezone"))
    template = from_tokens(_STYLES.get(style, style))
    title = _text(values.get("title"))
    return Generator("Jekyll", root / "_posts", site or None, template, language, zone, title)


_ELEVENTY = (".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs")
_FOLDERS = ("posts", "blog", "articles", "news", "content/posts", "content/blog", "content")


def _eleventy(root: Path) -> Generator | None:
    config = next((_read(root / name) for name in _ELEVENTY if (root / name).is_file()), None)
    if config is None:
        return None
    source = root / (_quoted(r"\binput\s*:\s*", config) or ".")
    folder = next((one for one in _FOLDERS if (source / one).is_dir()), "")
    content, site, language, title = source / folder, None, None, None
    for file in sorted((source / "_data").glob("*")):
        if file.suffix in (".json", ".yaml", ".yml", ".js", ".cjs", ".mjs"):
            text = _read(file)
            site = site or _quoted(r"\burl[\"']?\s*:\s*", text, r"https?://[^\s\"'`]+")
            title = title or _quoted(r"\btitle[\"']?\s*:\s*", text)
            language = language or _quoted(r"\blang(?:uage)?[\"']?\s*:\s*", text)
    given = next(_directory_permalinks(content), None)
    template = permalink_template(given) if given else None
    prefix = f"{folder}/" if folder else ""
    template = template or prefix + "{folder}/{slug}/"
    return Generator("Eleventy", content, site, template, language, title=title)


def _directory_permalinks(content: Path) -> Iterator[str]:
    for name in (f"{content.name}.json", f"{content.name}.11tydata.json"):
        if isinstance(written := _json(content / name).get("permalink"), str):
            yield written
    for suffix in ("11tydata.js", "11tydata.cjs", "11tydata.mjs"):
        text = _read(content / f"{content.name}.{suffix}")
        if written := _quoted(r"\bpermalink\s*:\s*", text, r"[^\"'`]+"):
            yield written


def _astro(root: Path) -> Generator | None:
    names = [f"astro.config.{suffix}" for suffix in ("mjs", "ts", "js", "mts", "cjs")]
    config = next((_read(root / name) for name in names if (root / name).is_file()), None)
    if config is None:
        return None
    site = _quoted(r"\bsite\s*:\s*", config)
    base = _quoted(r"\bbase\s*:\s*", config) or ""
    folders = [root / "src" / name for name in ("content", "data", "pages")]
    content = next((folder for folder in folders if folder.is_dir()), root / "src")
    return Generator("Astro", content, site, f"{base.strip('/')}/{{path}}/")


_PELICAN = {
    "{slug}": "{title}", "{date:%Y}": "{year}", "{date:%m}": "{month}", "{date:%d}": "{day}",
    "{category}": "{categories}",
}  # fmt: skip


def _pelican(root: Path) -> Generator | None:
    texts = [_read(root / name) for name in ("publishconf.py", "pelicanconf.py")]
    if not (root / "pelicanconf.py").is_file():
        return None

    def setting(name: str) -> str | None:
        found = (_quoted(rf"^{name}\s*=\s*", text, r"[^\"'\n]+") for text in texts)
        return next(filter(None, found), None)

    template = setting("ARTICLE_URL") or "{slug}.html"
    for theirs, ours in _PELICAN.items():
        template = template.replace(theirs, ours)
    content = root / (setting("PATH") or "content")
    language, zone = setting("DEFAULT_LANG"), setting("TIMEZONE")
    title = setting("SITENAME")
    return Generator("Pelican", content, setting("SITEURL"), template, language, zone, title)


def _quoted(before: str, text: str, value: str = r"[^\"'`\n]+") -> str | None:
    """What stands in quotes after an expression, the first time."""
    found = re.search(rf"{before}[\"'`]({value})[\"'`]", text, re.MULTILINE)
    return found[1].strip() if found else None


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _read(file: Path) -> str:
    """Empty where there is none, or none that can be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _parsed(parse: Callable[[str], object], file: Path) -> Mapping[str, Any]:
    text = _read(file)
    try:
        found = parse(text) if text else {}
    except (ValueError, RecursionError, Rejected):
        return {}
    return found if isinstance(found, dict) else {}


def _toml(file: Path) -> Mapping[str, Any]:
    return _parsed(tomllib.loads, file)


def _yaml(file: Path) -> Mapping[str, Any]:
    return _parsed(lambda text: frontmatter.parse(text).values, file)


def _json(file: Path) -> Mapping[str, Any]:
    return _parsed(orjson.loads, file)
