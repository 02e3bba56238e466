"""A way to a server that ends at a given message."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial


class Way:
    """A port of our own, behind which the server is."""

    def __init__(self, host: str, port: int) -> None:
        self.server = (host, port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.ends_at = 0  # which answer; 0: none
        self.whole = True
        self.has_ended = False
        threading.Thread(target=self._accept, daemon=True).start()

    @contextmanager
    def that_ends_at(self, answer: int, *, whole: bool) -> Iterator[None]:
        """Of each connection, at this answer: of which nothing comes or, unless it is between whole ones, half."""
        self.ends_at, self.whole, self.has_ended = answer, whole, False
        yield
        self.ends_at = 0

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.server)
                threading.Thread(target=self._bring, args=(client, server), daemon=True).start()
                threading.Thread(target=self._bring_back, args=(server, client), daemon=True).start()

    def _bring(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError), server:
            while asked := client.recv(65_536):
                server.sendall(asked)

    def _bring_back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError), client:
            for number, answer in enumerate(iter(partial(server.recv, 65_536), b""), start=1):
                if number == self.ends_at:
                    self.has_ended = True
                    client.sendall(b"" if self.whole else answer[: len(answer) // 2])
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(answer)
