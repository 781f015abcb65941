"""What an index was built with, held against the settings of who serves it."""

from __future__ import annotations

from collections.abc import Mapping

from searchsvc.settings import Settings


def otherwise_built(built_with: Mapping[str, str], settings: Settings) -> str | None:
    """The analysis of the language that an index was built with goes on in its queries, and what
    its articles were read with in its answers."""
    built, wanted = built_with.get("language", ""), settings.language
    said = []
    if built != wanted:
        said.append(f"with language {built} and answers in it; settings say {wanted}")
    fields = built_with.get("fields")
    if fields is not None and fields != str(settings.conventions):
        said.append("from articles that were read with other `fields` or another `url_template`")
    return f"the index was built {', and '.join(said)}" if said else None
