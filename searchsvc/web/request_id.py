"""The id of a request: from the client or a proxy if it sent one that fits, else made here.

It goes back with the answer, so that a reader's report, a proxy's log and ours can be put together.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

REQUEST_ID = "X-Request-ID"
PATTERN = "[A-Za-z0-9._:/+=@~-]{1,128}"
"""What fits: UUIDs, Base64, the trace ids of proxies and clouds; nothing that could forge a log."""

_SENT = "HTTP_X_REQUEST_ID"
_KEPT = "searchsvc.request_id"
_FITS = re.compile(PATTERN)


def request_id(environ: WSGIEnvironment) -> str:
    """The id of the request with this environment, the same whenever it is asked for."""
    if _KEPT not in environ:
        sent = environ.get(_SENT, "")
        environ[_KEPT] = sent if _FITS.fullmatch(sent) else _made()
    return str(environ[_KEPT])


def _made() -> str:
    """One that no other request has; it is no secret."""
    return f"{random.getrandbits(128):032x}"
