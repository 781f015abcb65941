"""A file's front matter in every format, and the body behind it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles import formats
from searchsvc.articles.frontmatter import MAX_DEPTH, MAX_NODES
from searchsvc.articles.rejection import Rejected

untimed = settings(deadline=None, max_examples=60)


def values(text: str, path: str = "a.md") -> dict[str, object]:
    assert formats.begins(text.encode(), path)
    found = formats.parse(text, path)
    assert found is not None
    return found.front.values


def body(text: str, path: str = "a.md") -> str:
    found = formats.parse(text, path)
    assert found is not None
    return found.body


def rejection(text: str, path: str = "a.md") -> tuple[str, int | None]:
    with pytest.raises(Rejected) as caught:
        formats.parse(text, path)
    return caught.value.reason, caught.value.line


YAML = "---\ntitle: A\ntags: [b]\n---\nBody\n"
TOML = "+++\ntitle = 'A'\ntags = ['b']\n+++\nBody\n"
JSON = '{\n  "title": "A",\n  "tags": ["b"]\n}\nBody\n'
FORMATS = [YAML, TOML, JSON]
FORMATS += ["---toml\n" + TOML.replace("+++\n", "", 1).replace("+++", "---")]
FORMATS += ["---json\n" + JSON.replace("}\n", "}\n---\n"), "---yaml\n" + YAML[4:]]
FORMATS += [YAML.replace("---\nBody", "...\nBody")]


@pytest.mark.parametrize("text", FORMATS)
@pytest.mark.parametrize("before", ["", "\ufeff", "\n\n", "\ufeff \n"])
def test_all_formats_say_the_same(text: str, before: str) -> None:
    assert values(before + text) == {"title": "A", "tags": ["b"]}
    assert body(before + text).strip() == "Body"


@pytest.mark.parametrize("text", FORMATS)
def test_a_body_may_be_missing(text: str) -> None:
    assert body(text.replace("Body\n", "")).strip() == ""
    assert body(text.replace("\nBody\n", "")).strip() == ""


@pytest.mark.parametrize(
    ("path", "markup"),
    [("a.md", "markdown"), ("a.MDX", "markdown"), ("a.html", "html"), ("a.htm", "html")]
    + [("a.txt", "text"), ("a.yaml", "text")],
)
def test_what_a_body_is_written_in_follows_from_the_name(path: str, markup: str) -> None:
    found = formats.parse(YAML, path)
    assert found is not None
    assert found.markup == markup


def test_a_body_is_kept_as_it_stands() -> None:
    assert body("---\ntitle: A\n---\n\n  x\n---\ny") == "\n  x\n---\ny"
    assert body('{"title": "A"} x\n') == " x\n"


# TOML


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2020-05-20T12:59:00+02:00", "2020-05-20T12:59:00+02:00"),
        ("2020-05-20T12:59:00Z", "2020-05-20T12:59:00+00:00"),
        ("2020-05-20T12:59:00", "2020-05-20T12:59:00"),
        ("2020-05-20 12:59:00.5", "2020-05-20T12:59:00.500000"),
        ("2020-05-20", "2020-05-20"),
        ("12:59:00", "12:59:00"),
        ("true", "true"),
        ("1.50", "1.50"),
        ("17", "17"),
        ("inf", "inf"),
        ("{a = {b = [1, false]}}", {"a": {"b": ["1", "false"]}}),
    ],
)
def test_values_of_toml_are_their_texts(written: str, text: object) -> None:
    assert values(f"+++\nx = {written}\n+++\n") == {"x": text}


def test_lines_of_toml_are_told() -> None:
    text = '\n+++\n# remark\ntitle = "A"\n\n[extra]\nimage = "a.jpg"\n[[links]]\nurl = "x"\n+++\n'
    found = formats.parse(text, "a.md")
    assert found is not None
    assert [found.front.line(key) for key in ("title", "extra", "links")] == [4, 6, 8]


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("+++\na = 1\nb = = 2\n+++\n", "not valid TOML: Invalid value", 3),
        ("+++\na = 1\na = 2\n+++\n", "not valid TOML: Cannot overwrite a value", 3),
        ("\n+++\na = 1\n", "the front matter that opens here with `+++` is never closed", 2),
        ("+++\na = " + "9" * 5_000 + "\n+++\n", "not valid TOML: number", 2),
        ("+++\na = " + "[" * 40 + "]" * 40 + "\n+++\n", "nested deeper", 2),
        ("+++\na = " + "[" * 50_000 + "]" * 50_000 + "\n+++\n", "nested deeper", 2),
        ("+++\n" + ".".join("a" * 1_000) + " = 1\n+++\n", "nested deeper", 2),
        (f"+++\na = [{'1,' * MAX_NODES}]\n+++\n", f"more than {MAX_NODES:,} values", 2),
        ("+++\n# " + "x" * 600_000 + "\n+++\n", "600,003 characters of TOML", 2),
    ],
)
def test_toml_beyond_the_bounds_is_rejected(text: str, said: str, line: int) -> None:
    reason, where = rejection(text)
    assert reason.startswith(said)
    assert where == line


# JSON


def test_values_of_json_are_their_texts() -> None:
    text = '{"a": 1, "b": 1.50, "c": true, "d": null, "e": NaN, "f": 1e400, "title": "x"}'
    assert values(text) == {
        **{"a": "1", "b": "1.50", "c": "true", "d": None, "e": "NaN", "f": "1e400", "title": "x"}
    }


def test_lines_of_json_are_told() -> None:
    found = formats.parse('\n{ "title": "A",\n\n "date": "x" }', "a.md")
    assert found is not None
    assert [found.front.line(key) for key in ("title", "date")] == [2, 4]


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ('\n{"a": 1,\n"b" 2}\n', "not valid JSON: Expecting ':' delimiter", 3),
        ('{"a": ' + "[" * 40 + "]" * 40 + "}", f"nested deeper than {MAX_DEPTH} levels", 1),
        ('{"a": ' + "[" * 100_000, f"nested deeper than {MAX_DEPTH} levels", 1),
        (json.dumps({"a": [1] * MAX_NODES}), f"more than {MAX_NODES:,} values", 1),
        ("---json\n[1]\n---\n", "not `key: value` pairs", 2),
        ("---js\n{title: 'A'}\n---\n", "front matter in JavaScript is not read", 1),
    ],
)
def test_json_beyond_the_bounds_is_rejected(text: str, said: str, line: int) -> None:
    reason, where = rejection(text)
    assert reason.startswith(said)
    assert where == line


# Metadata

MARKDOWN = """\
Title: My super title: a story
Date: 2010-12-03 10:20
Tags: pelican, publishing
Authors: Ann Example,
    Bob Example
