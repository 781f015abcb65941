"""Front matter: where it begins and ends, and its values as plain text."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles import frontmatter
from searchsvc.articles.frontmatter import MAX_DEPTH, MAX_NODES
from searchsvc.articles.rejection import Rejected

untimed = settings(deadline=None)


def values(block: str) -> dict[str, object]:
    return frontmatter.parse(block).values


def reason(block: str) -> tuple[str, int | None]:
    with pytest.raises(Rejected) as caught:
        frontmatter.parse(block)
    return caught.value.reason, caught.value.line


# Where it begins and ends


@pytest.mark.parametrize(
    ("text", "block", "line"),
    [
        ("---\ntitle: a\n---\n", "title: a\n", 2),
        ("---\ntitle: a\n---", "title: a\n", 2),
        ("---\ntitle: a\n...\nbody", "title: a\n", 2),
        ("---\ntitle: a\n---\nbody\n---\nmore", "title: a\n", 2),
        ("---  \ntitle: a\n--- \n", "title: a\n", 2),
        ("---\r\ntitle: a\r\n---\r\nbody\r\n", "title: a\r\n", 2),
        ("\ufeff---\ntitle: a\n---\n", "title: a\n", 2),
        ("\n \n\n---\ntitle: a\n---\n", "title: a\n", 5),
        ("---\n---\n", "", 2),
        ("---\ntext: |\n  ---\n  still text\n---\n", "text: |\n  ---\n  still text\n", 2),
        ("---\n---- no fence\n---\n", "---- no fence\n", 2),
    ],
)
def test_front_matter_stands_between_fences(text: str, block: str, line: int) -> None:
    assert frontmatter.split(text) == (block, line)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "just text\n",
        "# A heading\n\n---\n\ntitle: a\n",
        "----\na\n----\n",
        " ---\na: 1\n---",
    ],
)
def test_a_file_without_front_matter_has_none(text: str) -> None:
    assert frontmatter.split(text) is None


@pytest.mark.parametrize(("text", "line"), [("---\ntitle: a\n", 1), ("\n\n---\ntitle: a", 3)])
def test_an_unclosed_block_is_rejected_where_it_opens(text: str, line: int) -> None:
    with pytest.raises(Rejected, match="never closed") as caught:
        frontmatter.split(text)
    assert caught.value.line == line


@pytest.mark.parametrize("text", ["---\ntitle: a", "---\ntitle: a\n", "---\ntitle: a\n---\n"])
def test_the_end_of_a_yaml_file_closes_its_block(text: str) -> None:
    found = frontmatter.split(text, closed_by_end_of_file=True)
    assert found is not None
    assert values(found[0]) == {"title": "a"}


@untimed
@given(st.text(alphabet="-.\n\r \ufeffa:"))
def test_splitting_never_fails_but_by_rejection(text: str) -> None:
    try:
        found = frontmatter.split(text)
    except Rejected:
        return
    assert found is None or found[0] in text


# Values


@pytest.mark.parametrize(
    "scalar",
    "1984 No yes null Null true 1.50 0x1F 1e3 012 12:30:00 2020-01-01 .inf =".split()
    + ["2020-05-20T12:59:00Z", "1_000", "<<"],
)
def test_a_scalar_is_its_text_as_written(scalar: str) -> None:
    assert values(f"title: {scalar}") == {"title": scalar}
    assert values(f"title: '{scalar}'") == {"title": scalar}


@pytest.mark.parametrize("nothing", ["", " ", "~", " # only a comment", "&anchor"])
def test_an_empty_value_is_none(nothing: str) -> None:
    assert values(f"heat: {nothing}\ntitle: a") == {"heat": None, "title": "a"}


@pytest.mark.parametrize("quoted", ['""', "''", "!!str"])
def test_a_quoted_empty_value_is_text(quoted: str) -> None:
    assert values(f"title: {quoted}") == {"title": ""}


def test_lists_and_mappings_nest() -> None:
    block = "topics:\n  - AI\n  -\nprovider: {name: A, domain: a.example}\nimages: [{url: x}]\n"
    assert values(block) == {
        "topics": ["AI", None],
        "provider": {"name": "A", "domain": "a.example"},
        "images": [{"url": "x"}],
    }


def test_each_key_knows_its_line_in_the_file() -> None:
    front = frontmatter.parse("title: a\n\n# remark\ntopics:\n  - b\nheat: 1\n", first_line=2)
    assert front.lines == {"title": 2, "topics": 5, "heat": 7}
    assert front.line("heat") == 7
    assert front.line("quality") is None


def test_carriage_returns_change_no_value() -> None:
    block = 'title: "a"\ntext: >\n  b\n  c\ntopics:\n  - d\n'
    assert values(block.replace("\n", "\r\n")) == values(block)


def test_an_empty_block_holds_nothing() -> None:
    assert values("") == values("# a remark\n") == {}


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("a: 1\na: 2", {"a": "2"}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": "1", "b": "2", "c": "2"}),
        ("a: &x [1]\nb: *x", {"a": ["1"], "b": ["1"]}),
        ("%YAML 1.1\n---\na: 1", {"a": "1"}),
        ("a: !!int 1\nb: !!timestamp 2020-01-01", {"a": "1", "b": "2020-01-01"}),
    ],
    ids=["repeated key", "repeated anchor", "alias", "directive", "standard tags"],
)
def test_the_last_of_what_repeats_counts(block: str, expected: dict[str, object]) -> None:
    assert values(block) == expected


_SCALARS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
_TREES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_SCALARS, inner, max_size=3),
    max_leaves=10,
)


@untimed
@given(st.dictionaries(_SCALARS, _TREES, max_size=5), st.sampled_from(['"', None]))
def test_any_mapping_is_read_as_yaml_reads_it(mapping: dict[str, object], style: str) -> None:
    block = yaml.safe_dump(mapping, allow_unicode=True, default_style=style, sort_keys=False)
    assert _nothing_as_text(values(block)) == (yaml.load(block, yaml.BaseLoader) or {})


def _nothing_as_text(value: object) -> object:
    """BaseLoader has no word for nothing: it is empty text, or as written."""
    if isinstance(value, dict):
        return {key: _nothing_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_nothing_as_text(item) for item in value]
    return "" if value is None else value


@untimed
@given(st.text() | st.text(alphabet="ab:- \n[]{}&*!|>'\"#%?,~\t"))
def test_parsing_never_fails_but_by_rejection(block: str) -> None:
    try:
        front = frontmatter.parse(block)
    except Rejected as rejected:
        assert rejected.reason
        return
    assert front.values.keys() == front.lines.keys()


# Faults


@pytest.mark.parametrize(
    ("block", "said", "line"),
    [
        ("name: DM: Diablo", "not valid YAML", 1),
        ("title: a\nname: b: c\n", "not valid YAML", 2),
        ("title: 'a", "not valid YAML", 1),
        ("title: a\n\tb: c", "not valid YAML", 2),
        ("title: é\nb: é\nc: \x07\n", "control characters", 3),
        ("- a\n- b\n", "a list, not `key: value` lines", 1),
        ("only words", "text, not `key: value` lines", 1),
        ("a: 1\n---\nb: 2\n", "a second YAML document", 3),
        ("a: 1\n...\n---\nb: 2\n", "a second YAML document", 4),
        ("a: 1\nb: *missing", "an alias", 2),
        ("a: &a [*a]", "an alias", 1),
        ("a: 1\n? [b]\n: c", "a key that is a list", 2),
        ("? {b: c}\n: d", "a key that is a mapping", 1),
        ("a: 1\nb: !!python/object/apply:os.getcwd []", "a tag", 2),
        ("a: !local b", "a tag", 1),
        ("a: !!binary aGk=", "a tag", 1),
    ],
)
def test_a_fault_is_told_with_its_line(block: str, said: str, line: int) -> None:
    why, where = reason(block)
    assert said in why
    assert where == line


@pytest.mark.parametrize("block", ["a: !{} 1", "a: *{}", "*{}", "a: !<{}> 1"])
def test_a_reason_never_repeats_what_may_be_a_secret(block: str) -> None:
    assert "xxx" not in reason(block.format("x" * 1_000))[0]


def test_lines_of_faults_count_from_the_top_of_the_file() -> None:
    with pytest.raises(Rejected) as caught:
        frontmatter.parse("a: 1\nb: c: d\n", first_line=2)
    assert caught.value.line == 3


@pytest.mark.parametrize("opening", ["[", "{a: ", "\n- "])
def test_deep_nesting_is_rejected(opening: str) -> None:
    if opening == "\n- ":
        block = "a:\n" + "- " * 10_000 + "b"
    else:
        block = "a: " + opening * 10_000
    assert f"deeper than {MAX_DEPTH}" in reason(block)[0]


def test_what_nests_as_deep_as_allowed_is_read() -> None:
    inner = MAX_DEPTH - 1  # the mapping itself is a level
    assert values("a: " + "[" * inner + "]" * inner)
    assert "deeper" in reason("a: " + "[" * (inner + 1) + "]" * (inner + 1))[0]


def test_an_alias_bomb_is_rejected_before_it_is_expanded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    why, line = reason("\n".join(lines))
    assert f"more than {MAX_NODES:,}" in why
    assert line == 5  # 10^4 values fit, 10^5 do not


def test_a_file_of_too_many_values_is_rejected() -> None:
    assert f"more than {MAX_NODES:,}" in reason("a: [" + "x," * (MAX_NODES + 1) + "]")[0]
    assert len(values("a: [" + "x," * (MAX_NODES - 10) + "]")["a"]) == MAX_NODES - 10  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "name"), [(None, "nothing"), ("a", "text"), ([], "a list"), ({}, "a mapping")]
)
def test_shapes_have_names(value: object, name: str) -> None:
    assert frontmatter.describe(value) == name


# Merge keys


@pytest.mark.parametrize(
    ("block", "values"),
    [
        ("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}", {"x": "1", "y": "3"}),
        ("a: &a {x: 1, y: 2}\nb: {y: 3, <<: *a}", {"x": "1", "y": "3"}),
        ("a: &a {x: 1}\nc: &c {x: 2, z: 4}\nb: {<<: [*a, *c]}", {"x": "1", "z": "4"}),
        ("b: {<<: {x: 1}, <<: {x: 2, y: 2}}", {"x": "1", "y": "2"}),
        ("b: {<<: {<<: {x: 1}, y: 2}}", {"x": "1", "y": "2"}),
        ("b: {<<: text}", {"<<": "text"}),
        ("b: {<<: [{x: 1}, text]}", {"<<": [{"x": "1"}, "text"]}),
        ("b: {'<<': {x: 1}}", {"<<": {"x": "1"}}),
    ],
)
def test_a_merge_key_brings_in_what_is_not_given(block: str, values: dict[str, object]) -> None:
    assert frontmatter.parse(block).values["b"] == values


def test_a_merged_key_is_on_the_line_of_its_merge_key() -> None:
    front = frontmatter.parse("base: &base {x: 1, title: A}\n<<: *base\ntitle: B", 2)
    assert (front.values["x"], front.values["title"]) == ("1", "B")
    assert (front.line("x"), front.line("title")) == (3, 4)


def test_merging_again_and_again_stays_within_the_bounds() -> None:
    block = "a0: &a0 {x: 1, y: 2}\n" + "".join(
        f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 9)
    )
    with pytest.raises(Rejected, match="more than"):
        frontmatter.parse(block)
