"""Writing an index by the batch, on flat arrays, and reading a corpus by several processes."""

from searchsvc.batch.merging import Source, merge
from searchsvc.batch.writer import BatchWriter

__all__ = ["BatchWriter", "Source", "merge"]
