"""What an index depends on: if any of it differs, the next run builds everything anew."""

from __future__ import annotations

from importlib.metadata import version

from searchsvc.analysis import ANALYSIS_VERSION
from searchsvc.settings import Settings


def built_with(settings: Settings) -> dict[str, str]:
    """As a generation's manifest holds it.

    Other field boosts would still be answered rightly, but without the impacts.
    """
    return {
        "engine": "columnar",
        "whoosh": version("whoosh"),
        "pystemmer": version("pystemmer"),
        "analysis": str(ANALYSIS_VERSION),
        "language": settings.language,
        "boosts": repr(settings.boosts),
    }
