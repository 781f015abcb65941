"""What a reader types, and the tree it is read as."""

from __future__ import annotations

import timeit
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import Terms
from searchsvc.query.nodes import (
    AllOf,
    AnyOf,
    Excluded,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Value,
    Variants,
    Wildcard,
    Word,
    positive,
)
from searchsvc.query.syntax import MAX_DEPTH, MAX_PHRASE, parse

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
        ("日本語*", "日本語"),
        ("日", "日*"),
        ("-a b", "(-a AND b)"),
        ('chip -"big ham"', '(chip AND -"big ham")'),
        ("a -super*", "(a AND -super*)"),
        ("a -b/c", "(a AND -(b AND c))"),
        ("a OR b", "(a OR b)"),
        ("a OR b OR c", "(a OR b OR c)"),
        ("one two OR three four", "(one AND (two OR three) AND four)"),
        ("a OR b/c", "(a OR (b AND c))"),
        ('"a b" OR c*', '("a b" OR c*)'),
        ("a or b", "(a AND or AND b)"),
        ("a,b;c", "(a AND b AND c)"),
        ("a AND b", "(a AND b)"),
        ("NOT chip ham", "(-chip AND ham)"),
        ("chip NOT ham", "(chip AND -ham)"),
        ("chip AND NOT title:ham", "(chip AND -title:ham)"),
        ('chip OR NOT "big ham"', '(chip OR -"big ham")'),
        ("chip NOT (ham OR egg)", "(chip AND -(ham OR egg))"),
        ("NOT -chip", "chip"),
        ("2020 OR 2021", "(2020 OR 2021)"),
        ("日本 OR 中国", "(日本 OR 中国)"),
        ('什么是"人工智能"', '(什么是 AND "人工智能")'),
        ("J. R. R. Tolkien -film", "(jrr AND tolkien AND -film)"),
        ("(a b) OR c", "((a AND b) OR c)"),
        ("(a OR (b OR c)) (d (e))", "((a OR b OR c) AND d AND e)"),
        ('-(chip OR "big ham") egg', '(-(chip OR "big ham") AND egg)'),
        ("-(-(a))", "a"),
        ("-(-a b)", "-(-a AND b)"),
        ("（ｏne two） title：three", "(one AND two AND title:three)"),
        ("su*er s?per*", '((su*er OR "su er") AND (s?per* OR "s per"))'),
        ("title:a TITLE:b* title:c-d", "(title:a AND title:b* AND title:cd)"),
        ('title:"a b" -title:c', '(title:"a b" AND -title:c)'),
        ("title:(a OR -b) c", "((title:a OR -title:b) AND c)"),
        ("topic:AI -topic:x", "(topic:ai AND -topic:x)"),
        ('topic:"Machine  Learning" topic:mic*', '(topic:"machine learning" AND topic:mic*)'),
        ("topic:(a OR b)", "(topic:a OR topic:b)"),
        ("provider:Times, x", "(provider:times AND x)"),
        ("site:https://www.Example.com/news", "site:example.com"),
        ("type:Video category:NEWS", "(type:video AND category:news)"),
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
        ("(a b)) [c]", "(a AND b AND c)"),
        ("AND a", "(and AND a)"),
        ("((", "nothing"),
        ("()", "nothing"),
        ("-()", "nothing"),
        ("-(", "nothing"),
        ("a OR ()", "(a AND or)"),
        ("a OR)", "(a AND or)"),
        ("(a OR) b", "(a AND or AND b)"),
        ("(a b", "(a AND b)"),
        ('(a "b', "(a AND b)"),
        ('"machine lear', "(machine AND lear)"),
        ('"a"-b', '("a" AND b)'),
        ("a-b", "ab"),
        ("who? what?!", "(who AND what)"),
        ("title:", "title"),
        ("title: a", "(title AND a)"),
        ("(title:)", "title"),
        ("foo:bar", "(foo AND bar)"),
        ("10:30", "(10 AND 30)"),
        ("when:ever", "(when AND ever)"),
        ("before:2021-13", "(before AND 2021-13)"),
        ("when:99999d", "(when AND 99999d)"),
        ("after:9999y", "(after AND 9999y)"),
        ("before:0001", "(before AND 0001)"),
        ("a^2 ~b \\c", "(a AND 2 AND b AND c)"),
        ("!!! …", "nothing"),
        ("-", "nothing"),
        ('"', "nothing"),
        ('""', "nothing"),
        ("", "nothing"),
        ('55" TV', "(55 AND tv)"),
        ('6\'2" tall "top 10"', '(62 AND tall AND "top 10")'),
        ('27" "curved screen"', '(27 AND "curved screen")'),
        ('rock"n"roll', "(rock AND n AND roll)"),
        ('צה"ל', "צהל"),
        ('"צה"ל בעזה" חדש', '("צהל בעזה" AND חדש)'),
        ("chip NOT", "(chip AND not)"),
        ("NOT", "not"),
        ('NOT "" chip', "(not AND chip)"),
        ("NOT NOT chip", "(not AND -chip)"),
        ("chip NOT OR ham", "(chip AND (not OR ham))"),
        ("chip OR NOT", "(chip OR not)"),
        ("(NOT) ham", "(not AND ham)"),
        ("TRICK OR TREAT", "(trick AND or AND treat)"),
        ("SEARCH AND RESCUE", "(search AND and AND rescue)"),
        ("TO BE OR NOT TO BE", "(to AND be AND or AND not AND to AND be)"),
        ("★ ☆", "nothing"),
    ],
)
def test_what_is_no_syntax_is_plain_words(text: str, tree: str) -> None:
    assert str(parse(text)) == tree


