"""The command: what it prints where, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from searchsvc.cli import main
from searchsvc.publish.generations import IndexFolder
from searchsvc.settings import Settings
from tests.cli.conftest import Run
from tests.permissions import bound_by_permissions

Write = Callable[..., Path]


def test_the_program_and_the_module_are_the_command(run: Run, tmp_path: Path) -> None:
    """All other tests have it imported already."""
    beside = Path(sys.executable).with_name("searchsvc")
    for program in ([str(beside)], [sys.executable, "-m", "searchsvc"]):
        for arguments in (["--version"], ["path"]):
            done = subprocess.run(
                [*program, *arguments], cwd=tmp_path, capture_output=True, text=True
            )
            expected = run(*arguments)
            assert (done.returncode, done.stdout, done.stderr) == (
                expected.returncode, expected.stdout, expected.stderr,
            )  # fmt: skip


def test_reindex_prints_one_json_object_on_stdout_and_the_rest_on_stderr(
    write: Write, run: Run
) -> None:
    write("2020/a", title="A")
    write("b", title="B", published=False)
    done = run("reindex", "corpus", "--json", "--max-rejects", "100%")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    report = json.loads(done.stdout)
    assert list(report) == [
        "status", "reason", "generation", "articles", "added", "changed", "removed", "unchanged",
        "unpublished", "held", "rejected", "skipped", "lost", "rejects", "seconds",
    ]  # fmt: skip
    assert (report["status"], report["reason"], report["articles"]) == ("published", None, 1)
    assert "1 articles" in done.stderr
    again = json.loads(run("reindex", "--json").stdout)
    assert (again["status"], again["unchanged"]) == ("unchanged", 1)


def test_a_rejected_file_is_told_with_line_and_reason(write: Write, run: Run) -> None:
    write("a", title=["no", "text"])
    done = run("reindex", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["status"] == "refused"
    assert report["rejects"] == [
        {"path": "a.md", "line": 2, "reason": "title: text expected, got a list"}
    ]
    assert "rejected  a.md:2: title" in done.stderr


def test_a_held_lock_is_exit_code_3(write: Write, run: Run, tmp_path: Path) -> None:
    write("a", title="A")
    folder = IndexFolder(tmp_path / "index")
    folder.make()
    with folder.locked(wait=False):
        done = run("reindex", "--json")
    assert done.returncode == 3
    assert "--wait" in done.stderr
    assert json.loads(done.stdout)["status"] == "refused"


def test_an_index_folder_that_cannot_be_made_is_refused_in_json_too(
    write: Write, run: Run, tmp_path: Path
) -> None:
    write("a", title="A")
    (tmp_path / "index").write_text("a file in its place")
    done = run("reindex", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["status"] == "refused" and report["reason"].startswith("index: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("reindex", "--no-such-flag"),
        ("reindex", "--max-rejects", "many"),
        ("check", "no-such-folder"),
        ("search", "x", "--size", "nine"),
        ("no-such-command",),
        ("--config", "missing.yaml", "settings"),
    ],
)
def test_wrong_usage_is_exit_code_2_without_a_traceback(
    run: Run, arguments: tuple[str, ...]
) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr and "Traceback" not in done.stderr


def test_a_corpus_that_may_not_be_read_is_told_without_a_traceback(
    write: Write, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write("a", title="A")
    settings.corpus.chmod(0)
    try:
        for command in ("check", "init", "reindex"):
            index = ("--index", str(settings.index)) if command == "reindex" else ()
            arguments = ("-m", "searchsvc", command, str(settings.corpus), *index)
            done = bound_by_permissions(*arguments)
            assert done.returncode == 1, command
            assert "Permission denied" in done.stderr and "Traceback" not in done.stderr
    finally:
        settings.corpus.chmod(0o755)


def test_search_prints_a_table_or_the_same_json_as_http(write: Write, run: Run) -> None:
    write("a", title="A supercomputer", topics=["AI"])
    write("b", title="Another supercomputer")
    run("reindex")
    table = run("search", "supercomputer")
    assert table.returncode == 0
    assert "A supercomputer" in table.stdout and "2 articles" in table.stdout
    answer = json.loads(
        run("search", "supercomputer", "--topic", "ai", "--facets", "topic:5", "--json").stdout
    )
    assert (answer["total"], answer["facets"]) == (1, {"topic": [{"value": "AI", "count": 1}]})
    for flag in ("--facet-query", "--facet_query"):
        collapsed = json.loads(
            run("search", "supercomputer", flag, "topic:a", "--collapse", "story", "--json").stdout
        )
        assert collapsed["facets"] == {"topic": [{"value": "AI", "count": 1}]}
        assert [result["also"] for result in collapsed["results"]] == [[], []]
    explained = json.loads(run("search", "supercomputer", "--json", "--explain").stdout)
    assert explained["results"][0]["explain"]["prior"] >= 1


def test_suggest_prints_lines_or_the_same_json_as_http(write: Write, run: Run) -> None:
    write("a", title="A supercomputer", topics=["Supercomputing"], webUrl="https://news.example/a")
    run("reindex")
    lines = run("suggest", "sup").stdout.splitlines()
    assert [line.split(maxsplit=1) for line in lines] == [
        ["query", "supercomputer"],
        ["topic", "Supercomputing"],
        ["article", "A supercomputer  https://news.example/a"],
    ]
    answer = json.loads(run("suggest", "sup", "--size", "1", "--json").stdout)
    assert (answer["query"], len(answer["suggestions"])) == ("sup", 1)
    wrong = run("suggest", "sup", "--size", "none")
    assert wrong.returncode == 2 and "a whole number from 1 to 100" in wrong.stderr


def test_commands_on_no_index_say_what_to_run(run: Run) -> None:
    for arguments in (("search", "x"), ("suggest", "x"), ("path",), ("check", "--index")):
        done = run(*arguments)
        assert done.returncode == 1
        assert "searchsvc reindex" in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("search", "x"), 1),
        (("suggest", "x"), 1),
        (("evaluate", "missing.yaml"), 1),
        (("--config", "missing.yaml", "reindex"), 2),
        (("--config", "missing.yaml", "settings"), 2),
        (("--config", "missing.yaml", "doctor"), 2),
    ],
)
def test_why_a_command_failed_is_told_in_json_too(
    run: Run, arguments: tuple[str, ...], code: int
) -> None:
    done = run(*arguments, "--json")
    assert done.returncode == code
    report = json.loads(done.stdout)
    assert report["status"] == "refused" and report["reason"] in done.stderr


def test_check_lists_faults_and_counts_and_exits_1_if_there_are_any(write: Write, run: Run) -> None:
    write("good", title="Good")
    assert run("check").returncode == 0
    write("bad", title="Bad", webUrl="javascript:alert(1)")
    done = run("check", "corpus", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["articles"], report["rejected"]) == (1, 1)
    assert report["rejects"][0]["path"] == "bad.md"
    assert "bad.md:3" in done.stderr


def test_check_and_reindex_tell_what_is_wrong_with_the_editors_files(
    write: Write, run: Run, tmp_path: Path
) -> None:
    write("2020/azure", title="Azure")
    write("hidden", title="Hidden", published=False)
    (tmp_path / "synonyms.yaml").write_text("- [a, b]\n- [c]\n")
    (tmp_path / "curation.yaml").write_text(
        "- query: azure\n  pin: [2020/azure, hidden]\n  hide: [2020/azur]\n"
    )
    done = run("check", "corpus", "--json")
    assert done.returncode == 1
    assert [(fault["path"], fault["line"]) for fault in json.loads(done.stdout)["editors"]] == [
        ("synonyms.yaml", 2),
        ("curation.yaml", 3),
    ]
    assert "curation.yaml:3" in done.stderr and "did you mean `2020/azure`?" in done.stderr
    indexed = run("reindex", "corpus", "--json")
    assert indexed.returncode == 0
    assert "ignored  synonyms.yaml:2: a list of one" in indexed.stderr
    (fault,) = json.loads(indexed.stdout)["editors"]
    assert fault["path"] == "synonyms.yaml"
    (tmp_path / "synonyms.yaml").unlink()
    assert "editors" not in json.loads(run("reindex", "corpus", "--json").stdout)


def test_check_index_finds_a_damaged_generation(write: Write, run: Run, tmp_path: Path) -> None:
    write("a", title="A")
    run("reindex")
    assert run("check", "--index").returncode == 0
    assert run("check", "--index", str(tmp_path / "index")).returncode == 0
    live = Path(run("path").stdout.strip())
    (live / "column.heat.npy").write_bytes(b"not numbers")
    done = run("check", "--index", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["faults"]


def test_path_prints_the_live_generations_folder(write: Write, run: Run, tmp_path: Path) -> None:
    write("a", title="A")
    run("reindex")
    live = Path(run("path").stdout.strip())
    assert live.parent == tmp_path / "index" / "generations"
    assert (live / "manifest.json").is_file()


def test_settings_tell_where_each_value_came_from(run: Run, tmp_path: Path) -> None:
    (tmp_path / "searchsvc.yaml").write_text("weight_het: 1\n")
    wrong = run("settings")
    assert wrong.returncode == 2
    assert "searchsvc.yaml:1" in wrong.stderr and "weight_heat" in wrong.stderr
    (tmp_path / "searchsvc.yaml").write_text("# ours\nweight_heat: .1\n")
    rows = json.loads(run("settings", "--json", SEARCHSVC_HALF_LIFE_DAYS="7").stdout)
    found = {row["name"]: (row["value"], row["source"]) for row in rows}
    assert found["weight_heat"] == (0.1, "searchsvc.yaml:2")
    assert found["half_life_days"] == (7.0, "SEARCHSVC_HALF_LIFE_DAYS")
    assert found["boost_title"] == (2.0, "default")


def test_help_of_every_command_has_an_example(run: Run) -> None:
    listed = run("--help").stdout
    for command in main.commands:
        assert command in listed
        shown = run(command, "--help")
        _, _, said = shown.stdout.partition("\n")
        assert shown.returncode == 0 and f"searchsvc {command}" in said


def test_help_of_search_says_what_each_flag_takes(run: Run) -> None:
    shown = " ".join(run("search", "--help").stdout.split())
    assert "one of relevance, newest, oldest, heat, quality" in shown
    assert "--collapse" in shown and ": story." in shown


def test_the_version_is_that_of_the_package(run: Run) -> None:
    done = run("--version")
    assert done.stdout == f"searchsvc {metadata.version('searchsvc')}\n"
