"""synonyms.yaml: what finds what, and what is wrong with a file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import words
from searchsvc.editorial import synonyms


def found(text: str) -> dict[str, list[str]]:
    parsed, faults = synonyms.parse(text.encode(), "synonyms.yaml")
    assert not faults
    return {
        spelled(form): [spelled(other) for other in parsed.others[form]] for form in parsed.others
    }


def spelled(form: synonyms.Form) -> str:
    return " ".join(terms.solid or terms.parts[0] for terms in form)


def test_a_list_is_two_way_and_from_to_is_one_way() -> None:
    text = """
- [nyc, New York, new york city]
- from: GPU
  to: [graphics card, video card]
- {from: [lorry, artic], to: truck}
"""
    assert found(text) == {
        "nyc": ["new york", "new york city"],
        "new york": ["nyc", "new york city"],
        "new york city": ["nyc", "new york"],
        "gpu": ["graphics card", "video card"],
        "lorry": ["truck"],
        "artic": ["truck"],
    }


def test_entries_of_one_form_add_up() -> None:
    assert found("- [a, b]\n- [a, c]\n- {from: a, to: [b, d]}")["a"] == ["b", "c", "d"]


@pytest.mark.parametrize(
    ("language", "entry", "expected"),
    [
        ("fr", "[l'économie, finance]", {"economie": ["finance"], "finance": ["economie"]}),
        ("de", "[Müller & Söhne, MS]", {"muller und sohne": ["ms"], "ms": ["muller und sohne"]}),
        ("de", "{from: '1.000 m', to: lauf}", {"1000 m": ["lauf"]}),
        ("en", "[l'économie, finance]", {"leconomie": ["finance"], "finance": ["leconomie"]}),
    ],
)
def test_forms_are_words_of_the_index(
    language: str, entry: str, expected: dict[str, list[str]]
) -> None:
    parsed, faults = synonyms.parse(f"- {entry}".encode(), "synonyms.yaml")
    others = parsed.in_language(language).others
    told: dict[str, dict[str, None]] = {}
    for form, found in others.items():
        told.setdefault(spelled(form), {}).update(dict.fromkeys(map(spelled, found)))
    assert not faults
    assert {form: list(found) for form, found in told.items()} == expected


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("- [a, b]\n- [only]", 2, "a list of one"),
        ("- [a, A]", 1, "a list of one"),
        ("- [a, b]\n- word", 2, "text: an entry is a list"),
        ("-\n- [a, b]", 1, "nothing: an entry is a list"),
        ("- {from: a}", 1, "no `to`"),
        ("- [a, b]\n- {from: a, to: []}", 2, "no form: a list has some"),
        ("- {from: a, to: b, too: c}", 1, "`too` is none of from, to"),
        ("- [a, '...']", 1, "there is no word in `...`"),
        ("- [a,\n   [b]]", 2, "a list where a text is needed"),
        ("- [a, b c d e f g h i j]", 1, "`b c d e f g h i j` has 9 words"),
        (f"- [{', '.join(f'w{n}' for n in range(51))}]", 1, "51 forms, more than 50"),
        ("- [a, b]\n" * 10_001, 10_001, "more than 10,000 entries"),
    ],
)
def test_a_fault_is_told_with_its_line_and_nothing_of_the_file_counts(
    text: str, line: int, reason: str
) -> None:
    parsed, faults = synonyms.parse(text.encode(), "desk/synonyms.yaml")
    assert not parsed.others
    assert faults[0].path == "desk/synonyms.yaml" and faults[0].line == line
    assert faults[0].reason.startswith(reason)


def test_every_wrong_entry_is_told() -> None:
    _, faults = synonyms.parse(b"- [a]\n- [b, c]\n- d\n", "s")
    assert [fault.line for fault in faults] == [1, 3]


@settings(deadline=None)
@given(st.lists(st.lists(st.text("abc -'é漢", max_size=8), max_size=4), max_size=5))
def test_two_way_is_the_same_both_ways(lists: list[list[str]]) -> None:
    import json

    parsed, faults = synonyms.parse(json.dumps(lists).encode(), "s")
    for form, others in parsed.others.items():
        assert all(form in parsed.others[other] for other in others)
    readable = all(len({tuple(w.terms for w in words(t)) for t in one}) > 1 for one in lists)
    assert bool(faults) or readable
