"""Writing an index by the batch, on flat arrays, and reading a corpus by several processes.

- `IndexWriter` writes one generation: carries segments over, deletes, rates, adds, merges;
- `BatchWriter` writes one segment, in bounded memory;
- `read_all` reads the files of a corpus.
"""

from searchsvc.batch.columnsbuilder import GenerationColumns, build_columns
from searchsvc.batch.indexwriter import IndexWriter
from searchsvc.batch.merging import Source, merge
from searchsvc.batch.policy import EVERYTHING, MergePolicy
from searchsvc.batch.reading import ReaderFailed, read_all
from searchsvc.batch.writer import BatchWriter

__all__ = [
    "EVERYTHING",
    "BatchWriter",
    "GenerationColumns",
    "IndexWriter",
    "MergePolicy",
    "ReaderFailed",
    "Source",
    "build_columns",
    "merge",
    "read_all",
]
