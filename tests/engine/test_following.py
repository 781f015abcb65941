"""An engine follows the live generation, whatever happens to the index folder meanwhile."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from searchsvc.engine import Engine, following, open_engine
from searchsvc.errors import NoIndex
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.reindex import reindex
from searchsvc.publish.removals import Removal, rewrite
from searchsvc.search import FacetRequest, SearchRequest
from searchsvc.search.view import IndexView, OpenGeneration
from searchsvc.settings import Settings
from searchsvc.suggest.request import SuggestRequest
from tests.permissions import bound_by_permissions

Write = Callable[..., Path]
WITHIN = 10.0
"""Seconds, for machines that are busy; most takes a hundredth."""

pytestmark = pytest.mark.embedded_only("about the files of an index folder")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again soon, and nobody waits for an opening but the first."""
    monkeypatch.setattr(following, "FIRST_DELAY", 0.02)
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(following, "PATIENCE", 0.0)


@pytest.fixture
def engine(write: Write, settings: Settings) -> Iterator[Engine]:
    """Over one article, open."""
    write("a", title="A chip")
    reindex(settings)
    engine = open_engine(settings)
    assert _total(engine) == 1
    yield engine
    engine.close()


def _total(engine: Engine) -> int:
    return engine.search(SearchRequest("chip")).total


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not is_so():
        assert time.monotonic() < deadline, "it does not come to it"
        time.sleep(0.005)


def _publish(write: Write, settings: Settings, name: str) -> Path:
    """The folder of a generation with one article more."""
    write(name, title="A chip")
    report = reindex(settings)
    assert report.generation
    return IndexFolder(settings.index).path(report.generation)


def _spoil(folder: Path) -> None:
    """Something else of the same length; other generations may share the file."""
    path = folder / "impacts.docs.npy"
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def _reason(engine: Engine) -> str:
    trouble = engine.trouble()
    return trouble.reason if trouble else ""


