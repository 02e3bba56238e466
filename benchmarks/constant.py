"""A server that answers every request alike, at no cost to who asks: `python -m benchmarks.constant ANSWER`."""

import re
import socket
import sys
from threading import Thread

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


def serve(connection: socket.socket, answer: bytes) -> None:
    rest = b""
    while received := connection.recv(65_536):
        rest += received
        while b"\r\n\r\n" in rest:
            head, _, body = rest.partition(b"\r\n\r\n")
            found = _LENGTH.search(head)
            length = int(found[1]) if found else 0
            if len(body) < length:
                break
            rest = body[length:]
            connection.sendall(answer)


def main(text: str) -> None:
    body = text.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: constant\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"127.0.0.1:{listener.getsockname()[1]}", flush=True)
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Thread(target=serve, args=(connection, head.encode() + body), daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1])