NOW = datetime(2021, 3, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("when:2021", "2021-01-01T00:00:00Z..2021-12-31T23:59:59Z"),
        ("when:2021-03", "2021-03-01T00:00:00Z..2021-03-31T23:59:59Z"),
        ('when:"2021-03-04"', "2021-03-04T00:00:00Z..2021-03-04T23:59:59Z"),
        ("after:2021", "2021-01-01T00:00:00Z.."),
        ("before:2021", "..2020-12-31T23:59:59Z"),
        ("WHEN:24H", "2021-03-30T10:00:00Z.."),
        ("when:7d", "2021-03-24T10:00:00Z.."),
        ("when:2w", "2021-03-17T10:00:00Z.."),
        ("when:1m", "2021-02-28T10:00:00Z.."),
        ("when:15m", "2019-12-31T10:00:00Z.."),
        ("when:1y", "2020-03-31T10:00:00Z.."),
        ("before:7d", "..2021-03-24T09:59:59Z"),
    ],
)
def test_dates_are_read_as_utc(text: str, read: str) -> None:
    assert str(parse(text, NOW)) == f"published:{read}"
    assert str(parse(f"-{text}", NOW)) == f"-published:{read}"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("sup", "(sup OR sup*)"),
        ("a sup", "(a AND (sup OR sup*))"),
        ('"a sup', "(a AND (sup OR sup*))"),
        ("(a OR sup", "(a OR sup OR sup*)"),
        ("title:sup", "(title:sup OR title:sup*)"),
        ("topic:mic", "topic:mic*"),
        ("e-ma", "(ema OR ema*)"),
        ("日", "日*"),
        ("日本", "日本"),
        ("sup*", "sup*"),
        ("a -sup", "(a AND -sup)"),
        ('chip "big ham"', '(chip AND "big ham")'),
        ("when:7", "(when AND (7 OR 7*))"),
        ("10,00", "(10-00 OR 10-00* OR 1000*)"),
        ("10,000", "(10000 OR 10000*)"),
        ("rock'n'r", '(rock&r OR rock&r* OR ("rock and" AND r*))'),
        ("gold 10,0", "(gold AND (10-0 OR 10-0* OR 100*))"),
    ],
)
def test_while_typing_the_last_word_may_be_unfinished(text: str, tree: str) -> None:
    assert str(parse(text, NOW, typing=True)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("covid -19", "(covid AND 19)"),
        ("Covid -19 -vaccine", "(covid AND 19 AND -vaccine)"),
        ("new covid -19", "(new AND covid AND 19)"),
        ("vaccine -19", "(vaccine AND -19)"),
        ("covid NOT 19", "(covid AND -19)"),
        ("covid ham -19", "(covid AND ham AND -19)"),
        ("-covid -19", "(-covid AND -19)"),
        ('"covid" -19', '("covid" AND -19)'),
        ("-19 covid", "(-19 AND covid)"),
    ],
)
def test_a_hyphen_behind_a_space_excludes_nothing_where_articles_write_it(
    text: str, tree: str
) -> None:
    def is_hyphenated(first: str, second: str) -> bool:
        return (first, second) == ("covid", "19")

    assert str(parse(text, is_hyphenated=is_hyphenated)) == tree


def test_an_unfinished_word_is_one_word_and_an_or_is_not() -> None:
    assert type(parse("sup", typing=True)) is Variants
    assert type(parse("su?er")) is Variants
    assert type(parse("sup OR sup*")) is AnyOf


def test_nodes_hold_terms() -> None:
    assert parse("Covid-19") == word("covid", "19", solid="covid19")
    assert parse('"the covid-19"') == Phrase((Terms(("the",)), Terms(("covid", "19"), "covid19")))
    assert parse("-a b* OR c") == AllOf((Excluded(word("a")), AnyOf((Prefix("b"), word("c")))))
    assert parse("日本語") == word("日本", "本語")
    assert parse("…") == Nothing()


