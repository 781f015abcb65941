"""A folder of articles: which files there are, and what becomes of each."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchsvc.articles import corpus
from searchsvc.articles.corpus import MAX_BYTES, SUFFIXES, Outcome, Reading

ARTICLE = "---\ntitle: A title\n---\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


def put(root: Path, name: str, content: str | bytes = ARTICLE) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def paths(root: Path) -> list[str]:
    return [file.path for file in corpus.walk(root)]


def faults(root: Path) -> dict[str, str | None]:
    return {file.path: file.fault for file in corpus.walk(root)}


def read_one(root: Path) -> Reading:
    (file,) = corpus.walk(root)
    return corpus.read(root, file)


# Which files there are


def test_files_of_all_suffixes_are_found_in_path_order(root: Path) -> None:
    names = [f"2020/{suffix[1:]}/a{suffix}" for suffix in SUFFIXES] + ["z.MD", "B.Yaml"]
    for name in reversed(names):
        put(root, name)
    assert paths(root) == sorted(names)


def test_other_files_are_no_articles(root: Path) -> None:
    for name in ["a.json", "a.md~", "a.md.bak", "README", "a.jpg", "md"]:
        put(root, name)
    assert paths(root) == []


def test_hidden_files_and_folders_are_left_out_and_underscores_are_not(root: Path) -> None:
    for name in [".a.md", ".git/a.md", "b/.c/a.md", "_drafts/a.md", "_a.md"]:
        put(root, name)
    assert paths(root) == ["_a.md", "_drafts/a.md"]


@pytest.mark.parametrize(
    ("name", "article_id"),
    [
        ("a.md", "a"),
        ("2020/a.b.md", "2020/a.b"),
        ("v1.2/a.html", "v1.2/a"),
        ("日本/é.md", "日本/é"),
    ],
)
def test_the_identity_is_the_path_without_its_suffix(
    root: Path, name: str, article_id: str
) -> None:
    put(root, name)
    reading = read_one(root)
    assert reading.file.id == article_id
    assert reading.article is not None
    assert reading.article.id == article_id


def test_size_and_time_tell_of_a_change(root: Path) -> None:
    path = put(root, "a.md")
    os.utime(path, ns=(1, 1_600_000_000_123_456_789))
    (file,) = corpus.walk(root)
    assert (file.size, file.modified) == (len(ARTICLE), 1_600_000_000_123_456_789)


@pytest.mark.parametrize("name", ["missing", "a.md"])
def test_a_corpus_that_is_no_folder_is_an_error(root: Path, name: str) -> None:
    put(root, "a.md")
    with pytest.raises(OSError):
        corpus.walk(root / name)


# What only looks like an article


def test_a_folder_named_like_an_article_is_told_and_entered(root: Path) -> None:
    put(root, "x.md/inner.md")
    assert faults(root) == {"x.md": "a folder named like an article", "x.md/inner.md": None}


def test_links_that_stay_inside_are_read_once_for_each_name(root: Path) -> None:
    put(root, "a/one.md")
    (root / "two.md").symlink_to("a/one.md")
    (root / "b").symlink_to("a", target_is_directory=True)
    (root / "a" / "up").symlink_to("..", target_is_directory=True)
    assert faults(root) == {"a/one.md": None, "two.md": None}


def test_links_that_lead_out_are_told_and_not_followed(root: Path, tmp_path: Path) -> None:
    outside = put(tmp_path, "articles-too/secret.md")
    (root / "file.md").symlink_to(outside)
    (root / "folder").symlink_to(outside.parent, target_is_directory=True)
    (root / "above").symlink_to(tmp_path, target_is_directory=True)
    (root / "by-way-of.md").symlink_to("folder/secret.md")
    (root / "broken-out.md").symlink_to(tmp_path / "missing.md")
    assert paths(root) == "above broken-out.md by-way-of.md file.md folder".split()
    assert set(faults(root).values()) == {"a link that leads out of the corpus"}
    assert all(corpus.read(root, file).article is None for file in corpus.walk(root))


@pytest.mark.parametrize("target", ["missing.md", "loop.md", "round.md"])
def test_a_link_to_nothing_is_told(root: Path, target: str) -> None:
    (root / "loop.md").symlink_to(target)
    if target == "round.md":
        (root / "round.md").symlink_to("loop.md")
    assert all((fault or "").startswith("cannot be read: ") for fault in faults(root).values())
    assert "loop.md" in faults(root)


def test_the_corpus_itself_may_be_a_link(root: Path, tmp_path: Path) -> None:
    put(root, "a.md")
    (tmp_path / "link").symlink_to(root, target_is_directory=True)
    assert faults(tmp_path / "link") == {"a.md": None}


def test_a_pipe_is_told_and_never_opened(root: Path) -> None:
    os.mkfifo(root / "pipe.md")
    assert faults(root) == {"pipe.md": "not a regular file"}


def test_a_pipe_that_takes_a_files_place_does_not_block(root: Path) -> None:
    path = put(root, "a.md")
    (file,) = corpus.walk(root)
    path.unlink()
    os.mkfifo(path)
    assert corpus.read(root, file).article is None


def test_a_file_that_vanishes_is_rejected(root: Path) -> None:
    path = put(root, "a.md")
    (file,) = corpus.walk(root)
    path.unlink()
    reading = corpus.read(root, file)
    assert reading.outcome is Outcome.REJECTED
    assert str(reading.rejection) == "a.md: cannot be read: No such file or directory"


@pytest.mark.parametrize(("call", "name"), [("open", "a.md"), ("scandir", "b")])
def test_what_may_not_be_read_is_rejected(
    root: Path, monkeypatch: pytest.MonkeyPatch, call: str, name: str
) -> None:
    """Permissions would not do to show it: root reads everything."""
    put(root, "b/a.md")
    allowed = getattr(os, call)

    def refuse(path: str, *arguments: int) -> object:
        if os.path.basename(path) == name:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return allowed(path, *arguments)

    monkeypatch.setattr(os, call, refuse)
    assert str(read_one(root).rejection).endswith(": cannot be read: Permission denied")


@pytest.mark.parametrize("name", [b"bad\xff.md", b"bad\xff/a.md", b"bad\xff.md/a.txt"])
def test_names_that_are_not_utf_8_are_told_in_utf_8(root: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(root), name)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    except OSError:
        pytest.skip("this file system takes no such names")
    with open(path, "wb") as stream:
        stream.write(ARTICLE.encode())
    readings = [corpus.read(root, file) for file in corpus.walk(root)]
    assert {reading.outcome for reading in readings} == {Outcome.REJECTED}
    assert all("bad\\xff" in reading.file.path for reading in readings)
    assert all(str(reading.rejection).encode() for reading in readings)


# What a file holds


@pytest.mark.parametrize(
    ("name", "content", "outcome"),
    [
        ("a.md", ARTICLE, Outcome.PUBLISHED),
        ("a.md", "\ufeff" + ARTICLE, Outcome.PUBLISHED),
        ("a.md", ARTICLE.replace("\n", "\r\n"), Outcome.PUBLISHED),
        ("a.html", ARTICLE + "<html>: & [unbalanced", Outcome.PUBLISHED),
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


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_line_ends_of_other_systems_are_read(root: Path, end: str) -> None:
    put(root, "a.md", ARTICLE.replace("\n", end))
    assert read_one(root).outcome is Outcome.PUBLISHED


def test_a_name_with_a_line_break_is_rejected(root: Path) -> None:
    put(root, "new\nline.md")
    assert "control character" in str(read_one(root).rejection)


def test_a_file_that_grows_after_the_walk_is_rejected(root: Path) -> None:
    put(root, "a.md")
    (file,) = corpus.walk(root)
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
