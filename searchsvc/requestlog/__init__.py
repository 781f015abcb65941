"""The log of requests: what a line of it holds, how it is written, what many of them tell.

In go a `LogEntry` for each request; out comes a line of JSON, through a `LineWriter` that nobody
waits for. In go logs (`read`); out come numbers by day (`LogStatistics`) and proposals for
`synonyms.yaml` (`Proposals`). Memory is bounded, whatever a log holds. It knows nothing of HTTP
frameworks or of the index.
"""

from __future__ import annotations

from searchsvc.requestlog.entry import LogEntry, SearchOutcome
from searchsvc.requestlog.line_writer import LineWriter, stdout_writer
from searchsvc.requestlog.proposals import Proposal, Proposals
from searchsvc.requestlog.reading import LogFile, read
from searchsvc.requestlog.statistics import DayNumbers, LogStatistics, QueryNumbers

__all__ = [
    "DayNumbers",
    "LineWriter",
    "LogEntry",
    "LogFile",
    "LogStatistics",
    "Proposal",
    "Proposals",
    "QueryNumbers",
    "SearchOutcome",
    "read",
    "stdout_writer",
]
