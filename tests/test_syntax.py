"""What a reader types, and the tree it is read as."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import Terms
from searchsvc.errors import InvalidRequest
from searchsvc.query import syntax
from searchsvc.query.syntax import (
    MAX_WORDS,
    AllOf,
    AnyOf,
    Excluded,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Word,
    parse,
)

untimed = settings(deadline=None)


def word(*parts: str, solid: str | None = None) -> Word:
    return Word(Terms(parts, solid))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("super", "super"),
        ("Super Computer", "(super AND computer)"),
        ("covid-19", "covid19"),
        ('"super computer"', '"super computer"'),
        ("“super computer”", '"super computer"'),
        ("«super computer»", '"super computer"'),
        ('"one"', '"one"'),
        ("super*", "super*"),
        ("a super*", "(a AND super*)"),
        ("e-mail*", "email*"),
        ("C++*", "c++*"),
        ("日本語*", "(日本 AND 本語*)"),
        ("-a b", "(-a AND b)"),
        ('a -"b c"', '(a AND -"b c")'),
        ("a -super*", "(a AND -super*)"),
        ("a -b/c", "(a AND -(b AND c))"),
        ("a OR b", "(a OR b)"),
        ("a OR b OR c", "(a OR b OR c)"),
        ("a b OR c d", "(a AND (b OR c) AND d)"),
        ("a OR b/c", "(a OR (b AND c))"),
        ('"a b" OR c*', '("a b" OR c*)'),
        ("a or b", "(a AND or AND b)"),
        ("a,b;c", "(a AND b AND c)"),
    ],
)
def test_syntax_is_read(text: str, tree: str) -> None:
    assert str(parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('"super computer', "(super AND computer)"),
        ('super" computer', "(super AND computer)"),
        ('a "" b', "(a AND b)"),
        ("OR a", "(or AND a)"),
        ("a OR", "(a AND or)"),
        ("OR", "or"),
        ("a OR OR b", "(a AND (or OR b))"),
        ('a OR "" b', "(a AND or AND b)"),
        ("a OR ! b", "(a AND or AND b)"),
        ("- a", "a"),
        ("--a", "a"),
        ("a -", "a"),
        ("a - b", "(a AND b)"),
        ("* a", "a"),
        ("**", "nothing"),
        ("(a b)) AND [c]", "(a AND b AND and AND c)"),
        ("title:", "title"),
        ("a^2 ~b \\c", "(a AND 2 AND b AND c)"),
        ("!!! …", "nothing"),
        ("-", "nothing"),
        ('"', "nothing"),
        ('""', "nothing"),
        ("", "nothing"),
        ("🚀", "nothing"),
    ],
)
def test_what_is_no_syntax_is_plain_words(text: str, tree: str) -> None:
    assert str(parse(text)) == tree


def test_nodes_hold_terms() -> None:
    assert parse("Covid-19") == word("covid", "19", solid="covid19")
    assert parse('"the covid-19"') == Phrase((Terms(("the",)), Terms(("covid", "19"), "covid19")))
    assert parse("-a b* OR c") == AllOf((Excluded(word("a")), AnyOf((Prefix("b"), word("c")))))
    assert parse("日本語") == word("日本", "本語")
    assert parse("…") == Nothing()


@untimed
@given(st.text(alphabet='ab日-OR"* :()…“\n1.', max_size=60) | st.text())
def test_no_text_is_a_syntax_error(text: str) -> None:
    try:
        tree = parse(text)
    except InvalidRequest as error:
        assert [item.parameter for item in error.errors] == ["q"]
        assert "words" in error.errors[0].got
    else:
        assert str(tree)
        assert all(_is_proper(node) for node in _nodes(tree))


def _nodes(tree: Node) -> list[Node]:
    inner: tuple[Node, ...] = ()
    if isinstance(tree, AllOf | AnyOf):
        inner = tree.nodes
    elif isinstance(tree, Excluded):
        inner = (tree.node,)
    return [tree, *(leaf for node in inner for leaf in _nodes(node))]


def _is_proper(node: Node) -> bool:
    """No empty leaf, no group of one, no double negation."""
    match node:
        case Word(terms=terms):
            return bool(terms.parts)
        case Phrase(words=inner):
            return bool(inner)
        case Prefix(text=text):
            return bool(text)
        case Excluded(node=inner_node):
            return not isinstance(inner_node, Excluded | Nothing)
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return len(nodes) > 1 and Nothing() not in nodes
    return True


@untimed
@given(st.lists(st.sampled_from(["a", "b-c", '"d e"', "-f", "g*", "OR"]), max_size=12))
def test_quotes_of_any_kind_are_the_same(items: list[str]) -> None:
    text = " ".join(items)
    curly = text.replace('"d', "“d").replace('e"', "e”")
    assert parse(curly) == parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "w " * MAX_WORDS,
        f'"{"w " * MAX_WORDS}"',
        "w OR " * (MAX_WORDS - 1) + "w",
        "-w " * MAX_WORDS,
        "w* " * MAX_WORDS,
        "w," * MAX_WORDS,
        "w-" * MAX_WORDS,
        f'"{"w-" * MAX_WORDS}"',
        "日" * 2 * MAX_WORDS,
    ],
)
def test_words_are_counted_wherever_they_stand(text: str) -> None:
    parse(text)
    with pytest.raises(InvalidRequest) as caught:
        parse(text + " w")
    (error,) = caught.value.errors
    assert (error.parameter, error.got) == ("q", f"{MAX_WORDS + 1} words")
    assert error.takes == f"at most {MAX_WORDS} words"


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("a -b", ["a"]),
        ('a "b c" d* OR -e', ["a", '"b c"', "d*"]),
        ("-a", []),
        ("…", []),
    ],
)
def test_excluded_words_are_no_part_of_a_match(text: str, leaves: list[str]) -> None:
    assert [str(leaf) for leaf in syntax.positive(parse(text))] == leaves
