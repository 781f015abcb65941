"""How good the order of results is, by what people have judged.

judgements.read(queries, qrels) -> Judgements
System(index folder, settings).rank(queries) -> Ranking, as readers would get it
measures.measure(judgements, ranking) -> Measured; comparison.compare(one, other) -> Comparison
tuning.tune(system, judgements, settings) -> Tuned
"""

from searchsvc.evaluation.comparison import Comparison, compare
from searchsvc.evaluation.judgements import Judgements, read
from searchsvc.evaluation.measures import MEASURES, Measured, measure
from searchsvc.evaluation.system import System
from searchsvc.evaluation.tuning import Tuned, tune

__all__ = [
    "MEASURES",
    "Comparison",
    "Judgements",
    "Measured",
    "System",
    "Tuned",
    "compare",
    "measure",
    "read",
    "tune",
]
