"""What a worker process learns from outside, and what it lets be known of itself.

It learns that it is to stop, and that its parent has gone. It beats as long as it gets on.
"""

from __future__ import annotations

import faulthandler
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing import parent_process

LOOK_SECONDS = 0.25
"""How often a worker looks for its parent, and beats."""
_STOPS = frozenset((signal.SIGTERM, signal.SIGINT))


class Lifeline:
    """Held by the main thread of a worker from its beginning on.

    Whoever serves handles the signals to stop as ever. A worker without a parent that has not
    stopped after `stop_seconds` is ended.
    """

    def __init__(self, beat: Callable[[], None], stop_seconds: float) -> None:
        self._beat, self._stop_seconds = beat, stop_seconds
        self._parent, self._main = parent_process(), threading.get_ident()
        # A worker that crashes (SIGBUS, SIGSEGV) or is ended as stuck says where it was.
        faulthandler.enable()
        # The terminal has gone, or the main process is to reload: it says what is to be done.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._receiver, sender = socket.socketpair()
        for end in (self._receiver, sender):
            end.setblocking(False)
        # Python writes the numbers of signals here before anybody handles them.
        signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
        self._gets_on: Callable[[], bool] = lambda: True
        self._close: Callable[[], None] = lambda: None
        self._drain_seconds = 0.0
        threading.Thread(target=self._hold, args=(sender,), daemon=True).start()

    def serve(
        self, gets_on: Callable[[], bool], close: Callable[[], None], drain_seconds: float
    ) -> None:
        """From now on it beats only while it gets on.

        Told to stop, it answers those who wait for `drain_seconds`; then it closes.
        """
        self._gets_on, self._close, self._drain_seconds = gets_on, close, drain_seconds

    def _hold(self, sender: socket.socket) -> None:
        closing = None
        while self._parent is None or os.getppid() == self._parent.pid:
            if self._gets_on():
                self._beat()
            if self._is_to_stop() and closing is None:
                closing = time.monotonic() + self._drain_seconds
            if closing is not None and time.monotonic() >= closing:
                self._close()
        self._close()
        deadline = time.monotonic() + self._stop_seconds
        while time.monotonic() < deadline:
            # The main thread handles signals; one that another thread gets would not wake it. Of
            # a worker that only begins to serve the first may be lost.
            signal.pthread_kill(self._main, signal.SIGTERM)
            time.sleep(LOOK_SECONDS)
        os._exit(1)

    def _is_to_stop(self) -> bool:
        """Whether a signal to stop has arrived; waits for one a little."""
        is_told = bool(select.select([self._receiver], [], [], LOOK_SECONDS)[0])
        return is_told and not _STOPS.isdisjoint(self._receiver.recv(64))
