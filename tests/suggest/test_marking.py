"""Which part of a suggestion is marked, and that nothing gets past the escaping."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis import stemmer
from searchsvc.suggest.marking import mark_start, mark_words

STEM = stemmer("en")


@pytest.mark.parametrize(
    ("head", "completed", "last", "expected"),
    [
        ("", "supercomputer", "sup", "<mark>sup</mark>ercomputer"),
        ("quantum ", "chip", "c", "<mark>quantum c</mark>hip"),
        ("quantum ", "chip", "", "<mark>quantum </mark>chip"),
        ("", "covid-19", "covid1", "<mark>covid-1</mark>9"),
        ("", "café society", "cafe", "<mark>café</mark> society"),
        ("", "straße", "stras", "<mark>straß</mark>e"),
        ("量", "子計算", "子計", "<mark>量子計</mark>算"),
        ("", "at&t", "at", "<mark>at</mark>&amp;t"),
        ("<b> ", "other", "x", "<mark>&lt;b&gt; </mark>other"),
    ],
)
def test_the_typed_start(head, completed, last, expected):
    assert mark_start(head, completed, last) == expected


@pytest.mark.parametrize(
    ("text", "stems", "last", "expected"),
    [
        ("The Who, live", {"the"}, "wh", "<mark>The</mark> <mark>Wh</mark>o, live"),
        ("Supercomputers", {"supercomput"}, "", "<mark>Supercomputers</mark>"),
        ("U.S. rules", set(), "us", "<mark>U.S</mark>. rules"),
        ("COVID-19", set(), "covid1", "<mark>COVID-1</mark>9"),
        ("post-covid", set(), "cov", "<mark>post-covid</mark>"),
        ("量子計算機", {"量子"}, "子計", "<mark>量子計</mark>算機"),
        ("<b>bold</b>", set(), "bo", "&lt;b&gt;<mark>bo</mark>ld&lt;/b&gt;"),
    ],
)
def test_words_that_match(text, stems, last, expected):
    assert mark_words(text, stems, last, STEM) == expected


def test_only_the_start_of_a_text_that_begins_as_typed():
    assert mark_words("To Turin today", set(), "to", STEM, "to") == "<mark>To</mark> Turin today"
    assert mark_words("Go today", set(), "to", STEM, "to") == "Go <mark>to</mark>day"


@given(st.text(max_size=30), st.text(max_size=5), st.sets(st.text(max_size=3), max_size=3))
def test_without_its_marks_it_is_the_escaped_text(text, last, stems):
    for marked in (mark_words(text, stems, last, STEM), mark_start(text[:3], text[3:], last)):
        assert re.sub("</?mark>", "", marked) == html.escape(text)
