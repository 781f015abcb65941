"""Reading a file of a corpus: what becomes of each, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchsvc.articles import corpus, listing
from searchsvc.articles.corpus import MAX_BYTES
from searchsvc.articles.listing import Outcome
from tests.articles.files import ARTICLE, put, read_one


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("name", "content", "outcome"),
    [
        ("a.md", ARTICLE, Outcome.PUBLISHED),
        ("a.md", "\ufeff" + ARTICLE, Outcome.PUBLISHED),
        ("a.md", ARTICLE.replace("\n", "\r\n"), Outcome.PUBLISHED),
        ("a.html", ARTICLE + "<html>: & [unbalanced", Outcome.PUBLISHED),
        ("a.htm", ARTICLE, Outcome.PUBLISHED),
        ("a.yaml", "---\ntitle: no second fence", Outcome.PUBLISHED),
        ("a.md", "no front matter", Outcome.SKIPPED),
        ("a.md", "", Outcome.SKIPPED),
        ("a.md", "---\ntitle: x\npublished: false\n---\n", Outcome.UNPUBLISHED),
        ("a.md", "---\ntitle: no second fence", Outcome.REJECTED),
        ("a.md", "---\nname: DM: x\n---\n", Outcome.REJECTED),
        ("a.md", "---\n---\n", Outcome.REJECTED),
    ],
)
def test_every_file_has_an_outcome(root: Path, name: str, content: str, outcome: Outcome) -> None:
    put(root, name, content)
    reading = read_one(root)
    assert reading.outcome is outcome
    assert (reading.article is not None) is (outcome is Outcome.PUBLISHED)
    assert (reading.rejection is not None) is (outcome is Outcome.REJECTED)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("---\n\ntitle: x\nwebUrl: javascript:x\n---\n", "a.md:4: webUrl: `javascript:` links"),
        (b"---\ntitle: x\nexcerpt: \xe9\n---\n", "a.md:3: not UTF-8: byte 0xe9"),
        (ARTICLE.encode("utf-16"), "a.md:1: not UTF-8: byte 0xff"),
        ("\n---\ntitle: x\n", "a.md:2: the front matter that opens here"),
        ("---\nexcerpt: x\n---\n", "a.md: no title"),
        ("---\ntitle: x\ntitle\x1b[31m: [\n---\n", "a.md:3: not valid YAML"),
    ],
)
def test_a_rejection_names_path_line_and_reason(
    root: Path, content: str | bytes, told: str
) -> None:
    put(root, "a.md", content)
    shown = str(read_one(root).rejection)
    assert shown.startswith(told)
    assert shown.isprintable()


def test_files_above_the_limit_are_not_read(root: Path) -> None:
    put(root, "a.md", ARTICLE + "x" * (MAX_BYTES - len(ARTICLE)))
    assert read_one(root).outcome is Outcome.PUBLISHED
    put(root, "a.md", ARTICLE + "x" * (MAX_BYTES - len(ARTICLE) + 1))
    assert str(read_one(root).rejection) == "a.md: 5,000,001 bytes, more than 5,000,000"


@pytest.mark.parametrize("content", [b"x" * (MAX_BYTES + 1), b"caf\xe9\n", "no".encode("utf-16")])
def test_a_file_without_front_matter_is_skipped_whatever_it_holds(
    root: Path, content: bytes
) -> None:
    (root / "a.txt").write_bytes(content)
    assert read_one(root).outcome is Outcome.SKIPPED


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_odd_bytes_after_the_front_matter_reject_nothing(root: Path, end: str) -> None:
    (root / "a.md").write_bytes(ARTICLE.replace("\n", end).encode() + b"caf\xe9 \xff\n")
    reading = read_one(root)
    assert reading.outcome is Outcome.PUBLISHED
    (root / "a.md").write_bytes(
        b"---\ntitle: caf\xe9\n---\nbody \xff\n".replace(b"\n", end.encode())
    )
    assert str(read_one(root).rejection) == "a.md:2: not UTF-8: byte 0xe9"


def test_warnings_come_with_the_article(root: Path) -> None:
    put(root, "a.md", "---\ntitle: The case # 9\nimages: a.jpg\ntopics:\n- C # D\n- E\n---\n")
    reading = read_one(root)
    assert reading.article is not None
    assert reading.article.title == "The case"
    assert sorted((one.path, one.line) for one in reading.warnings) == [
        ("a.md", 2),
        ("a.md", 3),
        ("a.md", 5),
    ]


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_line_ends_of_other_systems_are_read(root: Path, end: str) -> None:
    put(root, "a.md", ARTICLE.replace("\n", end))
    assert read_one(root).outcome is Outcome.PUBLISHED


def test_a_name_with_a_line_break_is_rejected(root: Path) -> None:
    put(root, "new\nline.md")
    assert "control character" in str(read_one(root).rejection)


def test_a_file_that_grows_after_the_walk_is_rejected(root: Path) -> None:
    put(root, "a.md")
    (file,) = listing.walk(root)
    put(root, "a.md", ARTICLE + "x" * MAX_BYTES)
    assert str(corpus.read(root, file).rejection) == "a.md: 5,000,001 bytes, more than 5,000,000"


_LIVE = (
    " |published: true|published: True|published: 'yes'|published: 1|published:|published: null|"
    "published: ~|deleted: false|removed: no|deleted:\nremoved: null"
)
_TAKEN_BACK = (
    "published: false|published: False|published: off|published: 0|deleted: true|removed: true|"
    "published: true\ndeleted: 'yes'|published: false\ndeleted: maybe|published: false\nwebUrl: a:b"
)


@pytest.mark.parametrize("block", [*_LIVE.split("|"), *_TAKEN_BACK.split("|")])
def test_live_is_what_nobody_took_back(root: Path, block: str) -> None:
    put(root, "a.md", f"---\ntitle: x\n{block}\n---\n")
    is_live = block in _LIVE.split("|")
    assert read_one(root).outcome is (Outcome.PUBLISHED if is_live else Outcome.UNPUBLISHED)


@pytest.mark.parametrize("block", ["published: maybe", "deleted: 2", "removed: [true]"])
def test_nothing_goes_live_on_a_guess(root: Path, block: str) -> None:
    put(root, "a.md", f"---\ntitle: x\n{block}\n---\n")
    rejection = read_one(root).rejection
    assert rejection is not None
    assert (rejection.line, rejection.reason.split(":")[0]) == (3, block.split(":")[0])


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2020-06-03T10:45:00-07:00", datetime(2020, 6, 3, 17, 45, tzinfo=UTC)),
        ("2020-06-03 10:45:00", datetime(2020, 6, 3, 10, 45, tzinfo=UTC)),
        ("2099-12-31T23:30:00-02:00", datetime(2100, 1, 1, 1, 30, tzinfo=UTC)),
        ("null", None),
    ],
)
def test_a_date_is_kept_in_utc_an_embargo_too(
    root: Path, written: str, utc: datetime | None
) -> None:
    put(root, "a.md", f"---\ntitle: x\npublishedDateTime: {written}\n---\n")
    reading = read_one(root)
    assert reading.outcome is Outcome.PUBLISHED
    assert reading.article is not None
    assert reading.article.published_at == utc
