"""What becomes of a benchmark's findings: a file, standard output, and a verdict."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmarks.bars import Bar
from benchmarks.tables import figure, table


def publish(
    options: argparse.Namespace, stem: str, findings: str, judged: Sequence[Bar] = ()
) -> None:
    """Write `stem.md` to `--out`; raises SystemExit with what is lost, where `--assert` asks."""
    report = findings + (f"\n\n## Bars\n\n{_verdicts(judged)}" if judged else "") + "\n"
    (options.out / f"{stem}.md").write_text(report, encoding="utf-8")
    print(report)
    lost = [str(bar) for bar in judged if not bar.won]
    if lost and options.enforce:
        raise SystemExit("\n".join([*lost, f"{len(lost)} of {len(judged)} bars lost"]))


def _verdicts(judged: Sequence[Bar]) -> str:
    rows = [
        (
            bar.what,
            figure(bar.ours),
            figure(bar.theirs),
            f"{bar.ratio:.3g}",
            f"{'>=' if bar.at_least else '<='} {bar.limit:.3g}",
            "won" if bar.won else "**lost**",
        )
        for bar in judged
    ]
    head = ("bar", "ours", "theirs or limit", "ratio", "must be", "")
    return f"{sum(bar.won for bar in judged)} of {len(judged)} won.\n\n" + table(head, rows)
