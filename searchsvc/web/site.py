"""What a site gives the page: its name, its logo, its style sheet, where its name leads."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from searchsvc.errors import InvalidSettings
from searchsvc.settings import Settings
from searchsvc.web.links import Links

MAX_FILE_BYTES = 2_000_000
ROUTE = "/static/site/"
"""Where the site's own files are served."""


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file of the site, read when the service starts."""

    name: str
    content: bytes
    media_type: str

    @property
    def digest(self) -> str:
        return hashlib.blake2b(self.content, digest_size=4).hexdigest()


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """Addresses as the page writes them; None where the site gives nothing of its own."""

    name: str
    home_url: str | None
    logo: str | None
    stylesheet: str | None
    files: tuple[SiteFile, ...] = ()


def site_of(settings: Settings, links: Links, name: str) -> SiteProfile:
    """The site of these settings; `name` is for one without. Raises InvalidSettings."""
    files: list[SiteFile] = []

    def address(setting: str, given: Path | str | None, kind: str) -> str | None:
        if not isinstance(given, Path):
            return given
        file = _read(setting, given, kind)
        files.append(file)
        return f"{links.base}{ROUTE}{file.name}?v={file.digest}"

    logo = address("logo", settings.logo, "image/")
    stylesheet = address("extra_css", settings.extra_css, "text/css")
    return SiteProfile(
        settings.site_name or name, settings.home_url, logo, stylesheet, tuple(files)
    )


def _read(setting: str, path: Path, kind: str) -> SiteFile:
    media_type = mimetypes.guess_type(path.name)[0] or ""
    if not media_type.startswith(kind):
        raise InvalidSettings(f"{setting}: {path} is not of the kind {kind.rstrip('/')}")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise InvalidSettings(f"{setting}: {path} cannot be read: {error.strerror}") from None
    if len(content) > MAX_FILE_BYTES:
        raise InvalidSettings(f"{setting}: {path} is larger than {MAX_FILE_BYTES:,} bytes")
    return SiteFile(f"{setting}{path.suffix.lower()}", content, media_type)
