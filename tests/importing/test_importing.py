"""Feeds and exports as files of articles: what is read, what is written, what is refused."""

from __future__ import annotations

import gzip
import json
import os
import socket
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.articles import corpus, listing
from searchsvc.articles.article import Article, Image
from searchsvc.articles.listing import Outcome
from searchsvc.cli import main
from searchsvc.cli.import_articles import KINDS
from searchsvc.importing import KINDS as ALL_KINDS
from searchsvc.importing import NotImported, entries_of, sources, write_entries
from searchsvc.importing.article_files import MAX_NAME
from searchsvc.importing.entry import Entry, SkippedEntries
from tests.conftest import ROOT

SITES = ROOT / "tests" / "articles" / "sites"

RSS = """\
<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Feed &amp; Co</title><link>https://news.example/</link><language>en-gb</language>
<item><title>One &amp; two</title><link>https://news.example/2020/one-and-two</link><guid>x1</guid>
<pubDate>Wed, 20 May 2020 12:59:00 +0200</pubDate>
<description>&lt;p&gt;It &lt;b&gt;is&lt;/b&gt;</description>
<category>AI</category><media:thumbnail url="https://news.example/t.jpg" width="10" height="20"/>
<content:encoded><![CDATA[<p>A body</p>]]></content:encoded></item>
<item><description>without a title</description></item>
</channel></rss>
"""
ATOM = """\
<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>
<entry><title>An entry</title><id>urn:1</id>
<updated>2020-05-20T12:59:00Z</updated><link href="https://news.example/a"/><summary>S</summary>
</entry></feed>
"""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def run(kind: str, source: Path, out: Path, *flags: str) -> Result:
    return CliRunner().invoke(main, ["import", kind, str(source), str(out), *flags])


def articles(out: Path) -> dict[str, Article]:
    readings = [corpus.read(out, file) for file in listing.walk(out)]
    assert all(reading.rejection is None for reading in readings)
    return {one.article.title: one.article for one in readings if one.article}


def put(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_command_takes_what_can_be_imported() -> None:
    assert set(KINDS) == set(ALL_KINDS)


def test_a_feed_becomes_files(tmp_path: Path) -> None:
    done = run("rss", put(tmp_path / "a.xml", RSS), tmp_path / "out", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["status"], told["written"], told["unchanged"]) == ("done", 1, 0)
    assert told["skipped"] == [f"{tmp_path / 'a.xml'}: entry 2: no title"]
    (found,) = articles(tmp_path / "out").values()
    assert found.title == "One & two"
    assert found.excerpt == "It is"
    assert found.url == "https://news.example/2020/one-and-two"
    assert found.published_at is not None and found.published_at.hour == 10
    assert (found.topics, found.lang) == (("AI",), "en")
    assert found.image == Image("https://news.example/t.jpg", 10, 20, None)
    assert found.provider is not None and found.provider.domain == "news.example"
    assert found.id.startswith("one-and-two-")
    (path,) = (tmp_path / "out").iterdir()
    assert path.read_text().endswith("---\n<p>A body</p>\n")


def test_atom_is_a_feed_too(tmp_path: Path) -> None:
    run("rss", put(tmp_path / "a.atom", ATOM), tmp_path / "out")
    assert articles(tmp_path / "out")["An entry"].url == "https://news.example/a"


def test_an_export_of_wordpress_becomes_files(tmp_path: Path) -> None:
    assert run("wordpress", SITES / "wordpress", tmp_path / "out").exit_code == 0
    found = articles(tmp_path / "out")
    assert set(found) == {"La lonja vende más atún que nunca", "Quiénes somos"}
    post = found["La lonja vende más atún que nunca"]
    assert (post.category, post.topics, post.type, post.lang) == (
        *("Economía", ("pesca",), "post", "es"),
    )
    assert post.image is not None and post.image.url.endswith("/atun.jpg")
    drafts = [file for file in listing.walk(tmp_path / "out") if "borrador" in file.path]
    assert [corpus.read(tmp_path / "out", file).outcome for file in drafts] == [Outcome.UNPUBLISHED]


def test_an_export_of_ghost_becomes_files_without_what_members_pay_for(tmp_path: Path) -> None:
    assert run("ghost", SITES / "ghost", tmp_path / "out").exit_code == 0
    found = articles(tmp_path / "out")
    assert set(found) == {"Bakery opens at midnight", "For members: the accounts", "About"}
    bakery = found["Bakery opens at midnight"]
    assert (bakery.category, bakery.topics) == ("Food", ("Night life",))
    assert bakery.image is not None
    assert bakery.image.url == "/content/images/2021/06/bakery.jpg"
    texts = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert "sourdough" in texts and "deficit" not in texts and "__GHOST_URL__" not in texts
    assert "iris@" not in texts


def test_lines_of_json_become_files(tmp_path: Path) -> None:
    lines = [
        '{"id": 1, "headline": "One", "date": "2020-05-20", "tags": ["a"], "body": "# Text"}',
        '{"url": "https://a.example/b", "title": "Two", "html": "<p>x</p>", "draft": true}',
        "",
        "{broken",
        "[1]",
        '{"id": 3}',
    ]
    done = run("jsonl", put(tmp_path / "a.jsonl", "\n".join(lines)), tmp_path / "out", "--json")
    skipped = json.loads(done.stdout)["skipped"]
    assert [line.split(": ")[0].rpartition(":")[2] for line in skipped] == ["4", "5", "6"]
    found = articles(tmp_path / "out")
    assert set(found) == {"One"}
    assert found["One"].topics == ("a",)
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".html", ".md"]


