"""How templates are found, and what all of them know: the site, its words, the links."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from flask import Flask
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from searchsvc.errors import InvalidSettings
from searchsvc.settings import Settings
from searchsvc.web.languages import N_, Wording
from searchsvc.web.links import Links
from searchsvc.web.site import SiteProfile

OURS = "searchsvc"
"""Before a template's name it means the one of the service, as in `searchsvc/layout.html`."""
NAME = N_("News search")
"""What the page is called where the site does not say."""


def add_to(
    app: Flask, settings: Settings, wording: Wording, site: SiteProfile, links: Links
) -> None:
    """Raises InvalidSettings for a folder of templates that is not there."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_translations(wording.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.filters["number"] = wording.number
    environment.globals |= {
        "links": links,
        "site": site,
        "wording": wording,
        "box_strings": _box_strings(wording.language, Path(app.root_path) / "static" / "strings"),
        "article_lang": _lang(settings.language, wording.language),
        "marked_up": _marked_up,
        "marked_list": _marked_list,
        "linked": _linked,
        "dated": _dated(wording),
    }
    app.jinja_loader = _loader(Path(app.root_path) / "templates", settings.templates_dir)


def _loader(ours: Path, theirs: Path | None) -> BaseLoader:
    own = FileSystemLoader(ours)
    if theirs is None:
        return ChoiceLoader([own, PrefixLoader({OURS: own})])
    if not theirs.is_dir():
        raise InvalidSettings(f"templates_dir: {theirs} is not a folder")
    return ChoiceLoader([FileSystemLoader(theirs), own, PrefixLoader({OURS: own})])


def _lang(language: str, page_language: str) -> Markup:
    """The `lang` attribute of articles' texts on the page."""
    return Markup("") if language == page_language else Markup(' lang="{}"').format(language)


def _box_strings(language: str, folder: Path) -> Markup:
    """The box's texts as JSON for an attribute in single quotes; none in English, its own.

    They stand on the page, so that the box need not fetch them and speak English meanwhile.
    """
    file = folder / f"{language}.json"
    if not file.is_file():
        return Markup("")
    write = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    return htmlsafe_json_dumps(json.loads(file.read_text("utf-8")), dumps=write)


def _marked_up(tag: str, text: str) -> Markup:
    """A text of a reader's or of the index, to stand in a sentence of the page's language."""
    return Markup('<{0} dir="auto">{1}</{0}>').format(Markup(tag), text)


def _marked_list(texts: Iterable[str]) -> Markup:
    return Markup(", ").join(_marked_up("strong", text) for text in texts)


def _linked(url: str, text: str) -> Markup:
    return Markup('<a href="{}" dir="auto">{}</a>').format(url, text)


def _dated(wording: Wording) -> Callable[[datetime], Markup]:
    def write(moment: datetime) -> Markup:
        text = wording.long_day(moment)
        return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), text)

    return write


def digest_of(settings: Settings, site: SiteProfile, wording: Wording, base: str) -> bytes:
    """Differs between two sites whose pages differ; `base` is what links begin with."""
    digest = hashlib.blake2b(repr((site, wording.language, settings.language, base)).encode())
    if settings.templates_dir:
        for file in sorted(settings.templates_dir.rglob("*.*")):
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.digest()
