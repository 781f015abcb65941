"""The Content-Security-Policy of pages: our own files, and what the site lets in."""

from __future__ import annotations

from urllib.parse import urlsplit

from searchsvc.settings import Settings


def page_policy(settings: Settings) -> str:
    """Our own scripts, styles and form; pictures and fonts as the site says; nothing inline."""
    # Links begin with the public URL, even if the page was reached by another name.
    own = " ".join(("'self'", *_origins(settings.public_url)))
    styles = (own, *_origins(settings.extra_css))
    pictures = (own, *_origins(settings.logo), *_listed(settings.img_src))
    fonts = ""
    if settings.font_src or settings.extra_css:
        fonts = f"font-src {' '.join((own, *_listed(settings.font_src)))}; "
    return (
        f"default-src 'none'; script-src {own}; connect-src {own}; style-src {' '.join(styles)}; "
        f"img-src {' '.join(pictures)}; {fonts}form-action {own}; "
        "base-uri 'none'; frame-ancestors 'self'"
    )


def _origins(address: object) -> tuple[str, ...]:
    """The origin of a whole address; a path is on our own."""
    if not isinstance(address, str):
        return ()
    parts = urlsplit(address)
    return (f"{parts.scheme}://{parts.netloc}",)


def _listed(sources: tuple[str, ...]) -> tuple[str, ...]:
    """`'self'` is in every directive, so that `'none'` can only mean nothing beside it."""
    return tuple(source for source in sources if source not in ("'self'", "'none'"))
