"""Who listens on a port, and which port is free: for the message that a port is taken."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

LISTENING = "0A"
TRIED = 50
"""How many ports `free_port` tries."""


def holder_of(port: int) -> str | None:
    """The process that listens on a port, as in `nginx (process 812)`, if Linux tells."""
    for inode in _inodes(port):
        for link in Path("/proc").glob("[0-9]*/fd/*"):
            with suppress(OSError):
                if str(link.readlink()) == f"socket:[{inode}]":
                    process = link.parts[2]
                    name = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ")
                    return f"`{name.decode('utf-8', 'replace').strip()[:80]}` (process {process})"
    return None


def free_port(host: str, after: int) -> int:
    """The next port that can be listened on, or 0, with which the system chooses one."""
    for port in range(after + 1, min(after + TRIED, 65_536)):
        with suppress(OSError):
            probe(host, port)
            return port
    return 0


def probe(host: str, port: int) -> None:
    """Raises OSError where nothing can listen on this address."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)


def _inodes(port: int) -> list[str]:
    """The inodes of the sockets that listen on a port; see proc_net_tcp(5)."""
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                columns = line.split()
                if columns[3] == LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                    found.append(columns[9])
    return found
