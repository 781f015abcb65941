"""Writing an index by the batch, on flat arrays.

- `IndexWriter` writes one generation: carries segments over, deletes, rates, adds, merges;
- `BatchWriter` writes one segment, in bounded memory.
"""

from searchsvc.batch.columnsbuilder import GenerationColumns, build_columns
from searchsvc.batch.indexwriter import IndexWriter
from searchsvc.batch.merging import Source, merge
from searchsvc.batch.policy import EVERYTHING, MergePolicy
from searchsvc.batch.writer import BatchWriter

__all__ = [
    "EVERYTHING",
    "BatchWriter",
    "GenerationColumns",
    "IndexWriter",
    "MergePolicy",
    "Source",
    "build_columns",
    "merge",
]
