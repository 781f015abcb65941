"""A generation on disk: Whoosh's index by flat arrays.

Articles go in through `GenerationWriter`, which carries over what has not changed, and come out of
`Generation`: postings with positions, impacts, doc values, stored articles. `Segment`s never change
and are shared by generations; what follows from all of them is written anew. `whoosh_adapter` lets
stock Whoosh read the same folder. Nothing here knows what a query is.
"""

from searchsvc.index.generation import Generation
from searchsvc.index.impacts import FieldWeights
from searchsvc.index.manifest import Manifest, read_manifest
from searchsvc.index.open_files import FileChange
from searchsvc.index.writer import GenerationWriter, WrittenIndex

__all__ = [
    "FileChange",
    "FieldWeights",
    "Generation",
    "GenerationWriter",
    "Manifest",
    "WrittenIndex",
    "read_manifest",
]
