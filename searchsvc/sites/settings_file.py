"""A settings file of what was found, with comments that tell what to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from searchsvc.articles.listing import Outcome
from searchsvc.sites.look import Look

MAX_NAME = 60
"""Characters of a site's name."""
EXAMPLE = "https://news.example"


def settings_text(look: Look, folder: Path) -> str:
    """YAML for the file that will lie in the folder."""
    return "\n".join(_lines(look, folder)) + "\n"


def _lines(look: Look, folder: Path) -> Iterator[str]:
    generator = look.generator
    name = f"a site of {generator.name}" if generator else "a folder of articles"
    yield f"# Settings of searchsvc, written by `searchsvc init` for {name}."
    yield "# `searchsvc settings` prints every setting and its value."
    yield ""
    live = look.outcomes.get(Outcome.PUBLISHED, 0)
    read = sum(look.outcomes.values())
    yield f"# {look.files:,} files, of {read:,} read {live:,} are live articles."
    yield f"corpus: {_quoted(os.path.relpath(look.corpus, folder))}"
    yield "index: index"
    yield ""
    if look.language:
        yield "# Of the articles, for the forms of words; guessed by their commonest words."
        yield f"language: {look.language}"
    else:
        yield "# The language of the articles, for the forms of words: nothing told it."
        yield "# language: en"
    yield from _timezone(look)
    yield ""
    yield from _links(look)
    yield ""
    yield "# Which keys of the files are read as what, and in how many of those that were read:"
    yield from (f"#   {line}" for line in look.census.lines() if not line.startswith("advice: "))
    yield "# What is called otherwise is named here, field by field:"
    yield "# fields:"
    yield "#   excerpt: [lead, description]"
    yield ""
    yield from _page(look)
    yield "# Where readers reach this service: feeds and links are built from it."
    yield "# public_url: https://search.news.example"


def _timezone(look: Look) -> Iterator[str]:
    zone = look.generator.timezone if look.generator else None
    if zone and _fits("timezone", zone):
        yield ""
        yield "# Of dates that name no zone, as the site has it."
        yield f"timezone: {_quoted(zone)}"


def _page(look: Look) -> Iterator[str]:
    generator = look.generator
    name = " ".join((generator.title or "").split())[:MAX_NAME] if generator else ""
    home = generator.site if generator else None
    yield "# What the page is called, and where its name leads."
    yield f"site_name: {_quoted(name)}" if _fits("site_name", name) else "# site_name: The News"
    yield (
        f"home_url: {_quoted(home)}"
        if home and _fits("home_url", home)
        else f"# home_url: {EXAMPLE}"
    )
    yield ""


def _links(look: Look) -> Iterator[str]:
    census, template = look.census, _template(look)
    has_links = census.articles and census.lacking["url"] * 2 <= census.articles
    if template:
        yield "# The address of an article whose file holds none, as far as the site tells it."
        if not template.startswith("http"):
            yield f"# Nothing says where the site is: put that before the slash ({EXAMPLE})."
        yield f"url_template: {_quoted(template)}"
    elif has_links:
        yield "# Articles hold their address; for those that do not:"
        yield f"# url_template: {EXAMPLE}/{{path}}/"
    else:
        yield "# Most articles hold no address, and their titles lead nowhere. Say where they are:"
        yield f"# url_template: {EXAMPLE}/{{path}}/"


def has_template(look: Look) -> bool:
    """Whether the file says where articles are that hold no address."""
    return _template(look) is not None


def _template(look: Look) -> str | None:
    if look.generator:
        return look.generator.url_template
    slugs = look.census.read["slug"].total()
    return "/{slug}/" if look.census.lacking["url"] and slugs >= look.census.articles else None


def _fits(name: str, text: str) -> bool:
    """Whether a setting takes a text."""
    from searchsvc.settings import TABLE

    type = TABLE[name].type
    try:
        return bool(text) and type.accept(type.read(text)) is not None
    except (ValueError, OverflowError):
        return False


def _quoted(text: str) -> str:
    """As YAML takes it, whatever is in it."""
    is_plain = text and all(c.isalnum() or c in "/._-" for c in text) and text[0] not in "-."
    escaped = text.replace("'", "''")
    return text if is_plain else f"'{escaped}'"
