"""`searchsvc evaluate` and `searchsvc tune`: what they print, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from searchsvc.cli import main
from searchsvc.settings import Settings
from tests.conftest import index_of


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    index_of(
        folder,
        {
            "trams": {"title": "Trams return"},
            "strike": {"title": "A strike", "excerpt": "Trams stay in."},
        },
    )
    (folder / "searchsvc.yaml").write_text("corpus: corpus\nindex: index\n")
    (folder / "other.yaml").write_text("index: index\nboost_title: 0\n")
    (folder / "queries.yaml").write_text("trams: [trams]\nzeppelins: [trams, gone]\n")
    (folder / "topics.tsv").write_text("1\ttrams\n")
    (folder / "qrels.txt").write_text("1 0 trams 1\n")
    return folder


def run(site: Path, *arguments: str) -> Result:
    paths = [str(site / one) if "." in one[1:] and "/" not in one else one for one in arguments]
    return CliRunner().invoke(main, ["--config", str(site / "searchsvc.yaml"), *paths])


def test_queries_are_listed_from_the_worst_then_their_means(site: Path) -> None:
    done = run(site, "evaluate", "queries.yaml")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["nDCG@10", "MAP", "MRR", "recall@100"]
    assert lines[1].endswith("zeppelins") and lines[2].endswith("trams")
    assert lines[3].split()[0] == "0.5000" and lines[3].endswith("mean of 2 queries")
    assert "1 of 2 judged articles are not in the index" in done.stderr


def test_json_is_one_object(site: Path) -> None:
    done = run(site, "evaluate", "topics.tsv", "--qrels", "qrels.txt", "--json")
    report = json.loads(done.stdout)
    assert report["means"] == {"nDCG@10": 1.0, "MAP": 1.0, "MRR": 1.0, "recall@100": 1.0}
    assert list(report["queries"]) == ["1"]


def test_two_settings_are_compared(site: Path) -> None:
    done = run(site, "evaluate", "queries.yaml", "--against", "other.yaml", "--json")
    report = json.loads(done.stdout)
    assert report["against"]["means"]["MRR"] == 0.25
    found = report["comparison"]["MRR"]
    assert (found["difference"], found["better"], found["worse"]) == (0.25, 1, 0)
    assert found["p"] == 1.0
    printed = run(site, "evaluate", "queries.yaml", "--against", "other.yaml").stdout
    assert "MRR: +0.2500 (better on 1, worse on 0; by chance with p = 1.000)" in printed


@pytest.mark.parametrize(("least", "code"), [("0.5", 0), ("0.51", 1)])
def test_under_a_figure_it_fails(site: Path, least: str, code: int) -> None:
    done = CliRunner().invoke(
        main,
        ["--config", str(site / "searchsvc.yaml"), "evaluate", str(site / "queries.yaml")]
        + ["--fail-under", least],
    )
    assert done.exit_code == code
    assert ("nDCG@10 is under 0.51" in done.stderr) == bool(code)


@pytest.mark.parametrize("command", ["evaluate", "tune"])
def test_what_cannot_be_judged_is_told(site: Path, command: str) -> None:
    done = run(site, command, "topics.tsv")
    assert done.exit_code == 1 and "give their file by --qrels" in done.stderr
    strange = site / "strange.yaml"
    strange.write_text("trams: [nobody]\n")
    done = run(site, command, "strange.yaml")
    assert done.exit_code == 1 and "none of the 1 judged articles is in" in done.stderr


def test_a_few_queries_are_too_few_to_tune_by(site: Path) -> None:
    done = run(site, "tune", "queries.yaml")
    assert done.exit_code == 1 and "at least 10 judged queries" in done.stderr


def test_what_tuning_finds_is_settings_to_paste(tmp_path: Path) -> None:
    articles = {}
    for number in range(12):
        articles[f"t{number}"] = {"title": f"Of tram{number} today", "excerpt": "New."}
        articles[f"e{number}"] = {
            "title": "Notes",
            "excerpt": f"Tram{number}, tram{number}.",
        }
    index_of(tmp_path, articles)
    settings = tmp_path / "searchsvc.yaml"
    settings.write_text("index: index\nboost_title: 4\n")
    queries = tmp_path / "queries.yaml"
    queries.write_text("".join(f"tram{number}: [e{number}]\n" for number in range(12)))
    done = CliRunner().invoke(main, ["--config", str(settings), "tune", str(queries)])
    assert done.exit_code == 0, done.stderr
    names = dict(line.split(": ") for line in done.stdout.splitlines())
    assert names and names.keys() <= {of for of in Settings.__slots__}
    queries.write_text("".join(f"tram{number}: [t{number}]\n" for number in range(12)))
    done = CliRunner().invoke(main, ["--config", str(settings), "tune", str(queries)])
    assert done.exit_code == 1 and done.stdout == ""
    assert "the settings stay" in done.stderr
