"""Marked and cut texts, against their rules written out on strings."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.scoring import kernels

LENGTH, WINDOW = 200, 160
Span = tuple[int, int, int]
"""From which character to which, and the number of the term."""


def passage(text: str, spans: Sequence[Span]) -> str:
    if len(text) <= LENGTH:
        return marked(text, spans, 0, len(text))
    best = densest(spans)
    start = max(0, min(best - 40, len(text) - LENGTH)) if best > 60 else 0
    if start and (space := text.find(" ", start, start + 30)) >= 0:
        start = space + 1
    end = min(len(text), start + LENGTH)
    if end < len(text) and (space := text.rfind(" ", end - 30, end + 1)) >= 0:
        end = space
    lead, tail = "… " if start else "", " …" if end < len(text) else ""
    return lead + marked(text, spans, start, end) + tail


def densest(spans: Sequence[Span]) -> int:
    best, most = 0, 0
    for start, _, _ in spans:
        near = {term for begin, end, term in spans if begin >= start and end <= start + WINDOW}
        if len(near) > most:
            best, most = start, len(near)
    return best


def marked(text: str, spans: Sequence[Span], start: int, end: int) -> str:
    shown, done = "", start
    for begin, stop, _ in spans:
        if done <= begin and stop <= end:
            shown += f"{html.escape(text[done:begin])}<mark>{html.escape(text[begin:stop])}</mark>"
            done = stop
    return shown + html.escape(text[done:end])


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(st.text("ab  é日<&\"'…😀", max_size=40)) * draw(st.integers(1, 15))
    ends = sorted(draw(st.sets(st.integers(0, len(text)), max_size=24)))
    terms = st.integers(0, 4)
    pairs = zip(ends[::2], ends[1::2], strict=False)
    return text, [(begin, end, draw(terms)) for begin, end in pairs]


@settings(deadline=None)
@given(st.lists(texts(), min_size=1, max_size=4), st.integers(0, 4))
def test_texts_are_marked_and_cut_by_the_rules(
    given: list[tuple[str, list[Span]]], whole: int
) -> None:
    lengths, marks, start = [], [], 0
    for text, spans in given:
        for begin, end, term in spans:
            sizes = len(text[:begin].encode()), len(text[:end].encode())
            marks += [start + sizes[0], start + sizes[1], term]
        lengths.append(len(text.encode()))
        start += lengths[-1] + 1
    joined = "\n".join(text for text, _ in given).encode()
    shown = kernels.show_marked(joined, np.array(lengths), np.array(marks, np.int64), whole)
    *parts, rest = shown.tobytes().split(b"\xff")
    assert not rest
    assert [part.decode() for part in parts] == [
        marked(text, spans, 0, len(text)) if number < whole else passage(text, spans)
        for number, (text, spans) in enumerate(given)
    ]
