"""Few segments, and an article is seldom written again."""

from __future__ import annotations

from searchsvc.index.merge_policy import MergePolicy

POLICY = MergePolicy(max_segments=8, max_deleted=0.3)


def sizes(*live: int) -> list[tuple[int, int]]:
    return [(count, count) for count in live]


def test_few_segments_are_left_alone() -> None:
    assert POLICY.choose(sizes(100_000, *[500] * 7)) == []


def test_one_too_many_merges_the_small_ones() -> None:
    assert POLICY.choose(sizes(100_000, *[500] * 8)) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_segment_as_large_as_the_small_ones_together_joins_them() -> None:
    assert POLICY.choose(sizes(100_000, 3_000, *[500] * 7)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert POLICY.choose(sizes(100_000, 4_000, *[500] * 7)) == [2, 3, 4, 5, 6, 7, 8]


def test_a_segment_of_deleted_documents_is_cleared_out() -> None:
    assert POLICY.choose([(131, 100), (130, 100)]) == []
    assert POLICY.choose([(145, 100), (130, 100)]) == [0]


def test_everything_may_be_merged() -> None:
    everything = MergePolicy(max_segments=1, max_deleted=0.0)
    assert everything.choose(sizes(100, 2, 3)) == [0, 1, 2]
    assert everything.choose(sizes(100)) == []
    assert everything.choose([(100, 99)]) == [0]


def test_an_article_is_written_about_log_times_in_a_year_of_nights() -> None:
    live, rewritten = [100_000], 0
    for _ in range(365):
        live.append(500)
        chosen = POLICY.choose(sizes(*live))
        if chosen:
            merged = sum(live[place] for place in chosen)
            rewritten += merged
            live = [count for place, count in enumerate(live) if place not in chosen] + [merged]
        assert len(live) <= 8
    assert rewritten < 5 * 365 * 500
