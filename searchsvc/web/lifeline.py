"""What a worker process learns from outside: that it is to stop, and that its parent has gone."""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing import parent_process

LOOK_SECONDS = 0.25
"""How often a worker looks for its parent."""
_STOPS = frozenset((signal.SIGTERM, signal.SIGINT))


def hold(on_stop: Callable[[], None], stop_seconds: float) -> None:
    """Calls `on_stop` as soon as a signal to stop arrives; stops when the parent has ended.

    It is called by the main thread of a worker. Whoever serves handles the signals as ever; a
    worker without a parent that has not stopped after so many seconds is ended.
    """
    parent, main = parent_process(), threading.get_ident()
    receiver, sender = socket.socketpair()
    for end in (receiver, sender):
        end.setblocking(False)
    # Python writes the numbers of signals here before anybody handles them.
    signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)

    def watch(sender: socket.socket) -> None:
        while parent is None or os.getppid() == parent.pid:
            if select.select([receiver], [], [], LOOK_SECONDS)[0] and not _STOPS.isdisjoint(
                receiver.recv(64)
            ):
                on_stop()
        on_stop()
        deadline = time.monotonic() + stop_seconds
        while time.monotonic() < deadline:
            # The main thread handles signals; one that another thread gets would not wake it. Of
            # a worker that only begins to serve the first may be lost.
            signal.pthread_kill(main, signal.SIGTERM)
            time.sleep(LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, args=(sender,), daemon=True).start()
