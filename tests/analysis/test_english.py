"""English words whose stems are not left to Snowball."""

from __future__ import annotations

import pytest

from searchsvc.analysis import english, stemmer


@pytest.mark.parametrize(
    "forms",
    [
        ["supercomputer", "supercomputers"],
        ["run", "running", "runs"],
        ["organize", "organization", "organisations"],
        ["university", "universities"],
        ["universe", "universes"],
        ["policy", "policies"],
        ["police", "policed"],
        ["general", "generals", "generally"],
        ["generate", "generates", "generated"],
        ["deposit", "deposits", "deposited"],
        ["deposition", "depositions"],
        ["organ", "organs"],
        ["united", "unite", "uniting"],
        ["crisis", "crises"],
        ["woman", "women"],
        ["gpu", "gpus"],
        ["ngo", "ngos"],
        ["nft", "nfts"],
        ["mp", "mps"],
        ["index", "indexes", "indices"],
        ["optimize", "optimised", "optimisation"],
    ],
)
def test_forms_of_a_word_share_a_stem(forms: list[str]) -> None:
    assert len(set(map(stemmer("en"), forms))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organization", "organ"),
        ("policy", "police"),
        ("university", "universe"),
        ("general", "generate"),
        ("news", "new"),
        ("deposition", "deposit"),
        ("united", "units"),
        ("important", "imports"),
        ("several", "severe"),
        ("executives", "executions"),
        ("this", "thi"),
        ("thus", "thu"),
        ("optimise", "optimism"),
        ("litre", "literal"),
        ("colonise", "colon"),
        ("subsidised", "subside"),
        ("wilful", "will"),
    ],
)
def test_words_of_other_meanings_stay_apart(one: str, other: str) -> None:
    assert stemmer("en")(one) != stemmer("en")(other)


def test_a_word_is_of_one_family() -> None:
    words_listed = english._FALSE_FRIENDS.split()
    assert len(words_listed) == len(set(words_listed)) == len(english.APART)
    assert not set(english.APART) & set(english.SINGULARS)
