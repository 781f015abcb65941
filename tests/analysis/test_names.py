"""Which words running text writes with a capital."""

from __future__ import annotations

from searchsvc.analysis import capitalised_forms


def test_capitals_behind_small_letters_are_counted() -> None:
    texts = [
        "Success came when Kamala Harris met with Mary.",
        "Then the success of Harris was a Success.",
    ]
    assert capitalised_forms(texts) == {
        "kamala": (1, 1),
        "mary": (1, 1),
        "harris": (1, 1),
        "success": (1, 2),
    }


def test_titles_with_capitals_throughout_tell_nothing() -> None:
    assert capitalised_forms(["The Oval Office Is A Room"]) == {}