def test_who_imports_again_changes_only_what_has_changed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("rss", put(tmp_path / "a.xml", RSS), out)
    (path,) = out.iterdir()
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert "0 written, 1 unchanged" in run("rss", tmp_path / "a.xml", out).stderr
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
    changed = RSS.replace("One &amp; two", "Retitled").replace("one-and-two", "elsewhere")
    assert "1 written" in run("rss", put(tmp_path / "a.xml", changed), out).stderr
    assert list(out.iterdir()) == [path]
    assert articles(out)["Retitled"].url == "https://news.example/2020/elsewhere"


def test_a_folder_and_compressed_files_are_read(tmp_path: Path) -> None:
    source = tmp_path / "feeds"
    (source / "deep").mkdir(parents=True)
    put(source / "deep" / "a.xml", RSS)
    put(source / "b.xml.gz", gzip.compress(ATOM.encode()))
    with zipfile.ZipFile(source / "c.zip", "w") as archive:
        archive.writestr("../../x/c.rss", ATOM.replace("urn:1", "urn:2").replace("An", "Another"))
        archive.writestr("readme.txt", "no feed")
    put(source / "broken.xml", "no feed at all")
    done = run("rss", source, tmp_path / "out", "--json")
    assert done.exit_code == 0
    assert set(articles(tmp_path / "out")) == {"One & two", "An entry", "Another entry"}
    assert any(
        "broken.xml: neither RSS nor Atom" in one for one in json.loads(done.stdout)["skipped"]
    )
    assert {path.parent for path in (tmp_path / "out").rglob("*")} == {tmp_path / "out"}


BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "{b}"><!ENTITY c "{c}">
<!ENTITY d "{d}"><!ENTITY e "{e}"><!ENTITY f "{f}"><!ENTITY file SYSTEM "file:///etc/passwd">
<!ENTITY net SYSTEM "http://evil.example/x">]>
<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>Bomb &f; &file; &net;</title>
</item></channel></rss>""".format(
    **{name: f"&{inner};" * 60 for name, inner in zip("bcdef", "abcde", strict=True)}
)


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    run("rss", put(tmp_path / "a.xml", BOMB), tmp_path / "out")
    texts = "".join(path.read_text() for path in (tmp_path / "out").glob("*"))
    assert "root:" not in texts
    assert len(texts) < 10_000


@pytest.mark.parametrize("suffix", [".gz", ".zip"])
def test_what_expands_beyond_the_bound_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(sources, "MAX_BYTES", 50_000)
    bomb = RSS.encode() + b" " * 3_000_000
    source = tmp_path / f"a.xml{suffix}"
    if suffix == ".gz":
        put(source, gzip.compress(bomb))
    else:
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.xml", bomb)
    done = run("rss", source, tmp_path / "out", "--json")
    assert done.exit_code == 1
    assert "more than 50,000 bytes" in json.loads(done.stdout)["reason"]
    lines = put(tmp_path / "b.jsonl.gz", gzip.compress(b"x" * 3_000_000))
    assert "more than 2,500,000 bytes" in run("jsonl", lines, tmp_path / "out").stderr


@pytest.mark.parametrize(
    ("kind", "name", "content", "said"),
    [
        ("rss", "a.xml", b"", "neither RSS nor Atom"),
        ("rss", "a.xml", b"\xff\xfe\x00<", "neither RSS nor Atom"),
        ("wordpress", "a.xml", RSS.encode(), "not an export of WordPress"),
        ("ghost", "a.json", b"{}", "not an export of Ghost"),
        ("ghost", "a.json", b'{"db": 1}', "not an export of Ghost"),
        ("rss", "a.xml.gz", b"no gzip", "cannot be read"),
        ("rss", "a.zip", b"no zip", "cannot be read"),
        ("jsonl", "a.jsonl", b"<html>", "each line has to be an object"),
        ("jsonl", "a.json", b'[{"title": "A"}]', "each line has to be an object"),
        ("jsonl", "a.json", b'{\n"title": "A"\n}', "each line has to be an object"),
        ("jsonl", "a.jsonl", '{"title": "A"}'.encode("utf-16"), "each line has to be an object"),
    ],
)
def test_what_is_no_such_thing_is_refused_with_the_files_name(
    tmp_path: Path, kind: str, name: str, content: bytes, said: str
) -> None:
    done = run(kind, put(tmp_path / name, content), tmp_path / "out")
    assert done.exit_code == 1
    assert name in done.stderr and said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_source_or_folder_that_is_not_there_is_refused_in_json_too(
    tmp_path: Path, kind: str
) -> None:
    a_file = put(tmp_path / "a.jsonl", '{"title": "A"}\n')
    for source, out, said in (
        (tmp_path / "none", tmp_path / "out", "none: cannot be read: No such file"),
        (a_file, a_file, "cannot be written" if kind == "jsonl" else ""),
    ):
        done = run(kind, source, out, "--json")
        assert done.exit_code == 1
        report = json.loads(done.stdout)
        assert report["status"] == "refused" and said in report["reason"]


def test_lines_of_json_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    source = put(tmp_path / "a.jsonl", '\ufeff{"title": "A"}\n{"title": "B"}\n')
    assert run("jsonl", source, tmp_path / "out").exit_code == 0
    assert articles(tmp_path / "out").keys() == {"A", "B"}


def test_a_folder_without_such_files_is_refused(tmp_path: Path) -> None:
    assert "no file that ends with .xml" in run("rss", tmp_path, tmp_path / "out").stderr


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    put(tmp_path / "out", "a file")
    entry = Entry("1", "a", {"title": "A"})
    with pytest.raises(NotImported, match="cannot be written"):
        write_entries([entry], tmp_path / "out" / "below", SkippedEntries())


_ODD = st.text(max_size=200) | st.sampled_from(
    [
        "../../etc/passwd",
        "_index",
        ".hidden",
        "index",
        "a/b\\c",
        "\0",
        "x" * 999,
        "日本" * 90,
        "con",
        "",
    ]
)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_ODD, _ODD, _ODD)
def test_whatever_an_entry_is_called_its_file_is_safe_and_read_back(
    tmp_path: Path, identity: str, name: str, title: str
) -> None:
    out = tmp_path / "out"
    for path in out.glob("*"):
        path.unlink()
    write_entries(
        [Entry(identity, name, {"title": f"T{title}", "tags": [title]})], out, SkippedEntries()
    )
    (path,) = out.iterdir()
    assert path.parent == out and len(os.fsencode(path.name)) < 255
    assert path.name[0] not in "._-" and len(path.stem) <= MAX_NAME + 11
    (reading,) = [corpus.read(out, file) for file in listing.walk(out)]
    assert reading.article is not None
    assert reading.article.title.startswith("T")


def test_a_body_that_is_written_in_something_else_now_leaves_one_file(tmp_path: Path) -> None:
    for suffix, body in ((".md", "# Text"), (".html", "<p>Text</p>"), (".html", "<p>More</p>")):
        entry = Entry("1", "Name", {"title": "A"}, body, suffix)
        assert write_entries([entry], tmp_path, SkippedEntries()).written == 1
        (path,) = tmp_path.iterdir()
        assert path.suffix == suffix
        assert body in path.read_text()


def test_two_entries_of_one_name_are_two_files(tmp_path: Path) -> None:
    entries = [Entry(str(number), "Same name", {"title": "A"}) for number in range(3)]
    assert write_entries(entries, tmp_path, SkippedEntries()).written == 3


def test_entries_of_all_kinds_need_a_source_that_is_there(tmp_path: Path) -> None:
    for kind in ALL_KINDS:
        with pytest.raises(NotImported, match="none: cannot be read"):
            list(entries_of(kind, tmp_path / "none", SkippedEntries()))


def test_of_two_entries_of_one_identity_the_first_is_written(tmp_path: Path) -> None:
    lines = '{"id": "1", "title": "One", "published": false}\n{"id": "1", "title": "Two"}\n'
    source = put(tmp_path / "a.jsonl", lines)
    done = run("jsonl", source, tmp_path / "out")
    assert done.exit_code == 0 and "an entry before it" in done.output
    (path,) = (tmp_path / "out").glob("*.md")
    assert "One" in path.read_text()
