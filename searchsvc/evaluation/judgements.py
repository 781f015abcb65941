"""Judged queries: what was asked, and which articles answer it.

Queries are lines of an id, a tab and a text, or topics as TREC writes them; judgements are then in
a file of their own, in TREC's columns (query, iteration, article, grade) or without the second. Or
one YAML file holds both, as an editor keeps it: a text, and the ids of its articles below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from searchsvc.errors import SearchsvcError

_TOPIC = re.compile(r"<top>(.*?)(?=<top>|\Z)", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"<num>\s*(?:Number:)?\s*([^\s<]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title>\s*(?:Topic:)?\s*(.*?)\s*(?=<|\Z)", re.DOTALL | re.IGNORECASE)


class InvalidJudgements(SearchsvcError):
    """A file of queries or judgements that cannot be read; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Judgements:
    """queries   text by query id, of those with an article that answers them
    relevant  for each query the articles that answer it, with grades above 0
    """

    queries: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, queries: Mapping[str, str], grades: Mapping[str, Mapping[str, int]]) -> Judgements:
        """Without what does not answer, and without queries that nothing answers."""
        relevant = {
            query: answers
            for query in queries
            if (answers := {of: grade for of, grade in grades.get(query, {}).items() if grade > 0})
        }
        return cls({query: queries[query] for query in relevant}, relevant)

    def only(self, chosen: set[str]) -> Judgements:
        queries = {query: text for query, text in self.queries.items() if query in chosen}
        return Judgements(queries, {query: self.relevant[query] for query in queries})


def read(queries: Path, qrels: Path | None = None) -> Judgements:
    """Raises InvalidJudgements."""
    text = _text(queries)
    if queries.suffix in (".yaml", ".yml"):
        if qrels is not None:
            raise InvalidJudgements(f"{queries}: holds judgements itself; leave out --qrels")
        asked, grades = _edited(text, queries)
    else:
        if qrels is None:
            raise InvalidJudgements(f"{queries}: has no judgements; give their file by --qrels")
        asked, grades = dict(_queries(text, queries)), _grades(_text(qrels), qrels)
    judgements = Judgements.of(asked, grades)
    if not judgements.queries:
        raise InvalidJudgements(f"{qrels or queries}: no query of {queries} has a relevant article")
    return judgements


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise InvalidJudgements(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidJudgements(f"{path}: not UTF-8") from None


def _queries(text: str, path: Path) -> Iterator[tuple[str, str]]:
    if "<top>" in text.lower():
        for topic in _TOPIC.finditer(text):
            number, title = _NUMBER.search(topic[1]), _TITLE.search(topic[1])
            if not number or not title or not title[1]:
                line = text.count("\n", 0, topic.start()) + 1
                raise InvalidJudgements(f"{path}:{line}: a topic without <num> or <title>")
            yield number[1], " ".join(title[1].split())
        return
    for line, row in enumerate(text.splitlines(), start=1):
        if row.strip():
            query, tab, asked = row.partition("\t")
            if not tab or not asked.strip():
                raise InvalidJudgements(f"{path}:{line}: takes an id, a tab and a query")
            yield query.strip(), asked.strip()


def _grades(text: str, path: Path) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for line, row in enumerate(text.splitlines(), start=1):
        if not row.strip():
            continue
        columns = row.split("\t") if "\t" in row else row.split()
        try:
            query, article, grade = columns[0], columns[-2], int(columns[-1])
            if len(columns) not in (3, 4):
                raise ValueError(row)
        except (ValueError, IndexError):
            takes = "takes a query, an iteration (or not), an article and a grade"
            raise InvalidJudgements(f"{path}:{line}: {takes}") from None
        grades.setdefault(query.strip(), {})[article.strip()] = grade
    return grades


def _edited(text: str, path: Path) -> tuple[dict[str, str], dict[str, dict[str, int]]]:
    """Of an editor's file: a query's id is its text, and every scalar is taken as written."""
    try:
        content = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidJudgements(f"{path}:{line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise InvalidJudgements(f"{path}: {error}") from None
    if not isinstance(content, dict):
        raise InvalidJudgements(f"{path}: takes queries, each with a list of ids of articles")
    grades: dict[str, dict[str, int]] = {}
    for query, answers in content.items():
        is_list = isinstance(answers, list) and all(isinstance(item, str) for item in answers)
        if not isinstance(query, str) or not is_list:
            raise InvalidJudgements(f"{path}: `{query}` takes a list of ids of articles")
        grades[query] = dict.fromkeys(answers, 1)
    return {query: query for query in grades}, grades
