"""An article that is taken down is gone at once, and stays down whatever runs do."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from searchsvc.engine import Engine, following, open_engine
from searchsvc.index import Generation
from searchsvc.publish import takedown
from searchsvc.publish.check import check_corpus
from searchsvc.publish.doctor import examine
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.reindex import reindex
from searchsvc.publish.removals import removals
from searchsvc.publish.takedown import bring_back, nearest, take_down
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.processes import start

Write = Callable[..., Path]
KILLS = 25


def found(engine: Engine, text: str = "shared") -> set[str]:
    return {hit.id for hit in engine.search(SearchRequest(text, size=100)).hits}


def _site(write: Write, count: int = 5) -> None:
    for number in range(count):
        write(f"a{number}", title=f"Shared words number{number}")


def test_it_leaves_answers_suggestions_feeds_and_ready_answers(
    write: Write, settings: Settings
) -> None:
    _site(write)
    write("gone", title="Shared zyxomma", topics=["Entomology"], related=[])
    reindex(settings)
    client = create_app(settings).test_client()
    addresses = ["/search?q=shared", "/search?q=zyxomma", "/suggest?q=zyx", "/feed?q=shared", "/"]
    for address in [*addresses, "/suggest?q=entom", "/?q=shared"]:
        before = client.get(address)
        assert client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert "zyxomma" in client.get("/suggest?q=zyx").text
    report = take_down(settings, ["gone"])
    assert (report.status, report.removed, report.unknown) == ("done", ("gone",), ())
    assert report.seconds < 5
    _until(lambda: client.get("/articles/gone").status_code == 404)
    for address in addresses:
        answer = client.get(address)
        assert "Shared zyxomma" not in answer.text and '"gone"' not in answer.text, address
    assert client.get("/search?q=zyxomma").json["total"] == 0  # type: ignore[index]
    assert client.get("/suggest?q=entom").json["suggestions"] == []  # type: ignore[index]
    assert client.get("/suggest?q=zyx").json["suggestions"] == []  # type: ignore[index]


def test_it_survives_every_reindex_until_that_is_undone(write: Write, settings: Settings) -> None:
    _site(write)
    reindex(settings)
    take_down(settings, ["a1"])
    engine = open_engine(settings)
    for full in (False, True):
        report = reindex(settings, full=full)
        assert report.taken_down == ("a1",)
        assert (report.counts.articles, report.counts.unpublished) == (4, 1)
        assert check_corpus(settings).counts.unpublished == 1, "a check counts as a run does"
    write("a1", title="Shared words, written again")
    report = reindex(settings)
    assert (report.status, report.counts.removed, report.lost) == ("unchanged", 0, ())
    assert found(open_engine(settings)) == {"a0", "a2", "a3", "a4"}
    assert bring_back(settings, ["a1"]).undone == ("a1",)
    assert reindex(settings).counts.added == 1
    _until(lambda: "a1" in found(engine))
    assert "taken_down" not in reindex(settings).to_json()


def test_it_stays_down_where_the_index_is_made_anew_or_its_state_is_lost(
    write: Write, settings: Settings
) -> None:
    _site(write)
    reindex(settings)
    take_down(settings, ["a1"])
    folder = IndexFolder(settings.index)
    (folder.path(folder.current() or "") / "state.npz").unlink()
    assert reindex(settings).counts.articles == 4
    (settings.index / "CURRENT").unlink()
    assert reindex(settings).counts.articles == 4
    assert "a1" not in found(open_engine(settings))


def test_one_file_of_two_may_be_lost_and_without_both_nothing_is_published(
    write: Write, settings: Settings
) -> None:
    _site(write)
    reindex(settings)
    take_down(settings, ["a1"])
    write("new", title="Shared")
    (settings.index / "REMOVED").write_bytes(b"{")
    assert reindex(settings).counts.articles == 5
    (settings.index / "REMOVED.copy").write_bytes(b"")
    write("newer", title="Shared")
    report = reindex(settings)
    assert report.status == "refused" and "taken down" in (report.reason or "")


def test_an_unknown_id_is_named_and_the_others_are_taken_down(
    write: Write, settings: Settings
) -> None:
    _site(write)
    write("hidden", title="Hidden", published=False)
    reindex(settings)
    report = take_down(settings, ["a1", "a1.md", "hidden"])
    assert (report.removed, report.unknown) == (("a1", "hidden"), ("a1.md",))
    assert nearest(settings, "hiden") == "hidden"
    assert take_down(settings, ["to-come"], force=True).removed == ("to-come",)
    write("to-come", title="Shared")
    write("hidden", title="Shared")
    assert reindex(settings).taken_down == ("a1", "hidden", "to-come")
    assert bring_back(settings, ["a1", "a2"]).unknown == ("a2",)


def test_while_another_run_is_at_work_servers_hide_it(write: Write, settings: Settings) -> None:
    _site(write)
    reindex(settings)
    engine = open_engine(settings)
    assert "a1" in found(engine)
    stamp = engine.stamp()
    folder = IndexFolder(settings.index)
    with folder.locked():
        report = take_down(settings, ["a1"], patience=0.2)
        assert report.status == "pending" and "another run" in (report.reason or "")
        _until(lambda: "a1" not in found(engine))
        assert engine.article("a1") is None
        assert engine.search(SearchRequest("shared")).total == 4
        assert engine.stamp() != stamp, "ready answers are of another index"
    assert reindex(settings).counts.removed == 1
    assert Generation(folder.path(folder.current() or "")).find("a1") is None


def test_a_server_that_falls_back_on_an_older_generation_hides_it(
    write: Write, settings: Settings
) -> None:
    _site(write)
    reindex(settings)
    write("b", title="Shared")
    reindex(settings)
    take_down(settings, ["a1"])
    folder = IndexFolder(settings.index)
    live = folder.path(folder.current() or "")
    (live / "states.npy").write_bytes(b"")
    assert found(open_engine(settings)) == {"a0", "a2", "a3", "a4"}


def test_a_server_whose_current_is_lost_hides_it_at_once(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "FIRST_DELAY", 60.0)
    _site(write)
    reindex(settings)
    engine = open_engine(settings)
    (settings.index / "CURRENT").unlink()
    _until(lambda: "a1" in found(engine) and engine.trouble() is not None)
    for article_id in ("a1", "a2"):
        take_down(settings, [article_id], force=True)
        _until(lambda article_id=article_id: article_id not in found(engine))
    assert found(engine) == {"a0", "a3", "a4"}


def test_what_was_live_before_goes_and_the_generation_to_return_to_stays(
    write: Write, settings: Settings
) -> None:
    _site(write)
    first = reindex(settings).generation
    write("b", title="Shared")
    reindex(settings)
    report = take_down(settings, ["a1"])
    assert IndexFolder(settings.index).whole() == [report.generation, first]


WORDS = ["zyxomma", "qwvortle", "plimfazk", "grobnutz", "wexlipod", "tarnquist", "vubblesnap"]


@pytest.mark.parametrize("count", [20, 1_200])
def test_purged_none_of_its_words_is_left_in_any_file(
    write: Write, settings: Settings, count: int
) -> None:
    """More than a thousand articles are compressed, with a dictionary made of them."""
    for number in range(count):
        write(f"a{number:04d}", title=f"Shared words number{number}", excerpt="Of all. " * 5)
    write(
        "gone",
        title=f"{WORDS[0]} {WORDS[1]}-{WORDS[2]}",
        excerpt=f"{WORDS[3]} " * 40,
        topics=[WORDS[4]],
        category=WORDS[5],
        provider={"name": WORDS[6]},
    )
    reindex(settings)
    write("b", title="Another")
    reindex(settings)
    folder = IndexFolder(settings.index)
    assert set(_words_left(settings.index)) == {word.encode() for word in WORDS}
    report = take_down(settings, ["gone"], purge=True)
    assert report.purged and report.status == "done"
    assert set(_words_left(settings.index)) == set()
    assert removals(folder)["gone"].purged
    assert len(folder.whole()) == 2, "one is there to return to"
    for name in folder.whole():
        assert Generation(folder.path(name)).find("gone") is None
    (settings.corpus / "gone.md").unlink()
    reindex(settings)
    assert set(_words_left(settings.index)) == set()
    assert found(open_engine(settings), "another") == {"b"}


def _words_left(index: Path) -> Iterator[bytes]:
    """What is found in files as they are, and in stored articles as they are read."""
    contents = [path.read_bytes() for path in index.rglob("*") if path.is_file()]
    for name in IndexFolder(index).whole():
        generation = Generation(IndexFolder(index).path(name))
        for segment in generation.segments:
            contents += segment.data.stored
            contents.append(segment.data.stored.dictionary)
    everything = b"\n".join(content.lower() for content in contents)
    yield from (word.encode() for word in WORDS if word.encode() in everything)


def test_killed_at_random_moments_it_is_done_by_the_next_run(
    write: Write, settings: Settings
) -> None:
    _site(write, KILLS + 5)
    reindex(settings)
    engine = open_engine(settings)
    start(take_down, settings, ["a0"]).join()
    started = time.perf_counter()
    start(take_down, settings, ["a1"]).join()
    seconds = time.perf_counter() - started
    chance = random.Random(3)
    folder = IndexFolder(settings.index)
    for number in range(2, KILLS):
        remove = partial(take_down, purge=number % 3 == 0)
        process = start(remove, settings, [f"a{number}"])
        time.sleep(chance.uniform(0, 1) * seconds)
        process.kill()
        process.join()
        removed = set(removals(folder))
        assert removed >= {"a0", "a1"}
        folder.touch_current()  # as whatever runs next does
        _until(lambda removed=removed: not found(engine) & removed)
        assert len(found(engine)) == KILLS + 5 - len(removed), "the others are all there"
    removed = set(removals(folder))
    reindex(settings)
    generation = Generation(folder.path(folder.current() or ""))
    assert not [article_id for article_id in removed if generation.find(article_id) is not None]
    assert generation.manifest.articles == KILLS + 5 - len(removed)
    assert len(list(folder.generations.iterdir())) <= settings.keep_generations


def test_a_purge_that_is_killed_half_way_leaves_nothing_older_on_top(
    write: Write, settings: Settings
) -> None:
    _site(write)
    reindex(settings)
    write("b", title="Shared")
    reindex(settings)
    process = start(_purge_killed_after_one, settings, "a1")
    process.join()
    assert process.exitcode == -signal.SIGKILL
    folder = IndexFolder(settings.index)
    assert len(folder.whole()) == 3
    (settings.index / "CURRENT").unlink()
    newest = {"a0", "a2", "a3", "a4", "b"}
    assert found(open_engine(settings)) == newest
    assert examine(settings, fix=True).generation == folder.whole()[0]
    assert found(open_engine(settings)) == newest


def _purge_killed_after_one(settings: Settings, article_id: str) -> None:
    derive = takedown.derive

    def killed(*arguments: Any, **options: Any) -> None:
        derive(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    takedown.derive = killed  # type: ignore[assignment]
    take_down(settings, [article_id], purge=True)


def test_two_at_once_are_both_done_beside_a_reindex(write: Write, settings: Settings) -> None:
    _site(write, 8)
    reindex(settings)
    write("b", title="Shared")
    runs = [start(take_down, settings, [f"a{number}"]) for number in range(4)]
    runs.append(start(_reindex_waiting, settings))
    for run in runs:
        run.join(30)
        assert run.exitcode == 0
    assert set(removals(IndexFolder(settings.index))) == {"a0", "a1", "a2", "a3"}
    reindex(settings)
    assert found(open_engine(settings)) == {"a4", "a5", "a6", "a7", "b"}


def _reindex_waiting(settings: Settings) -> None:
    reindex(settings, wait=True)


def test_where_there_is_no_index_it_is_refused(settings: Settings) -> None:
    assert take_down(settings, ["a"]).status == "refused"
    assert bring_back(replace(settings), ["a"]).status == "refused"


def test_weights_and_language_of_the_index_stay_whatever_the_settings_say(
    write: Write, settings: Settings
) -> None:
    _site(write)
    reindex(settings)
    take_down(replace(settings, language="de", boost_title=9.0), ["a1"])
    folder = IndexFolder(settings.index)
    manifest = Generation(folder.path(folder.current() or "")).manifest
    assert manifest.language == "en"
    assert np.allclose(manifest.weights, settings.field_weights)
    assert reindex(settings).status == "unchanged"


def _until(is_so: Callable[[], bool], seconds: float = 2.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "not within the time"
        time.sleep(0.01)


def test_an_article_that_only_an_older_generation_has_can_be_purged(
    write: Write, settings: Settings
) -> None:
    _site(write)
    gone = write("gone", title="Leaving shortly", excerpt="unrepeatable")
    reindex(settings)
    gone.unlink()
    reindex(settings)
    report = take_down(settings, ["gone"], purge=True)
    assert report.removed == ("gone",) and not report.unknown
    files = [path for path in settings.index.rglob("*") if path.is_file()]
    assert not [path for path in files if b"unrepeatable" in path.read_bytes()]
