"""A walk of a corpus: which files there are, and which only look like articles."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from searchsvc.articles import corpus, listing
from searchsvc.articles.listing import SUFFIXES, Listing, Outcome
from tests.articles.files import ARTICLE, put, read_one
from tests.permissions import bound_by_permissions


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


def paths(root: Path) -> list[str]:
    return [file.path for file in listing.walk(root)]


def faults(root: Path) -> dict[str, str | None]:
    return {file.path: file.fault for file in listing.walk(root)}


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
    (file,) = listing.walk(root)
    assert (file.size, file.modified) == (len(ARTICLE), 1_600_000_000_123_456_789)


@pytest.mark.parametrize("name", ["missing", "a.md"])
def test_a_corpus_that_is_no_folder_is_an_error(root: Path, name: str) -> None:
    put(root, "a.md")
    with pytest.raises(OSError):
        listing.walk(root / name)


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
    assert all(corpus.read(root, file).article is None for file in listing.walk(root))


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
    (file,) = listing.walk(root)
    path.unlink()
    os.mkfifo(path)
    assert corpus.read(root, file).article is None


def test_a_file_that_vanishes_is_rejected(root: Path) -> None:
    path = put(root, "a.md")
    (file,) = listing.walk(root)
    path.unlink()
    reading = corpus.read(root, file)
    assert reading.outcome is Outcome.REJECTED
    assert str(reading.rejection) == "a.md: cannot be read: No such file or directory"


READ_ALL = """
import sys
from pathlib import Path
from searchsvc.articles import corpus, listing
root = Path(sys.argv[1])
found = listing.walk(root)
for file in found:
    reading = corpus.read(root, file)
    print(file.path, reading.outcome.value, reading.rejection and reading.rejection.reason)
print(sorted(found.unreadable.items()))
"""


@pytest.mark.parametrize(
    ("path", "mode", "lines"),
    [
        (
            "b",
            0o000,
            [
                "a.md published None",
                "b rejected cannot be read: Permission denied",
                "[('b', 'cannot be read: Permission denied')]",
            ],
        ),
        (
            "b",
            0o444,
            [
                "a.md published None",
                "b/c.md unreadable cannot be read: Permission denied",
                "[]",
            ],
        ),
        (
            "a.md",
            0o000,
            [
                "a.md unreadable cannot be read: Permission denied",
                "b/c.md published None",
                "[]",
            ],
        ),
    ],
)
def test_what_may_not_be_read_is_told_from_what_is_wrong(
    root: Path, path: str, mode: int, lines: list[str]
) -> None:
    put(root, "a.md")
    put(root, "b/c.md")
    (root / path).chmod(mode)
    done = bound_by_permissions("-c", READ_ALL, str(root))
    (root / path).chmod(0o755)
    assert done.stdout.splitlines() == lines, done.stderr


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C"}, {"LANG": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}], ids=str
)
def test_names_are_bytes_whatever_the_locale(root: Path, locale: dict[str, str]) -> None:
    put(root, "été/日本.md")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from searchsvc.articles import corpus, listing\n"
        "root = Path(sys.argv[1])\n"
        "(file,) = listing.walk(root)\n"
        "article = corpus.read(root, file).article\n"
        "sys.stdout.buffer.write(article.id.encode())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(root)],
        env={"PATH": os.environ["PATH"], "PYTHONCOERCECLOCALE": "0", **locale},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert done.stdout.decode() == "été/日本"


@pytest.mark.parametrize("name", [b"bad\xff.md", b"bad\xff/a.md", b"bad\xff.md/a.txt"])
def test_names_that_are_not_utf_8_are_told_in_utf_8(root: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(root), name)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    except OSError:
        pytest.skip("this file system takes no such names")
    with open(path, "wb") as stream:
        stream.write(ARTICLE.encode())
    readings = [corpus.read(root, file) for file in listing.walk(root)]
    assert {reading.outcome for reading in readings} == {Outcome.REJECTED}
    assert all("bad\\xff" in reading.file.path for reading in readings)
    assert all(str(reading.rejection).encode() for reading in readings)


@pytest.mark.parametrize(
    ("paths", "rivals"),
    [
        ([], set()),
        (["a.md", "b.md", "c.d.md"], set()),
        (["a.html", "a.md", "b.md", "b.txt.md"], {0, 1}),
        (["a.html", "a.html.md", "a.md"], {0, 2}),
        (["a folder that cannot be read", "b.html", "b.md"], {1, 2}),
        (["a.faulty", "a.md", "b.md"], {1}),
    ],
)
def test_files_of_one_id_are_rivals(paths: list[str], rivals: set[int]) -> None:
    faults = {i: "cannot be read" for i, path in enumerate(paths) if "cannot" in path}
    faults |= {i: "a fault" for i, path in enumerate(paths) if "faulty" in path}
    found = Listing(paths, [0] * len(paths), [0] * len(paths), faults)
    assert listing.rivals(found) == rivals
