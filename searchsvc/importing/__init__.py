"""Feeds and exports as files of articles.

What others wrote comes in through `entries_of`, one `Entry` for each article; `write_entries` puts
them into a folder that is a corpus. Nothing is fetched: what a file refers to is never opened.
"""

from searchsvc.importing.article_files import ImportReport, write_entries
from searchsvc.importing.entry import Entry, NotImported
from searchsvc.importing.kinds import KINDS, entries_of

__all__ = ["KINDS", "Entry", "ImportReport", "NotImported", "entries_of", "write_entries"]
