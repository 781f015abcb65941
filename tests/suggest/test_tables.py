"""The tables on disk: what was saved is opened, and damage is an error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from searchsvc.columnar import Terms
from searchsvc.suggest.tables import NAMES, Names, Phrases, SuggestTables, Weighed


def tables() -> SuggestTables:
    keys = Terms.of([b"a", b"b"])
    names = Names(Terms(keys.blob, keys.offsets.astype(np.int64)), np.array([0, 1], np.int32))
    return SuggestTables(
        Weighed(
            np.ones(3, np.float32),
            np.zeros(3, np.int32),
            {name: np.array([4, 5], np.int64) for name in NAMES},
        ),
        Phrases(np.zeros((3, 2), np.int32), np.ones(2, np.float32), np.zeros(2, np.int32)),
        dict.fromkeys(NAMES, names),
        np.array([2, 1], np.int32),
    )


def test_what_was_saved_is_opened(tmp_path: Path) -> None:
    tables().save(tmp_path)
    opened = SuggestTables.open(tmp_path, 3)
    assert opened.weighed.scores.tolist() == [1, 1, 1]
    assert opened.weighed.counts["topic"].tolist() == [4, 5]
    assert opened.phrases.words.shape == (3, 2)
    assert list(opened.names["provider"].keys) == [b"a", b"b"]
    assert opened.title_words.tolist() == [2, 1]
    assert type(opened.title_words) is np.ndarray


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("scores", np.ones(2, np.float32)),
        ("examples", np.zeros(4, np.int32)),
        ("examples", np.zeros(3, np.int64)),
        ("phrases", np.zeros((2, 2), np.int32)),
        ("phrases", np.zeros(6, np.int32)),
        ("phrases.examples", np.zeros(3, np.int32)),
        ("topic.codes", np.zeros(1, np.int32)),
    ],
)
def test_arrays_that_do_not_fit_are_refused(tmp_path: Path, name: str, array: np.ndarray) -> None:
    tables().save(tmp_path)
    np.save(tmp_path / f"suggest.{name}.npy", array)
    with pytest.raises(ValueError):
        SuggestTables.open(tmp_path, 3)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    tables().save(tmp_path)
    (tmp_path / "suggest.topic.codes.npy").unlink()
    with pytest.raises(OSError, match="suggest.topic.codes.npy"):
        SuggestTables.open(tmp_path, 3)
