"""Articles whose whole title is the query."""

from __future__ import annotations

import numpy as np

from searchsvc.analysis import title_as_written, title_key
from searchsvc.articles.article import stored_title
from searchsvc.query.nodes import AllOf, AnyOf, Excluded, Node, Published, Value, Weighted
from searchsvc.search.matches import NOTHING, Matches
from searchsvc.search.ranking import TITLE_IS_QUERY
from searchsvc.search.view import IndexView


def titled(view: IndexView, text: str, node: Node) -> Matches:
    """The articles titled so, however the text was read, with what that counts.

    Where the reading could leave an article out, by a `-` or a `type:`, its title has to be the
    text with these signs: `a -b` does not ask for "A B".
    """
    key = title_key(text, view.language)
    docs = view.generation.titled(key) if key else NOTHING.docs
    if len(docs) and leaves_out(node):
        stored = view.generation.stored_of(docs.tolist())
        written = title_as_written(text)
        docs = docs[np.array([title_as_written(stored_title(one)) == written for one in stored])]
    return Matches.of(docs, TITLE_IS_QUERY)


def leaves_out(node: Node) -> bool:
    """Whether an article may not match although it has all the words."""
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return any(map(leaves_out, nodes))
        case Weighted(node=inner):
            return leaves_out(inner)
        case Excluded() | Value() | Published():
            return True
    return False
