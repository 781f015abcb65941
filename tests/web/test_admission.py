"""One request is at work, so many wait, and everybody else is told."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest
from flask.testing import FlaskClient

from searchsvc.search.result import Trouble
from searchsvc.web import admission
from searchsvc.web.admission import Admission, Overloaded
from searchsvc.web.service import service_of
from tests.web.fake_engine import FakeEngine


def _waiting(gate: Admission, count: int) -> list[threading.Thread]:
    """So many who wait, each until it is admitted or sent away."""

    def wait() -> None:
        try:
            with gate:
                outcomes.append("admitted")
        except Overloaded as refusal:
            outcomes.append(str(refusal))

    outcomes: list[str] = []
    threads = [threading.Thread(target=wait) for _ in range(count)]
    for thread in threads:
        thread.outcomes = outcomes  # type: ignore[attr-defined]
        thread.start()
    deadline = time.monotonic() + 10
    while gate._waiting < count:
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return threads


def _outcomes(threads: list[threading.Thread]) -> list[str]:
    for thread in threads:
        thread.join()
    outcomes: list[str] = threads[0].outcomes  # type: ignore[attr-defined]
    return outcomes


def test_one_is_at_work_at_a_time() -> None:
    gate, at_work, most = Admission(0), 0, 0

    def work() -> None:
        nonlocal at_work, most
        for _ in range(50):
            with gate:
                at_work += 1
                most = max(most, at_work)
                time.sleep(0)
                at_work -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_past_the_limit_nobody_waits() -> None:
    gate = Admission(3)
    with gate:
        threads = _waiting(gate, 3)
        with pytest.raises(Overloaded, match="3 requests wait"):
            gate.__enter__()
    assert _outcomes(threads) == ["admitted"] * 3
    with gate:
        pass  # room again


def test_a_limit_of_nothing_is_no_limit() -> None:
    gate = Admission(0)
    with gate:
        threads = _waiting(gate, 20)
    assert _outcomes(threads) == ["admitted"] * 20


def test_who_has_waited_too_long_is_not_worked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "WAIT_SECONDS", 0.02)
    gate = Admission(3)
    with gate, pytest.raises(Overloaded, match="not answered within"):
        gate.__enter__()
    with gate:
        pass


def test_closed_it_lets_nobody_in_who_waits() -> None:
    gate = Admission(3)
    with gate:
        threads = _waiting(gate, 3)
        gate.close()
    assert all("stopping" in outcome for outcome in _outcomes(threads))
    with pytest.raises(Overloaded):
        gate.__enter__()


@pytest.mark.parametrize(
    "path", ["/search?q=word", "/suggest?q=w", "/feed", "/articles/a", "/none"]
)
def test_whoever_is_sent_away_is_told_when_to_come_back(client: FlaskClient, path: str) -> None:
    service_of(client.application).admission.close()
    response = client.get(path)
    assert response.status_code == 503
    assert response.mimetype == "application/problem+json"
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["Cache-Control"] == "no-store"


def test_health_and_readiness_do_not_wait(client: FlaskClient, engine: FakeEngine) -> None:
    with ExitStack() as stack:
        stack.enter_context(service_of(client.application).admission)
        assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200


def test_readiness_says_whether_an_older_index_answers_and_why(
    client: FlaskClient, engine: FakeEngine
) -> None:
    told = client.get("/readyz").get_json()
    assert (told["stale"], told["stale_seconds"], told["reason"]) == (False, None, None)
    engine.in_trouble = Trouble("states.npy is damaged", time.time() - 60)
    response = client.get("/readyz")
    told = response.get_json()
    assert response.status_code == 200 and told["stale"] is True
    assert told["reason"] == "states.npy is damaged" and 60 <= told["stale_seconds"] < 90


def test_several_are_at_work_where_they_wait_for_others() -> None:
    gate, inside = Admission(0, at_work=2), threading.Barrier(2, timeout=10)
    seconds: list[float] = []

    def enter() -> None:
        with gate:
            inside.wait()
            seconds.append(gate.seconds_at_work())

    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(seconds) == 2 and min(seconds) > 0
    assert gate.seconds_at_work() == 0
