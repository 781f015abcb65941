"""Syntax trees with the editors' synonyms beside their words."""

from __future__ import annotations

import pytest

from searchsvc.analysis import stemmer
from searchsvc.editorial import synonyms
from searchsvc.query.nodes import Variants, positive
from searchsvc.query.synonyms import MAX_ALTERNATIVES, Expander
from searchsvc.query.syntax import parse

RULES = """
- [nyc, New York, new york city]
- from: GPU
  to: [graphics card, video card]
- [e-mail, electronic mail]
- [startup, young company]
- {from: who, to: world health organization}
"""


def expander(rules: str = RULES) -> Expander:
    parsed, faults = synonyms.parse(rules.encode(), "synonyms.yaml")
    assert not faults
    return Expander(parsed, stemmer("en"))


def expanded(text: str, typing: bool = False) -> str:
    def are_one(first: str, second: str) -> bool:
        return first + second in ("email", "startup")

    return str(expander().expand(parse(text, typing=typing), lambda term: 1.0, are_one))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("nyc", '(nyc OR "new york"^0.25 OR "new york city"^0.17)'),
        ("GPUs", '(gpus OR "graphics card"^0.25 OR "video card"^0.25)'),
        ("card", "card"),
        ("new york", '((new AND york) OR nyc^0.5 OR "new york city"^0.33)'),
        ("new york city bank", '(((new AND york AND city) OR nyc^0.5 OR "new york"^0.5) AND bank)'),
        ("title:nyc", '(title:nyc OR title:"new york"^0.25 OR title:"new york city"^0.17)'),
        ("title:new york", "(title:new AND york)"),
        ('"nyc" -nyc nyc*', '("nyc" AND -nyc AND nyc*)'),
        ("bank OR who", '(bank OR (who OR "world health organization"^0.17))'),
    ],
)
def test_a_word_has_its_synonyms_beside_it(text: str, tree: str) -> None:
    assert expanded(text) == tree


@pytest.mark.parametrize("text", ["e-mail", "email", "emails", "E-Mails", "e mail", "e mails"])
def test_synonyms_are_of_every_spelling_of_their_words(text: str) -> None:
    assert '"electronic mail"' in expanded(text)


@pytest.mark.parametrize("text", ["startup", "start-up", "start-ups", "startups", "start up"])
def test_however_the_rules_spell_them(text: str) -> None:
    assert '"young company"' in expanded(text)


def test_spellings_of_one_word_are_no_synonyms_of_each_other() -> None:
    rules = expander("- [e-mail, email, emails, post]")
    tree = rules.expand(parse("email"), lambda term: 1.0)
    assert str(tree) == "(email OR post^0.5)"


def test_an_unfinished_word_has_its_synonyms() -> None:
    assert expanded("nyc", typing=True).startswith('(nyc OR nyc* OR "new york"^')
    of_names = expander("- [AT&T, Ma Bell]").expand(parse("at&t", typing=True), lambda term: 1.0)
    assert '"ma bell"' in str(of_names)


def test_a_word_with_synonyms_is_one_word() -> None:
    tree = expander().expand(parse("new york"), lambda term: 1.0)
    assert isinstance(tree, Variants)


def test_a_rare_synonym_counts_no_more_than_half_of_its_word() -> None:
    rules = expander("- [car, automobile]")
    rarity = {"car": 2.0, "automobile": 8.0}.__getitem__
    assert str(rules.expand(parse("car"), rarity)) == "(car OR automobile^0.12)"
    assert str(rules.expand(parse("automobile"), rarity)) == "(automobile OR car^0.5)"


def test_a_query_has_no_more_than_so_many_synonyms() -> None:
    forms = ", ".join(f"other{number}" for number in range(40))
    rules = expander(f"- [one, {forms}]\n- [two, {forms}]\n- [three, last]")
    tree = rules.expand(parse("one two three"), lambda term: 1.0)
    assert len(positive(tree)) == 3 + MAX_ALTERNATIVES
    assert str(tree).endswith("three)")
