"""What a server leaves to the kernel."""

import os
import socket
import stat
from contextlib import suppress

# Who has said nothing for 15 seconds is asked three times in 15 more whether they are still there.
_PROBES = {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}


def notice_vanished_peers(port: str) -> None:
    """Have this process's connections at its own port end when their peer is gone without a word.

    Else whoever reads from one would wait for ever: granian does as long as the kernel does, and has no setting for it.
    A server's sockets are its own, so they are looked for among all that the process has open.
    """
    for descriptor in map(int, os.listdir("/dev/fd")):  # noqa: PTH208  numbers, not paths
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                _probe(descriptor, port)


def _probe(descriptor: int, port: str) -> None:
    with socket.socket(fileno=os.dup(descriptor)) as found:
        if found.family not in (socket.AF_INET, socket.AF_INET6) or str(found.getsockname()[1]) != port:
            return
        found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _PROBES.items():
            if hasattr(socket, name):
                found.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
