"""The sockets: a thread for each connection, which reads requests and sends what becomes of them."""

import socket
import socketserver
import sys
import time
import traceback
from contextlib import suppress

from .database import Databases
from .errors import CannotStart, Refused
from .handling import Answer, handle
from .messages import STREAM_HEAD, Request, Response, error_response, read_request
from .streams import Backlog

LINGER = 2  # seconds in which a client may still send what nobody reads, so that it sees the answer


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, databases: Databases, keep_alive: float) -> None:
        self.databases, self.keep_alive = databases, keep_alive
        try:
            super().__init__((host, port), Connection)
        except OverflowError:
            raise CannotStart(f"{port} is no port: 0 to 65535.") from None
        except OSError as error:
            raise CannotStart(f"Cannot listen on {host}:{port}: {error.strerror}.") from None

    @property
    def url(self) -> str:
        host, port = self.socket.getsockname()[:2]
        return f"http://{host}:{port}"


class Connection(socketserver.StreamRequestHandler):
    server: Server
    connection: socket.socket
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with suppress(OSError):  # the client is gone
            while self.serve_one():
                pass

    def serve_one(self) -> bool:
        try:
            request = read_request(self.rfile, self.wfile)
        except Refused as refusal:
            self.connection.sendall(error_response(refusal).encoded(closes=True))
            self.linger()
            return False
        if not request:
            return False
        answer = self.answer(request)
        if not isinstance(answer, Response):
            with answer as backlog:
                self.send_events(backlog)
            return False
        self.connection.sendall(answer.encoded(closes=request.closes))
        return not request.closes

    def answer(self, request: Request) -> Answer:
        try:
            return handle(request, self.server.databases)
        except Refused as refusal:
            return error_response(refusal)
        except Exception:  # noqa: BLE001  a defect of ours, which the others' requests should not feel
            traceback.print_exc(file=sys.stderr)
            return error_response(Refused("Internal server error", 500))

    def send_events(self, backlog: Backlog) -> None:
        self.connection.settimeout(self.server.keep_alive)  # who stands still for so long is given up
        self.connection.sendall(STREAM_HEAD)
        with suppress(EOFError):
            while True:
                self.connection.sendall(backlog.get(self.server.keep_alive))

    def linger(self) -> None:
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(LINGER)
        deadline = time.monotonic() + LINGER
        while time.monotonic() < deadline and self.connection.recv(1 << 16):
            pass
