"""`searchsvc report`: tables, JSON and proposals, from whatever files there are."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from searchsvc.cli import main
from searchsvc.editorial import synonyms
from searchsvc.requestlog import LogEntry
from tests.requestlog.entries import asked, corrected, searched

ENTRIES = [
    searched("supercomputer", 40),
    searched("Supercomputer ", 40, ms=80.5),
    searched("gpu shortage", 0, seconds=1),
    searched("graphics card shortage", 2, seconds=20),
    corrected("gforce", "geforce"),
    corrected("gforce", "geforce"),
    asked("/healthz"),
]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _lines(entries: list[LogEntry], with_texts: bool = True) -> bytes:
    return b"".join(entry.to_line(with_texts=with_texts) for entry in entries)


@pytest.fixture
def log(desk: Path) -> Path:
    path = desk / "access.log"
    path.write_bytes(_lines(ENTRIES))
    return path


def _report(*arguments: str, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(main, ["report", *arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def _json(*arguments: str, stdin: bytes | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_report(*arguments, "--json", stdin=stdin).stdout)
    return found


def test_a_table_for_each_day(log: Path) -> None:
    result = _report("access.log")
    assert result.exit_code == 0 and result.stderr == ""
    assert "2026-11-30  6 searches, 7 requests, 0 errors" in result.stdout
    titles = [line.strip() for line in result.stdout.splitlines() if line.startswith("  ")]
    for title in ("top", "nothing found", "corrected", "slow"):
        assert title in titles
    assert "2  supercomputer" in result.stdout
    assert "1  gpu shortage" in result.stdout
    assert "2  gforce  ->  geforce" in result.stdout
    assert "80.5 ms  supercomputer" in result.stdout


def test_json_has_the_same_in_one_object(log: Path) -> None:
    body = _json("access.log", "--top", "1")
    assert body.keys() == {"files", "missed", "dropped_days", "days"}
    (day,) = body["days"]
    assert (day["day"], day["searches"], day["zero"], day["corrected"]) == ("2026-11-30", 6, 1, 2)
    assert [query["query"] for query in day["top"]] == ["gforce"]
    assert day["zero_results"][0] == {
        "query": "gpu shortage",
        "searches": 1,
        "zero": 1,
        "corrected": 0,
        "corrected_to": None,
        "slowest_ms": 2.0,
    }


def test_files_compressed_ones_and_standard_input_are_one_log(log: Path, desk: Path) -> None:
    (desk / "access.log.1.gz").write_bytes(gzip.compress(_lines(ENTRIES)))
    body = _json("access.log.1.gz", "access.log", "-", stdin=_lines(ENTRIES))
    assert body["days"][0]["requests"] == 21
    assert [file["entries"] for file in body["files"]] == [7, 7, 7]


def test_a_file_that_is_named_twice_is_read_once(log: Path) -> None:
    assert _json("access.log", "access.log")["days"][0]["requests"] == 7


def test_lines_of_others_are_told_and_passed_over(log: Path) -> None:
    log.write_bytes(b"Open   http://127.0.0.1/\n" + log.read_bytes() + b"\xff\n")
    result = _report("access.log")
    assert result.exit_code == 0
    assert "2 lines are of no access log, access.log:1 the first" in result.stderr
    assert "7 requests" in result.stdout


def test_a_file_of_another_kind_exits_with_1(desk: Path) -> None:
    (desk / "other.log").write_text("GET / HTTP/1.1\n")
    result = _report("other.log")
    assert result.exit_code == 1 and result.stdout == ""
    assert "other.log:1" in result.stderr


def test_a_file_that_is_damaged_is_reported_as_far_as_it_goes_and_exits_with_1(desk: Path) -> None:
    whole = gzip.compress(_lines(ENTRIES * 2000))
    (desk / "access.log.gz").write_bytes(whole[: len(whole) // 2])
    result = _report("access.log.gz")
    assert result.exit_code == 1
    assert "read up to line" in result.stderr and "supercomputer" in result.stdout


def test_an_empty_log_is_no_fault(desk: Path) -> None:
    (desk / "access.log").write_bytes(b"")
    assert _report("access.log").exit_code == 0
    assert _json("access.log")["days"] == []


@pytest.mark.parametrize("missing", ["missing.log", "."])
def test_a_file_that_cannot_be_read_is_told_and_the_rest_is_reported(
    log: Path, missing: str
) -> None:
    result = _report(missing, "access.log", "--json")
    assert result.exit_code == 1
    files = json.loads(result.stdout)["files"]
    assert [bool(file["fault"]) for file in files] == [True, False]
    assert files[1]["entries"]


@pytest.mark.parametrize("arguments", [[], ["access.log", "--top", "0"]])
def test_wrong_usage_exits_with_2(log: Path, arguments: list[str]) -> None:
    assert _report(*arguments).exit_code == 2


def test_without_texts_it_says_which_setting_writes_them(desk: Path) -> None:
    (desk / "access.log").write_bytes(_lines(ENTRIES, with_texts=False))
    result = _report("access.log")
    assert result.exit_code == 0 and "log_queries: true" in result.stderr
    assert "6 searches" in result.stdout and "top" not in result.stdout


def test_synonyms_are_lines_for_the_editors_file(log: Path) -> None:
    result = _report("access.log", "--suggest-synonyms", "--least", "1")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "- {from: gforce, to: [geforce]}  # 2 corrected",
        "- {from: gpu, to: [graphics card]}  # 1 later search",
    ]
    assert synonyms.parse(result.stdout.encode(), "")[1] == []
    assert len(_report("access.log", "--suggest-synonyms").stdout.splitlines()) == 1


def test_what_editors_have_is_not_proposed_again(log: Path, desk: Path) -> None:
    (desk / "synonyms.yaml").write_text("- {from: GForce, to: [geforce]}\n")
    result = _report("access.log", "--suggest-synonyms", "--least", "1")
    assert result.stdout.splitlines() == [
        "- {from: gpu, to: [graphics card]}  # 1 later search",
    ]


def test_proposals_as_json(log: Path) -> None:
    body = _json("access.log", "--suggest-synonyms")
    assert body["synonyms"] == [
        {"from": "gforce", "to": ["geforce"], "corrections": 2, "later": 0},
    ]


def test_no_query_obeys_the_terminal(desk: Path) -> None:
    hostile = "\x1b[2Jcleared\u202eturned"
    entries = [searched(hostile, 0), corrected("chps", hostile)]
    (desk / "access.log").write_bytes(_lines(entries))
    out = _report("access.log").stdout
    assert "\x1b" not in out and "\u202e" not in out and "cleared" in out
