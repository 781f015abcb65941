"""Which key of a file is which field of an article: those of section formats, and a site's own.

A key is found whatever its case, and with or without `-` and `_`: `publishDate`, `publish_date`.
A dot leads into a mapping: `taxonomies.tags`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeGuard

from searchsvc.articles.field_values import FALSE, TRUE
from searchsvc.articles.frontmatter import FrontMatter

DEFAULTS: dict[str, tuple[str, ...]] = {
    field: tuple(f"{field} {others}".split())
    for field, others in {
        "title": "name headline",
        "excerpt": "bio summary description customExcerpt standfirst dek lead abstract"
        " metaDescription params.summary params.description extra.summary extra.description",
        "publishedDateTime": "publishDate pubDate pubDatetime publishedAt datePublished"
        " publicationDate postDate date createdAt lastmod modified updated lastModified"
        " modDatetime updatedDate updatedAt",
        "expiryDate": "unpublishDate expires expirationDate expireDate",
        "webUrl": "url permalink path link",
        "originalUrl": "canonicalUrl canonical externalUrl",
        "ampWebUrl": "",
        "cdnAmpWebUrl": "",
        "slug": "",
        "published": "publish isPublished",
        "draft": "isDraft params.draft extra.draft",
        "deleted": "",
        "removed": "",
        "status": "postStatus",
        "hidden": "eleventyExcludeFromCollections headless searchExclude excludeFromSearch",
        "searchable": "inSearchIndex",
        "render": "build.render",
        "lang": "language locale",
        "type": "postType",
        "category": "categories section taxonomies.categories primaryTag",
        "topics": "tags keywords taxonomies.tags taxonomies.topics extra.tags params.tags",
        "authors": "author byline taxonomies.authors extra.authors extra.author params.authors"
        " params.author",
        "provider": "publisher",
        "quality": "",
        "heat": "",
        "images": "image cover coverImage heroImage featuredImage featureImage hero thumbnail thumb"
        " banner ogImage socialImage header.image header.teaser header.overlayImage params.cover"
        " params.image extra.image extra.cover extra.coverImage extra.thumbnail extra.banner"
        " extra.ogImage",
        "related": "",
    }.items()
}
"""The keys of each field, the best first: a file's first one that holds something counts."""

SECRET = "secured"
MAX_PLANS = 1_000

Path = tuple[str, ...]
Plan = Mapping[str, tuple[Path, ...]]
"""For each field, where a file of certain keys may have it."""


_WITHHOLDING = {"draft": TRUE, "hidden": TRUE, "published": FALSE, "searchable": FALSE}
"""What keeps an article back, whichever of a field's keys says so."""


class FieldKeys:
    """The keys of every field; `own` ones take the place of the default ones of a field.

    Raises ValueError for a field that does not exist or a key that cannot be one.
    """

    def __init__(self, own: Mapping[str, Iterable[str]] | None = None) -> None:
        self.own = {field: tuple(keys) for field, keys in (own or {}).items()}
        for field, keys in self.own.items():
            if field not in DEFAULTS:
                raise ValueError(f"no field is called `{field}`")
            if any(not key.strip() or _normal(key) == SECRET for key in keys):
                raise ValueError(f"not a key for `{field}`")
        self._keys = {
            field: tuple(tuple(map(_normal, key.split("."))) for key in keys)
            for field, keys in (DEFAULTS | self.own).items()
        }
        self._plans: dict[Path, Plan | None] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldKeys) and self.own == other.own

    def __hash__(self) -> int:
        return hash(str(self))

    def __reduce__(self) -> tuple[type[FieldKeys], tuple[dict[str, tuple[str, ...]]]]:
        return FieldKeys, (self.own,)

    def __str__(self) -> str:
        return " ".join(f"{field}={','.join(self.own[field])}" for field in sorted(self.own))

    def fields_of(self, front: FrontMatter) -> FrontMatter:
        """The front matter by the names of fields: the file's own keys are in its `names`.

        It is the very same where the file has the fields' own names.
        """
        values = front.values
        shape = tuple(values)
        try:
            plan = self._plans[shape]
        except KeyError:
            plan = self._planned(shape)
        if plan is None:
            return front
        found: dict[str, object] = {}
        names: dict[str, str] = {}
        lines: dict[str, int] = {}
        for field, paths in plan.items():
            for path in paths:
                value = _at(values, path)
                is_better = _is_empty(found.get(field)) and not _is_empty(value)
                if field not in found or is_better or _withholds(field, value):
                    if value is None and len(path) > 1:
                        continue
                    found[field], names[field] = value, ".".join(path)
                    if (line := front.lines.get(path[0])) is not None:
                        lines[field] = line
        return FrontMatter(found, lines, front.cut, names)

    def _planned(self, shape: Path) -> Plan | None:
        """None if every field is where its own name says, and nowhere else."""
        own_names: dict[str, list[str]] = {}
        for key in shape:
            own_names.setdefault(_normal(key), []).append(key)
        plan = {
            field: tuple(
                (name, *path[1:]) for path in paths for name in reversed(own_names.get(path[0], ()))
            )
            for field, paths in self._keys.items()
        }
        plan = {field: paths for field, paths in plan.items() if paths}
        is_plain = all(paths == ((field,),) for field, paths in plan.items())
        is_plain = is_plain and all(key in plan for key in shape if key in DEFAULTS)
        if len(self._plans) >= MAX_PLANS:
            self._plans.clear()
        self._plans[shape] = None if is_plain else plan
        return self._plans[shape]

    def unknown(self, values: Mapping[str, object]) -> list[str]:
        """The keys of a file that are no field's; of a mapping that is searched, those within."""
        known = {path for paths in self._keys.values() for path in paths}
        mappings = {path[0] for path in known if len(path) > 1}
        found = []
        for key, value in values.items():
            name = _normal(key)
            if (name,) in known or name == SECRET:
                continue
            if name in mappings and _is_mapping(value):
                found += [f"{key}.{k}" for k in value if (name, _normal(k)) not in known]
            else:
                found.append(key)
        return found


def _normal(key: str) -> str:
    return key.strip().lower().replace("-", "").replace("_", "")


def _at(values: Mapping[str, object], path: Path) -> object:
    """What stands at a place; the names within mappings are given as `_normal` has them."""
    value = values[path[0]]
    for name in path[1:]:
        if not _is_mapping(value):
            return None
        value = next((item for key, item in value.items() if _normal(key) == name), None)
    return value


def _is_mapping(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == [] or value == {}


def _withholds(field: str, value: object) -> bool:
    return isinstance(value, str) and value.strip().lower() in _WITHHOLDING.get(field, ())
