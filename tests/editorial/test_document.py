"""Small YAML files: values with their lines, and nothing beyond the bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles.rejection import Rejected
from searchsvc.editorial import document
from searchsvc.editorial.document import YamlValue


def test_every_value_knows_its_line() -> None:
    (entry, other) = document.entries(b"\xef\xbb\xbf# note\n- a: 1\r\n  b: [x,\n   y]\n- no\n")
    assert isinstance(entry.content, dict)
    assert {key: value.line for key, value in entry.content.items()} == {"a": 2, "b": 3}
    assert [item.line for item in entry.content["b"].items()] == [3, 4]
    assert other == YamlValue(5, "no")


@pytest.mark.parametrize("content", [b"", b"# nothing yet\n", b"---\n", b"~"])
def test_an_empty_file_has_no_entries(content: bytes) -> None:
    assert document.entries(content) == []


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"a: 1", 1, "a mapping where a list"),
        (b"text", 1, "text where a list"),
        (b"- a\n- [b", 2, "not valid YAML"),
        (b"- a\n- \xff", 2, "not UTF-8"),
        (b"- a\n- \x07", 2, "not valid YAML"),
        (b"- a\n---\n- b", 3, "a second document"),
        (b"- &x a\n- *x", 2, "an alias, `*x`"),
        (b"- {a: 1, a: 2}", 1, "`a` is given twice"),
        (b"- {[a]: 1}", 1, "a list where a text"),
        (b"- " + b"[" * 20 + b"]" * 20, 1, "nested deeper"),
        (b"#" * 1_000_001, None, "larger than 1,000,000 bytes"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(content: bytes, line: int | None, reason: str) -> None:
    with pytest.raises(Rejected) as caught:
        document.entries(content)
    assert caught.value.reason.startswith(reason)
    assert caught.value.line == line


def test_values_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_NODES", 3)
    assert len(document.entries(b"- a\n- b\n")) == 2
    with pytest.raises(Rejected, match="more than 3 values"):
        document.entries(b"- a\n- b\n- c\n")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_rejected(content: bytes) -> None:
    try:
        document.entries(content)
    except Rejected as error:
        assert error.reason
