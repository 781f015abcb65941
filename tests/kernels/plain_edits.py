"""The recurrence of optimal string alignment, as it is written in books."""

from __future__ import annotations


def edits_to_beginnings(typed: str, word: str) -> list[int]:
    """The edits from the typed word to each beginning of the other, the empty one first."""
    rows = [list(range(len(word) + 1))]
    for i, letter in enumerate(typed, start=1):
        row = [i]
        for j, other in enumerate(word, start=1):
            ways = [row[j - 1] + 1, rows[-1][j] + 1, rows[-1][j - 1] + (letter != other)]
            if i > 1 and j > 1 and (letter, typed[i - 2]) == (word[j - 2], other):
                ways.append(rows[-2][j - 2] + 1)
            row.append(min(ways))
        rows.append(row)
    return rows[-1]


def edits_between(typed: str, word: str) -> int:
    return edits_to_beginnings(typed, word)[-1]