def test_nobody_waits_while_the_next_generation_is_opened(
    write: Write, settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_open, opening = threading.Event(), threading.Event()
    make = OpenGeneration.__init__

    def slow(*arguments: object) -> None:
        opening.set()
        assert may_open.wait(WITHIN)
        make(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(OpenGeneration, "__init__", slow)
    # Publishing asks the new index some questions, and opens it for that.
    may_open.set()
    _publish(write, settings, "b")
    may_open.clear()
    opening.clear()
    try:
        assert _total(engine) == 1
        assert opening.wait(WITHIN)
        assert [_total(engine) for _ in range(20)] == [1] * 20
        openers = sum(thread.name == following.OPENER for thread in threading.enumerate())
        assert openers == 1
    finally:
        may_open.set()
    _until(lambda: _total(engine) == 2)
    assert engine.trouble() is None


def test_a_generation_that_is_damaged_is_named_once_and_tried_again(
    write: Write, settings: Settings, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    folder = _publish(write, settings, "b")
    whole = (folder / "impacts.docs.npy").read_bytes()
    _spoil(folder)
    _until(lambda: _total(engine) == 1 and "impacts.docs.npy" in _reason(engine))
    began = engine.trouble()
    assert began and began.since <= time.time()
    time.sleep(0.1)  # some attempts
    assert _total(engine) == 1
    named = [told for told in caplog.messages if "impacts.docs.npy" in told]
    assert len(named) == 1
    (folder / "impacts.docs.npy").write_bytes(whole)
    _until(lambda: _total(engine) == 2)
    assert engine.trouble() is None
    assert "is open, which is the live one" in caplog.messages[-1]


def test_attempts_come_at_longer_and_longer_intervals(
    write: Write, settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LONGEST_DELAY", 3600.0)
    _spoil(_publish(write, settings, "b"))
    attempts: list[float] = []
    make = following.Follower._live

    def counted(follower: following.Follower, serving: following.Serving) -> following.Serving:
        attempts.append(time.monotonic())
        return make(follower, serving)

    monkeypatch.setattr(following.Follower, "_live", counted)
    _until(lambda: _total(engine) == 1 and len(attempts) == 5)
    intervals = [after - before for before, after in zip(attempts, attempts[1:], strict=False)]
    for tried, interval in enumerate(intervals):
        assert interval >= 0.02 * 2**tried


def test_memory_that_is_not_there_ends_nothing(
    write: Write,
    settings: Settings,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _publish(write, settings, "b")
    with monkeypatch.context() as patch:
        patch.setattr(OpenGeneration, "__init__", _out_of_memory)
        _until(lambda: _total(engine) == 1 and "MemoryError" in _reason(engine))
        time.sleep(0.1)
        assert _total(engine) == 1
        tracebacks = [told for told in caplog.records if told.exc_info]
        assert len(tracebacks) == 1
    _until(lambda: _total(engine) == 2)


def _out_of_memory(*_: object) -> None:
    raise MemoryError


def _renamed(index: Path) -> Callable[[], object]:
    away = index.with_name("elsewhere")
    index.rename(away)
    return lambda: away.rename(index)


def _without_current(index: Path) -> Callable[[], object]:
    current = index / "CURRENT"
    current.rename(index / "away")
    return lambda: (index / "away").rename(current)


def _emptied_current(index: Path) -> Callable[[], object]:
    current = index / "CURRENT"
    content = current.read_bytes()
    current.write_bytes(b"")
    return lambda: current.write_bytes(content)


@pytest.mark.parametrize("take_away", [_renamed, _without_current, _emptied_current])
def test_what_is_open_answers_without_its_folder(
    settings: Settings, engine: Engine, take_away: Callable[[Path], Callable[[], object]]
) -> None:
    bring_back = take_away(settings.index)
    _until(lambda: _total(engine) == 1 and "CURRENT" in _reason(engine))
    assert engine.article("a") and engine.suggest(SuggestRequest("ch")).suggestions
    bring_back()
    _until(lambda: _total(engine) == 1 and engine.trouble() is None)


def _live_file(settings: Settings) -> Path:
    index = IndexFolder(settings.index)
    return index.path(index.current() or "") / "impacts.docs.npy"


def test_what_is_open_answers_though_its_files_are_deleted_and_says_so(
    settings: Settings, engine: Engine
) -> None:
    path = _live_file(settings)
    path.rename(path.with_name("away"))
    _until(lambda: _total(engine) == 1 and "impacts.docs.npy" in _reason(engine))
    path.with_name("away").rename(path)
    _until(lambda: _total(engine) == 1 and engine.trouble() is None)


def test_what_is_open_answers_though_its_files_are_replaced_by_others(
    settings: Settings, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    path = _live_file(settings)
    whole = path.read_bytes()
    _spoil(path.parent)
    _until(lambda: _total(engine) == 1 and "impacts.docs.npy is damaged" in _reason(engine))
    path.unlink()
    path.write_bytes(whole)  # as from a backup
    _until(lambda: _total(engine) == 1 and engine.trouble() is None)
    assert sum("is damaged" in told for told in caplog.messages) == 1


def _write_into(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.seek(-1, os.SEEK_END)
        stream.write(b"\x7f")


def test_what_was_read_into_memory_answers_though_its_file_is_written_into(
    settings: Settings, engine: Engine
) -> None:
    _write_into(_live_file(settings))
    _until(lambda: _total(engine) == 1 and "is damaged" in _reason(engine))
    time.sleep(0.1)
    assert _total(engine) == 1


def test_a_mapped_file_that_is_written_into_makes_way_for_the_generation_before(
    write: Write, settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchsvc.index.arrays._SMALL", 0)
    _publish(write, settings, "b")
    late = open_engine(settings)
    assert _total(late) == 2
    _write_into(_live_file(settings))
    _until(lambda: late.status().articles == 1)
    assert "impacts.docs.npy is damaged" in _reason(late)
    _publish(write, settings, "c")
    _until(lambda: late.status().articles == 3 and late.trouble() is None)


def test_with_no_generation_before_it_a_file_that_is_written_into_leaves_no_index(
    write: Write,
    settings: Settings,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("searchsvc.index.arrays._SMALL", 0)
    late = open_engine(settings)
    assert _total(late) == 1
    _write_into(_live_file(settings))

    def is_without() -> bool:
        with suppress(NoIndex):
            late.status()
            return False
        return True

    _until(is_without)
    assert any("is damaged" in told and "nothing answers" in told for told in caplog.messages)
    _publish(write, settings, "b")
    _until(lambda: not is_without() and _total(late) == 2)
    assert late.trouble() is None


FORBIDDEN = """
import sys, time
from pathlib import Path
from searchsvc.engine import following, open_engine
from searchsvc.search import FacetRequest, SearchRequest

following.FIRST_DELAY = 0.02
index = Path(sys.argv[1])
engine = open_engine(index)
assert engine.search(SearchRequest("chip")).total == 1
index.chmod(0)
try:
    while engine.search(SearchRequest("chip")).total == 1 and not engine.trouble():
        time.sleep(0.005)
    print(engine.trouble().reason)
finally:
    index.chmod(0o700)
while engine.search(SearchRequest("chip")).total == 1 and engine.trouble():
    time.sleep(0.005)
"""


def test_what_is_open_answers_where_the_folder_may_not_be_read(
    write: Write, settings: Settings
) -> None:
    write("a", title="A chip")
    reindex(settings)
    done = bound_by_permissions("-c", FORBIDDEN, str(settings.index))
    assert done.returncode == 0, done.stderr
    assert "CURRENT" in done.stdout


FORBIDDEN_FROM_THE_START = """
import sys, time
from pathlib import Path
from searchsvc.engine import following, open_engine
from searchsvc.errors import NoIndex
from searchsvc.search import SearchRequest

following.FIRST_DELAY = 0.02
index = Path(sys.argv[1])
forbidden = [index / name for name in sys.argv[2:]]
modes = [path.stat().st_mode for path in forbidden]
for path in forbidden:
    path.chmod(0)
engine = open_engine(index)
try:
    print(engine.search(SearchRequest("chip")).total)
except NoIndex as error:
    print(error)
for path, mode in zip(forbidden, modes, strict=True):
    path.chmod(mode)
while True:
    try:
        if engine.search(SearchRequest("chip")).total == 2 and not engine.trouble():
            break
    except NoIndex:
        pass
    time.sleep(0.005)
"""


def test_at_the_start_what_may_not_be_read_is_told_or_stood_in_for(
    write: Write, settings: Settings
) -> None:
    write("a", title="A chip")
    reindex(settings)
    _publish(write, settings, "b")
    before, live = sorted(path.name for path in IndexFolder(settings.index).generations.iterdir())
    of_both = [f"generations/{name}" for name in (before, live)]
    for forbidden, told in {
        (".",): "CURRENT cannot be read",
        ("generations",): "manifest.json cannot be read",
        tuple(of_both): "manifest.json cannot be read",
        (of_both[1],): "1",
        ("CURRENT",): "2",
    }.items():
        done = bound_by_permissions("-c", FORBIDDEN_FROM_THE_START, str(settings.index), *forbidden)
        assert done.returncode == 0, done.stderr
        assert told in done.stdout, forbidden


OUT_OF_HANDLES = """
import resource, sys, time
from pathlib import Path
from searchsvc.engine import following, open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.search import FacetRequest, SearchRequest
from searchsvc.settings import load

following.FIRST_DELAY = 0.02
settings = load(flags={"index": sys.argv[1], "corpus": sys.argv[2]}).settings
engine = open_engine(settings)

def total():
    return engine.search(SearchRequest("chip")).total

assert total() == 1
(Path(sys.argv[2]) / "b.md").write_text("---\\ntitle: A chip\\n---\\n")
reindex(settings)
limits = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
while total() == 1 and not (engine.trouble() and "Too many open files" in engine.trouble().reason):
    time.sleep(0.005)
resource.setrlimit(resource.RLIMIT_NOFILE, limits)
while total() != 2:
    time.sleep(0.005)
assert engine.trouble() is None
"""


def test_it_recovers_from_being_out_of_handles(
    write: Write, settings: Settings, engine: Engine
) -> None:
    arguments = ("-c", OUT_OF_HANDLES, str(settings.index), str(settings.corpus))
    done = bound_by_permissions(*arguments)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"no-generation\n", None])
def test_at_the_start_the_newest_whole_generation_stands_in_for_a_current_that_is_lost(
    write: Write, settings: Settings, engine: Engine, content: bytes | None
) -> None:
    name = _publish(write, settings, "b").name
    current = settings.index / "CURRENT"
    if content is None:
        current.unlink()
    else:
        current.write_bytes(content)
    late = open_engine(settings)
    assert _total(late) == 2 and late.status().generation == name
    assert "CURRENT" in _reason(late)
    current.write_text(f"{name}\n")
    _until(lambda: _total(late) == 2 and late.trouble() is None)


def test_at_the_start_the_generation_before_stands_in_for_one_that_is_damaged(
    write: Write, settings: Settings, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    _spoil(_publish(write, settings, "b"))
    late = open_engine(settings)
    assert _total(late) == 1
    assert "impacts.docs.npy" in _reason(late)
    (told,) = caplog.messages
    assert "impacts.docs.npy" in told and late.status().generation in told
    _publish(write, settings, "c")
    _until(lambda: _total(late) == 3)
    assert late.trouble() is None


def test_with_none_that_is_whole_there_is_no_index_until_one_is_published(
    write: Write, settings: Settings, engine: Engine
) -> None:
    index = IndexFolder(settings.index)
    for name in index.whole():
        _spoil(index.path(name))
    late = open_engine(settings)
    for _ in range(3):
        with pytest.raises(NoIndex, match="impacts.docs.npy"):
            late.status()
    _publish(write, settings, "b")
    assert _total(late) == 2
    assert late.trouble() is None


def test_a_generation_that_was_never_published_does_not_stand_in(
    write: Write, settings: Settings, engine: Engine
) -> None:
    for name in ("CURRENT", "LIVE", "CHECKED"):
        (settings.index / name).unlink()
    with pytest.raises(NoIndex, match="no index in .* yet"):
        open_engine(settings).status()


def test_the_first_opening_is_done_once_for_all_who_wait(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    make = OpenGeneration.__init__

    def counted(*arguments: object) -> None:
        made.append(arguments)
        time.sleep(0.05)
        make(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(OpenGeneration, "__init__", counted)
    late, totals = open_engine(settings), []
    threads = [threading.Thread(target=lambda: totals.append(_total(late))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals == [1] * 4 and len(made) == 1


def test_an_engine_that_was_closed_keeps_nothing_that_is_opened_meanwhile(
    write: Write, settings: Settings, engine: Engine
) -> None:
    _publish(write, settings, "b")
    assert _total(engine) == 1
    engine.close()
    assert _total(engine) == 2


def _mapped() -> set[str]:
    """The generations of which this process has files mapped into memory."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    paths = (line.split(maxsplit=5)[5] for line in lines if line.count("/generations/"))
    return {Path(path.removesuffix(" (deleted)")).parent.name for path in paths}


@pytest.mark.skipif(not os.path.exists("/proc/self/maps"), reason="needs Linux's /proc")
def test_the_generation_before_goes_with_its_last_query_not_with_the_collector(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that an engine remembers is used: corrections, facets, suggestions, highlights."""
    monkeypatch.setattr("searchsvc.index.arrays._SMALL", 0)
    for number in range(8):
        topics = [f"topic {number}", "Silicon-valley"]
        write(f"a{number}", title=f"A chip of e-mail {number}", topics=topics, excerpt="Word " * 60)
    reindex(settings)
    engine = open_engine(settings)
    gc.collect()
    gc.disable()
    try:
        _use(engine)
        assert IndexFolder(settings.index).current() in _mapped()
        write("b", title="Another chip")
        reindex(settings)
        live = IndexFolder(settings.index).current()
        _until(lambda: engine.status().generation == live)
        _use(engine)
        assert {name for name in _mapped() if name.startswith(("1", "2"))} == {live}
    finally:
        gc.enable()
        engine.close()


def _use(engine: Engine) -> None:
    facets = (FacetRequest("topic"), FacetRequest("month"))
    request = SearchRequest("chip", facets=facets, explain=True, collapse="story")
    assert engine.search(request).total
    for query in ("cihp", '"a chip"', "ch*", "topic:silicon", "email", "e-mail -word", "a?ip"):
        engine.search(SearchRequest(query, topic=("topic 1",)))
        engine.search(SearchRequest(query))
    for typed in ("ch", "chip o", "cihp", "sili", ""):
        engine.suggest(SuggestRequest(typed))
    engine.related("a1")
    engine.article("a1")


def test_what_is_hidden_while_a_view_is_made_does_not_come_back(
    write: Write, settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = engine._follower.serving()
    make = OpenGeneration.at

    def overtaken(opened: OpenGeneration, now: float, hidden: frozenset[str]) -> IndexView:
        view = make(opened, now, hidden)
        serving.hide(frozenset({"a"}))
        return view

    monkeypatch.setattr(OpenGeneration, "at", overtaken)
    serving.hide(frozenset({"another"}))
    now = settings.clock()
    serving.view_at(now)
    assert serving.view_at(now).articles == 0


def test_while_the_list_of_what_is_taken_down_cannot_be_read_it_stays_down(
    write: Write, settings: Settings, engine: Engine
) -> None:
    index = IndexFolder(settings.index)
    lists = [settings.index / name for name in ("REMOVED", "REMOVED.copy")]
    _publish(write, settings, "b")
    _until(lambda: _total(engine) == 2)
    rewrite(index, {"a": Removal("2026-01-01T00:00:00Z")})
    index.touch_current()
    _until(lambda: _total(engine) == 1)
    contents = [path.read_bytes() for path in lists]
    for path in lists:
        path.unlink()
        path.mkdir()
    index.touch_current()
    _until(lambda: _total(engine) == 1 and "REMOVED cannot be read" in _reason(engine))
    assert engine.article("a") is None
    # Also in a generation that is opened meanwhile.
    index.publish(index.fallbacks()[0])
    _until(lambda: _total(engine) == 0)
    for path, content in zip(lists, contents, strict=True):
        path.rmdir()
        path.write_bytes(content)
    _until(lambda: _total(engine) == 0 and engine.trouble() is None)
    rewrite(index, {})
    index.touch_current()
    _until(lambda: _total(engine) == 1)


def test_where_no_thread_can_be_started_what_is_open_answers_and_it_is_tried_again(
    write: Write, settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(write, settings, "b")
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", _no_thread)
        assert _total(engine) == 1
        assert "can't start new thread" in _reason(engine)
    _until(lambda: _total(engine) == 2)
    assert engine.trouble() is None


def _no_thread(*_: object) -> None:
    raise RuntimeError("can't start new thread")