@untimed
@given(
    st.lists(
        st.sampled_from(
            ["a", "b-c", "日本", "OR", "AND", "NOT ", "-", '"', "(", ")", "*", "?", " ", ":"]
        )
        | st.sampled_from(["title:", "topic:", "site:", "when:", "7d", "2021", "“", "…", "\n"]),
        max_size=40,
    ).map("".join)
    | st.text(),
    st.sampled_from([1, 1, 1, 2, 200]),
    st.booleans(),
)
def test_no_text_is_a_syntax_error(text: str, times: int, typing: bool) -> None:
    tree = parse((text * times)[:4_000], NOW, typing)
    assert str(tree)
    assert all(_is_proper(node) for node in _nodes(tree))


def _nodes(tree: Node) -> list[Node]:
    inner: tuple[Node, ...] = ()
    if isinstance(tree, AllOf | AnyOf):
        inner = tree.nodes
    elif isinstance(tree, Excluded):
        inner = (tree.node,)
    return [tree, *(leaf for node in inner for leaf in _nodes(node))]


def _depth(tree: Node) -> int:
    match tree:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return 1 + max(map(_depth, nodes))
        case Excluded(node=node):
            return 1 + _depth(node)
    return 1


def _is_proper(node: Node) -> bool:
    """No empty leaf, no group of one, no double negation."""
    match node:
        case Word(terms=terms):
            return bool(terms.parts)
        case Phrase(words=inner):
            return bool(inner)
        case Prefix(text=text) | Value(text=text) | Wildcard(pattern=text):
            return bool(text)
        case Excluded(node=inner_node):
            return not isinstance(inner_node, Excluded | Nothing)
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return len(nodes) > 1 and not any(isinstance(node, Nothing) for node in nodes)
    return True


@untimed
@given(st.text(alphabet="ab日1-.,'ORAND \n&é", max_size=40))
def test_words_alone_are_read_as_they_are_among_syntax(text: str) -> None:
    """They go a short way; an open parenthesis, which changes nothing, keeps them from it."""
    assert parse(text) == parse(f"( {text}")


@untimed
@given(st.lists(st.sampled_from(["a", "b-c", '"d e"', "-f", "g*", "OR"]), max_size=12))
def test_quotes_of_any_kind_are_the_same(items: list[str]) -> None:
    text = " ".join(items)
    curly = text.replace('"d', "“d").replace('e"', "e”")
    assert parse(curly) == parse(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("words " * 1_000, 1_000),
        (f'"{"words " * 1_000}"', 64),
        (f'"{"two-words " * 1_000}"', 32),
        (f'"{"日" * 1_000}"', 1),
        ("words OR " * 999 + "words", 1_000),
        ("-words " * 1_000, 1_000),
        ("topic:w " * 1_000, 1_000),
    ],
)
def test_nothing_is_too_long_but_phrases_are_cut(text: str, kept: int) -> None:
    tree = parse(text)
    inner = tree.words if isinstance(tree, Phrase) else getattr(tree, "nodes", ())
    assert len(inner) == kept
    assert all(len(leaf.terms.parts) <= MAX_PHRASE for leaf in positive(parse("日" * 1_000)))  # type: ignore[union-attr]


def test_no_depth_is_too_deep() -> None:
    assert parse("(" * 100_000 + "chip") == word("chip")
    assert parse("-(" * 100_000 + "chip") == word("chip")
    assert str(parse("(" * 2_000 + "chip" + ")" * 2_000 + " -ham")) == "(chip AND -ham)"
    assert _depth(parse("(chip OR -(ham " * 2_000)) < 3 * MAX_DEPTH


@pytest.mark.parametrize(
    "piece",
    ["a?", "a*", '"', 'a"', '"a', "(", "-(", ")", "a OR ", "NOT ", "-", "title:", '"א', "a-", "日"],
)
def test_the_time_to_parse_grows_with_the_length_and_not_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * size)[:size]
        return min(timeit.repeat(lambda: parse(text, NOW), number=1, repeat=3))

    assert seconds(16_000) < 12 * seconds(4_000) + 0.05


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("a -b", ["a"]),
        ('chip "big ham" d* OR -egg', ["chip", '"big ham"', "d*"]),
        ("-a", []),
        ("title:a -(b c) d?e", ["title:a", "d?e", '"d e"']),
        ("topic:a site:b when:7d", []),
        ("…", []),
    ],
)
def test_excluded_words_are_no_part_of_a_match(text: str, leaves: list[str]) -> None:
    assert [str(leaf) for leaf in positive(parse(text))] == leaves
