"""The tables on disk: what was written is opened, and damage is an error."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from searchsvc.articles.article import Article
from searchsvc.suggest.tables import SuggestTables
from tests.suggest.conftest import write


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    articles = [Article(str(number), "One two three", "", topics=("A b",)) for number in range(2)]
    return write(tmp_path_factory.mktemp("index") / "it", articles)


def test_what_was_written_is_opened(generation):
    tables = SuggestTables.load(generation)
    assert tables.words.scores.shape == (5,)
    assert tables.phrases.third.tolist().count(-1) == 2
    assert tables.names["topic"].blob.tobytes() == b"a bb"
    assert tables.names["topic"].counts.tolist() == [2]


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("words.scores", np.ones(2, np.float32)),
        ("words.examples", np.zeros(5, np.int64)),
        ("words.examples", np.full(5, 2, np.int32)),
        ("phrases.first", np.zeros((2, 2), np.int32)),
        ("phrases.second", np.zeros(6, np.int32)),
        ("phrases.third", np.full(3, 5, np.int32)),
        ("phrases.examples", np.zeros(4, np.int32)),
        ("names.topic.codes", np.zeros(1, np.int32)),
        ("names.topic.codes", np.ones(2, np.int32)),
        ("names.topic.counts", np.zeros(2, np.int64)),
        ("names.topic.offsets", np.zeros(3, np.int64)),
        ("titles.starts", np.zeros(3, np.uint32)),
        ("titles.words", np.full(6, 5, np.int32)),
    ],
)
def test_arrays_that_do_not_fit_are_refused(generation, name, array):
    path = generation.folder / f"suggest.{name}.npy"
    kept = path.read_bytes()
    np.save(path, array)
    try:
        with pytest.raises(ValueError):
            SuggestTables.load(generation)
    finally:
        path.write_bytes(kept)


def test_a_missing_file_is_named(generation, tmp_path):
    path = generation.folder / "suggest.names.topic.codes.npy"
    shutil.move(path, tmp_path / "kept")
    with pytest.raises(OSError, match=r"suggest\.names\.topic\.codes\.npy"):
        SuggestTables.load(generation)
    shutil.move(tmp_path / "kept", path)