Summary: Short version

This is the body: it goes on.
"""
RST = """\
##############
My super title
##############

:date: 2010-10-03 10:20
:tags: thats, awesome
:summary: Short version
    for feeds

Body text.
"""


def test_pelicans_metadata_in_markdown() -> None:
    assert values(MARKDOWN) == {
        "title": "My super title: a story",
        "date": "2010-12-03 10:20",
        "tags": "pelican, publishing",
        "authors": "Ann Example, Bob Example",
        "summary": "Short version",
    }
    assert body(MARKDOWN).strip() == "This is the body: it goes on."
    found = formats.parse("\n" + MARKDOWN, "a.md")
    assert found is not None
    assert found.front.line("tags") == 4


def test_pelicans_metadata_in_restructuredtext() -> None:
    for text in (RST, RST.partition("\n")[2]):
        assert values(text, "a.rst") == {
            "title": "My super title",
            "date": "2010-10-03 10:20",
            "tags": "thats, awesome",
            "summary": "Short version for feeds",
        }
        assert body(text, "a.rst").strip() == "Body text."


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Note: this is a text\n\nMore.", "a.md"),
        ("Date: tomorrow\nfor all of us\n", "a.md"),
        ("Title:\nDate: 2020-01-01\n", "a.txt"),
        (MARKDOWN, "a.html"),
        ("Title\n=====\n\nOnly: text\n", "a.rst"),
        ("A: text\n\n:date: 2020-01-01\n", "a.rst"),
        ("", "a.rst"),
        (":", "a.rst"),
        ("{{ shortcode }}", "a.md"),
        ('{% extends "base" %}', "a.html"),
        ("{ not json }", "a.txt"),
        ("++++\na\n++++\n", "a.md"),
        ("+++", "a.md"),
    ],
)
def test_a_file_that_is_only_text_has_no_front_matter(text: str, path: str) -> None:
    assert not formats.begins(text.encode(), path) or formats.parse(text, path) is None


@pytest.mark.parametrize("text", [*FORMATS, MARKDOWN])
def test_front_matter_that_is_not_utf8_is_rejected_with_its_line(text: str) -> None:
    broken = text.encode().replace(b"A\n", b"\xe9\n").replace(b'"A"', b'"\xe9"')
    broken = broken.replace(b"'A'", b"'\xe9'").replace(b"My", b"\xe9")
    decoded = broken.decode("utf-8", "surrogateescape")
    line = 1 + broken.count(b"\n", 0, broken.index(b"\xe9"))
    with pytest.raises(Rejected, match="not UTF-8: byte 0xe9") as caught:
        formats.parse(decoded, "a.md", is_utf8=False)
    assert caught.value.line == line
    behind = formats.parse(text + "\udce9", "a.md", is_utf8=False)
    assert behind is not None
    assert behind.body.endswith("\udce9")


@untimed
@given(
    st.sampled_from(["+++\n", "{", '{"', "---json\n", "Title: ", "x\n===\n"]),
    st.text(alphabet='+-{}[]":,\n =.a1éT\ufeff'),
    st.sampled_from(["a.md", "a.rst", "a.yaml", "a.html"]),
)
def test_no_file_does_more_than_be_rejected(start: str, text: str, path: str) -> None:
    try:
        found = formats.parse(start + text, path)
    except Rejected as rejected:
        assert rejected.line is None or 1 <= rejected.line <= (start + text).count("\n") + 1
        return
    assert found is None or (start + text).removeprefix("\ufeff").endswith(found.body)


_PLAIN = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=20)


@untimed
@given(st.dictionaries(_PLAIN, st.recursive(_PLAIN, st.lists, max_leaves=5), min_size=1), _PLAIN)
def test_what_json_writes_is_read_back(front: dict[str, object], after: str) -> None:
    text = json.dumps(front, ensure_ascii=False) + "\n" + after
    assert values(text) == front
    assert body(text) == "\n" + after
