"""Judged queries as TREC, a table or an editor writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchsvc.evaluation.judgements import InvalidJudgements, Judgements, read


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


TOPICS = """
<top>
<num> Number: 301
<title> chip  shortage

<desc> Description:
What is it?
</top>
<top><num>302</num><title>trams</title></top>
"""


@pytest.mark.parametrize("text", ["301\tchip shortage\n\n302\ttrams\n", TOPICS])
@pytest.mark.parametrize("qrels", ["301 0 a 1\n302 0 b 2\n", "301\ta\t1\n302\tb\t2\n"])
def test_queries_and_qrels_are_read_as_trec_or_as_a_table(
    tmp_path: Path, text: str, qrels: str
) -> None:
    judgements = read(written(tmp_path, "q.txt", text), written(tmp_path, "qrels.txt", qrels))
    assert judgements.queries == {"301": "chip shortage", "302": "trams"}
    assert judgements.relevant == {"301": {"a": 1}, "302": {"b": 2}}


def test_an_id_may_hold_spaces_between_tabs(tmp_path: Path) -> None:
    files = written(tmp_path, "q", "1\tx"), written(tmp_path, "r", "1\t2020/big tram\t1")
    assert read(*files).relevant == {"1": {"2020/big tram": 1}}


def test_an_editor_keeps_queries_with_the_ids_below_them(tmp_path: Path) -> None:
    text = "chip shortage:\n  - 2020/chips\n  - 007\n'2020': [a]\n"
    judgements = read(written(tmp_path, "queries.yaml", text))
    assert judgements.queries == {"chip shortage": "chip shortage", "2020": "2020"}
    assert judgements.relevant["chip shortage"] == {"2020/chips": 1, "007": 1}


def test_what_does_not_answer_and_queries_without_an_answer_are_left_out() -> None:
    queries = {"1": "x", "2": "y", "3": "z"}
    judgements = Judgements.of(queries, {"1": {"a": 0, "b": 2, "c": -1}, "2": {"a": 0}})
    assert judgements.queries == {"1": "x"} and judgements.relevant == {"1": {"b": 2}}


@pytest.mark.parametrize(
    ("name", "queries", "qrels", "said"),
    [
        ("q.txt", "1 no tab\n", "1 0 a 1", "q.txt:1: takes an id, a tab"),
        ("q.txt", "1\tx\n", "1 0 a 1\n1 0 a\nrubbish", "qrels.txt:2: takes a query"),
        ("q.txt", "1\tx\n", "1 0 a much", "qrels.txt:1: takes a query"),
        ("q.txt", "1\tx\n", "1 0 a 0", "no query of"),
        ("q.txt", "1\tx\n", None, "--qrels"),
        ("q.txt", "<top>\n<num> 1\n</top>", "1 0 a 1", "q.txt:1: a topic without"),
        ("q.yaml", "x: [a]", "1 0 a 1", "leave out --qrels"),
        ("q.yaml", "x: a", None, "`x` takes a list"),
        ("q.yaml", "- a", None, "takes queries"),
        ("q.yaml", "x: [a\ny: b", None, "q.yaml:2: "),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(
    tmp_path: Path, name: str, queries: str, qrels: str | None, said: str
) -> None:
    judged = written(tmp_path, "qrels.txt", qrels) if qrels is not None else None
    with pytest.raises(InvalidJudgements) as caught:
        read(written(tmp_path, name, queries), judged)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidJudgements, match="cannot be read"):
        read(tmp_path / "none.yaml")
