"""What the path of a file says of its article, by the habits of site generators."""

from __future__ import annotations

import re

from searchsvc.articles.listing import id_of

_DATE = r"(\d{4}-\d{1,2}-\d{1,2})"
_DATED = re.compile(rf"{_DATE}(?:[-_](.+))?")
_SECTION = "_index"
_NO_ARTICLES = frozenset(("_drafts", "_layouts", "_includes"))
_INDEX = ("index", _SECTION)
_POSTS = "_posts"


def is_no_article(path: str) -> bool:
    """Whether it describes a section (`_index.md`), or is a draft or a template of Jekyll's."""
    if "_" not in path:
        return False
    *folders, name = path.lower().split("/")
    return id_of(name) == _SECTION or not _NO_ARTICLES.isdisjoint(folders)


def is_post_of_jekyll(article_id: str) -> bool:
    """In `_posts`, or named as what is there has to be: the corpus may be that folder itself."""
    folders, _, name = article_id.rpartition("/")
    return _POSTS in folders.split("/") or bool(_DATED.fullmatch(name))


def is_bundle(article_id: str) -> bool:
    """Whether the article is its folder's: pictures lie beside it."""
    return article_id.rpartition("/")[2].lower() in _INDEX


def own_name(article_id: str) -> str:
    """The name of the file, or of the folder whose `index` it is."""
    folder, _, name = article_id.rpartition("/")
    return folder.rpartition("/")[2] if is_bundle(article_id) else name


def date_of(article_id: str) -> str | None:
    """The date that begins its name: `2020-05-20-title`."""
    found = _DATED.fullmatch(own_name(article_id))
    return found[1] if found else None


def slug_of(article_id: str) -> str:
    """Its name without that date."""
    name = own_name(article_id)
    found = _DATED.fullmatch(name)
    return found[2] or name if found else name


def folders_of(article_id: str) -> list[str]:
    """The folders above its page: neither its own nor those of machinery, such as `_posts`."""
    folders = article_id.split("/")[:-1]
    if is_bundle(article_id):
        folders = folders[:-1]
    return [folder for folder in folders if folder[:1] != "_"]


def hyphened(text: str) -> str:
    """As generators write a name in an address: small letters, hyphens for spaces."""
    return "-".join(text.lower().split())
