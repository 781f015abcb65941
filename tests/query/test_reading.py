"""How a query of plain words is read: what is required of an article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.query import reading
from searchsvc.query.nodes import AllOf, Variants, Weighted
from searchsvc.query.reading import (
    Reading,
    WordGroup,
    groups_of,
    with_parts_apart,
    without_function_words,
)
from searchsvc.query.syntax import parse


def read(text: str, frequencies: list[int], rarities: list[float]) -> Reading:
    groups, required = groups_of(parse(text))
    return reading.read(groups, frequencies, rarities, required)


def thresholds(rarities: list[float]) -> list[float]:
    words = [WordGroup(parse(f"w{number}")) for number in range(len(rarities))]
    found = reading.read(words, [5] * len(rarities), rarities)
    return [round(threshold, 2) for threshold in found.thresholds]


@pytest.mark.parametrize(
    ("rarities", "expected"),
    [
        ([3], [1]),
        ([3, 1], [2, 1]),
        ([3, 2, 1], [3, 1.5, 1]),
        ([5, 5, 5, 5], [20, 8, 5]),
        ([1, 2, 3, 4], [10, 4, 2.5, 1]),
        ([1, 9, 10, 10, 20], [50, 20, 12.5, 5, 1]),
        ([1, 2, 3, 4, 5, 6, 7, 8], [1]),
        ([], []),
    ],
)
def test_coverage_is_of_all_words_then_of_enough_then_of_any(
    rarities: list[float], expected: list[float]
) -> None:
    assert thresholds(rarities) == expected


def test_of_two_or_three_words_half_count_by_number_of_more_by_rarity() -> None:
    assert read("azure chip shortage", [9, 9, 9], [1, 2, 7]).weights == (1, 1, 1)
    found = read("azure chip shortage price", [9, 9, 9, 9], [1, 2, 7, 0])
    assert found.weights == pytest.approx((1, 2, 7, 0.07))
    assert not found.is_any


def test_of_eight_words_any_is_enough() -> None:
    text = "azure chip shortage price factory export market tariff"
    assert read(text, [9] * 8, [2.0] * 8).is_any
    assert not read(text, [9] * 7 + [0], [2.0] * 8).is_any


@pytest.mark.parametrize(
    ("reached", "taken"),
    [
        ({3: 11, 1.5: 50, 1: 90}, 3),
        ({3: 10, 1.5: 50, 1: 90}, 1.5),
        ({3: 0, 1.5: 11, 1: 90}, 1.5),
        ({3: 0, 1.5: 10, 1: 90}, 1),
        ({3: 0, 1.5: 0, 1: 0}, 1),
    ],
)
def test_of_three_words_two_are_enough_and_one_where_few_articles_have_two(
    reached: dict[float, int], taken: float
) -> None:
    found = read("azure chip shortage", [9, 9, 9], [1, 2, 7])
    threshold = found.threshold(lambda asked: reached[round(asked, 1)])
    assert threshold == pytest.approx(taken, rel=1e-4)


def test_of_four_words_less_is_asked_for_until_many_articles_match() -> None:
    found = read("azure chip shortage price", [9] * 4, [1, 2, 3, 4])
    asked: list[float] = []

    def articles(threshold: float) -> int:
        asked.append(round(threshold, 2))
        return reading.ENOUGH_RELAXED + (threshold < 2.5)

    assert found.threshold(articles) == pytest.approx(10, rel=1e-4)
    assert found.threshold(lambda least: min(articles(least), 20 if least > 5 else 1000)) < 5
    asked.clear()
    assert found.threshold(lambda least: 20 if least > 5 else articles(least)) < 2.5
    assert asked == [4, 2.5]


@pytest.mark.parametrize(("words", "articles"), [(1, 10), (3, 10), (4, 20), (7, 20)])
def test_more_words_want_more_articles_that_have_them_all(words: int, articles: int) -> None:
    assert reading.enough_of_all(words) == articles
    found = reading.read(
        [WordGroup(parse(f"w{n}")) for n in range(words)], [5] * words, [2.0] * words
    )
    if words > 1:
        assert found.threshold(lambda least: articles + 1) == found.thresholds[0]
        assert found.threshold(lambda least: articles) < found.thresholds[0]


def test_a_word_that_no_article_has_is_required_of_nothing() -> None:
    found = read("azure zeppelin chip wi-fii", [9, 0, 4, 0], [1, 8, 2, 8])
    assert list(map(str, found.groups)) == ["azure", "chip"]
    assert found.ignored == ("zeppelin", "wi-fii")
    assert [round(threshold) for threshold in found.thresholds] == [2, 1]


def test_words_that_no_article_has_find_nothing_by_themselves() -> None:
    found = read("zeppelin topic:chips", [0], [8])
    assert list(map(str, found.groups)) == list(found.ignored) == ["zeppelin"]
    assert read('zeppelin "chip shortage"', [0], [8]).groups == ()


def test_past_the_limit_a_word_asked_often_counts_before_a_rarer_one() -> None:
    text = "often often often " + " ".join(f"w{number}" for number in range(reading.MAX_WORDS))
    found = read(text, [1] * (reading.MAX_WORDS + 1), [4.0] + [5.0] * reading.MAX_WORDS)
    assert str(found.groups[0]) == "often" and found.ignored == ("w63",)


def test_past_the_limit_the_rarest_words_count_in_their_order() -> None:
    text = " ".join(f"w{number}" for number in range(100))
    found = read(text, [1] * 100, [float(number % 50) + 1 for number in range(100)])
    assert len(found.groups) == reading.MAX_WORDS
    assert list(map(str, found.groups))[:2] == ["w18", "w19"] and "w17" in found.ignored
    assert len(found.ignored) == 100 - reading.MAX_WORDS


@pytest.mark.parametrize(("times", "factor"), [(1, 1), (2, 1.8), (10, 5), (1000, 8.93)])
def test_a_word_asked_again_counts_more_but_never_nine_times(times: int, factor: float) -> None:
    assert reading.repeated(times) == pytest.approx(factor, rel=1e-3)
    assert read("chip " * times, [3], [1.0]).factors == (reading.repeated(times),)


def test_words_may_go_and_all_else_stays() -> None:
    text = 'chip sup* s?per chip "big ham" -egg (one OR two) when:2020 topic:x title:ham'
    groups, required = groups_of(parse(text))
    assert [(str(of.node), of.times) for of in groups] == [
        ("chip", 2),
        ("sup*", 1),
        ('(s?per OR "s per")', 1),
        ("title:ham", 1),
    ]
    assert list(map(str, required)) == [
        '"big ham"',
        "-egg",
        "(one OR two)",
        "published:2020-01-01T00:00:00Z..2020-12-31T23:59:59Z",
        "topic:x",
    ]


def test_among_many_words_a_quotation_is_a_word_like_others() -> None:
    few = 'one two three four five six seven "big ham"'
    assert list(map(str, groups_of(parse(few))[1])) == ['"big ham"']
    groups, required = groups_of(parse(f"{few} eight -egg"))
    assert str(groups[-1].node) == '"big ham"' and list(map(str, required)) == ["-egg"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("high-speed train", "((high OR highspeed^0.5) AND (speed OR highspeed^0.5) AND train)"),
        ("high-speed", "highspeed"),
        ("start-up train", "(startup AND train)"),
        ("e-mail train", "(email AND train)"),
        ("mid-zeppelin train", "(midzeppelin AND train)"),
        ("title:high-speed train", "(title:highspeed AND train)"),
    ],
)
def test_parts_of_a_compound_are_words_where_each_says_something(text: str, expected: str) -> None:
    assert str(with_parts_apart(parse(text), "en", lambda term: term != "zeppelin")) == expected


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("micro chip", "((micro OR microchip^0.5) AND (chip OR microchip^0.5) AND price)"),
        ("start up", "(((start AND up) OR startup) AND price)"),
        ("e mail", "(((e AND mail) OR email) AND price)"),
    ],
)
def test_words_that_may_be_written_as_one_are_required_apart(pair: str, expected: str) -> None:
    either = Variants((parse(pair), parse(pair.replace(" ", ""))))
    tree = AllOf((either, parse("price")))
    assert str(with_parts_apart(tree, "en", lambda term: True)) == expected


def test_a_word_with_its_variants_is_one_word() -> None:
    word, other = parse("nyc"), parse("york")
    groups, required = groups_of(Variants((word, Weighted(other, 0.5))))
    assert len(groups) == 1 and not required
    assert groups_of(parse("nyc OR york")) == ([], [parse("nyc OR york")])


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 15)), max_size=80))
def test_thresholds_descend_and_weights_are_positive(words: list[tuple[int, float]]) -> None:
    groups = [WordGroup(parse(f"w{number}")) for number in range(len(words))]
    found = reading.read(groups, [count for count, _ in words], [rarity for _, rarity in words])
    assert all(weight > 0 for weight in found.weights)
    assert len(found.weights) == len(found.groups) == len(found.factors) <= reading.MAX_WORDS
    assert all(a > b for a, b in zip(found.thresholds, found.thresholds[1:], strict=False))
    assert bool(found.thresholds) == bool(found.groups)
    if found.groups:
        assert 0 < found.thresholds[-1] <= min(found.weights)
        assert found.is_any or found.thresholds[0] <= sum(found.weights)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("the chip", "chip"),
        ("the price of oil", "(price AND oil)"),
        ("what is the price", "price"),
        ("the who", "(the AND who)"),
        ("to be or not to be", "(to AND be AND or AND not AND to AND be)"),
        ('"the who" and the band', '("the who" AND band)'),
        ("title:the chip", "(title:the AND chip)"),
        ("the OR chip", "chip"),
        ("(the OR (chip ham)) egg", "(chip AND ham AND egg)"),
        ("the chip*", "chip*"),
        ("the -chip", "(the AND -chip)"),
        ("the topic:x", "(the AND topic:x)"),
        ("chip -the", "(chip AND -the)"),
        ("tesla model s", "(tesla AND model AND s)"),
        ("The WHO report", "(who AND report)"),
        ("THE WHO REPORT", "report"),
        ("vitamin A", "(vitamin AND a)"),
        ("A vitamin", "vitamin"),
        ("Vitamins: A test", "(vitamins AND test)"),
        ("Chip prices. A test", "(chip AND prices AND test)"),
        ("Should I buy", "buy"),
        ("TRICK OR TREAT", "(trick AND treat)"),
    ],
)
def test_function_words_go_where_another_word_is_left(text: str, left: str) -> None:
    assert str(without_function_words(parse(text), "en", text)) == left


def test_each_language_has_its_function_words() -> None:
    tree = parse("die preise der chips")
    assert str(without_function_words(tree, "de")) == "(preise AND chips)"
    assert str(without_function_words(tree, "en")) == str(tree)
    assert without_function_words(tree, "ja") == tree


def test_a_function_word_with_synonyms_stays() -> None:
    synonym = Weighted(parse('"world health organization"'), 0.5)
    either = Variants((parse("who"), synonym))
    assert without_function_words(AllOf((either, parse("report"))), "en") == AllOf(
        (either, parse("report"))
    )
    beside = Variants((parse("bank of england"), synonym))
    assert str(without_function_words(beside, "en")).startswith("((bank AND england) OR ")
