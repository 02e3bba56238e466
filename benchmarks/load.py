"""Asks a server for the same again and again: `python -m benchmarks.load PORT PATH CONNECTIONS SECONDS`.

It prints how many requests a second were answered by 200. One loop over raw sockets: it has to be faster than any
server that it measures.
"""

import re
import selectors
import socket
import sys
import time

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Connection:
    def __init__(self, port: int, request: bytes) -> None:
        self.request, self.answered, self.rest, self.awaited = request, 0, b"", 0
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)

    def read(self) -> None:
        self.rest += self.socket.recv(262_144)
        if not self.awaited and b"\r\n\r\n" in self.rest:
            self.awaited = _length(self.rest)
        if self.awaited and len(self.rest) >= self.awaited:
            self.answered, self.rest, self.awaited = self.answered + 1, b"", 0
            self.socket.sendall(self.request)


def _length(received: bytes) -> int:
    """Of the whole answer, whose head is there."""
    head, _, _ = received.partition(b"\r\n\r\n")
    found = _LENGTH.search(head)
    if b" 200 " not in head[:15] or not found:
        raise SystemExit(f"No answer to measure: {head.decode()}")
    return len(head) + 4 + int(found[1])


def requests_a_second(port: int, path: str, connections: int, seconds: float) -> float:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".encode()
    open_ones = [Connection(port, request) for _ in range(connections)]
    with selectors.DefaultSelector() as selector:
        for one in open_ones:
            selector.register(one.socket, selectors.EVENT_READ, one)
        start = time.perf_counter()
        while time.perf_counter() < start + seconds:
            for key, _ in selector.select(1):
                key.data.read()
        return sum(one.answered for one in open_ones) / (time.perf_counter() - start)


if __name__ == "__main__":
    port, path, connections, seconds = sys.argv[1:]
    print(requests_a_second(int(port), path, int(connections), float(seconds)))
