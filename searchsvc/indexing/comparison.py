"""What has changed between the last run's state and this one's, and whether that may go live."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from searchsvc.corpus import Outcome
from searchsvc.indexing.report import Counts
from searchsvc.indexing.state import CorpusState, FileState
from searchsvc.rejection import Rejection
from searchsvc.settings import Settings


@dataclass(frozen=True, slots=True)
class Comparison:
    """`gone` counts live articles whose file is no longer there; `lost` those now rejected."""

    counts: Counts
    gone: int
    live_before: int
    lost: tuple[str, ...]
    rejects: tuple[Rejection, ...]

    @property
    def changes_who_is_live(self) -> bool:
        counts = self.counts
        return bool(counts.added or counts.changed or counts.removed)


def compare(before: CorpusState, then: float, after: CorpusState, now: float) -> Comparison:
    """Compare two states at the times they are of (epoch seconds)."""
    outcomes = Counter(file.outcome for file in after.files.values())
    live_before = _live(before, then)
    live_after = _live(after, now)
    kept = live_before.keys() & live_after.keys()
    changed = sum(live_before[key].digest != live_after[key].digest for key in kept)
    rejected_ids = {f.id for f in after.files.values() if f.outcome is Outcome.REJECTED}
    ids = {file.id for file in after.files.values()}
    left = live_before.keys() - live_after.keys()
    lost = sorted(left & rejected_ids)
    rejects = [f.rejection for f in after.files.values() if f.outcome is Outcome.REJECTED]
    rejects.sort(key=lambda rejection: (rejection.id not in lost, rejection.path))
    return Comparison(
        counts=Counts(
            articles=len(live_after),
            added=len(live_after) - len(kept),
            changed=changed,
            removed=len(left),
            unchanged=len(kept) - changed,
            unpublished=outcomes[Outcome.UNPUBLISHED],
            held=outcomes[Outcome.PUBLISHED] - len(live_after),
            rejected=outcomes[Outcome.REJECTED],
            skipped=outcomes[Outcome.SKIPPED],
        ),
        gone=len(left - ids),
        live_before=len(live_before),
        lost=tuple(lost),
        rejects=tuple(rejects),
    )


def _live(state: CorpusState, when: float) -> dict[str, FileState]:
    return {file.id: file for file in state.published() if file.is_live(when)}


def refusal(comparison: Comparison, settings: Settings) -> str | None:
    """Why this must not go live without a person's word, else None."""
    counts = comparison.counts
    total = counts.with_front_matter
    if comparison.live_before and not total:
        return (
            f"the corpus {settings.corpus} holds no articles, the live index holds "
            f"{comparison.live_before:,}"
        )
    if settings.max_rejects.exceeded(counts.rejected, total):
        return (
            f"{counts.rejected:,} of {total:,} files would be rejected, more than max_rejects "
            f"{settings.max_rejects}; mend them (`searchsvc check` lists them) or try again with "
            f"--max-rejects {counts.rejected}"
        )
    if settings.max_removals.exceeded(comparison.gone, comparison.live_before):
        return (
            f"the files of {comparison.gone:,} of {comparison.live_before:,} live articles are "
            f"gone, more than max_removals {settings.max_removals}; if that is meant, try again "
            f"with --max-removals {comparison.gone}"
        )
    return None
