"""Redis: cache and queue."""

from pathlib import Path
from typing import Any

from . import places
from .server import Server

ADVICE = "install Redis (Debian: apt-get install redis-server; macOS: brew install redis)"


class Redis(Server):
    name = "redis"
    title = "Redis"
    variable = "REDIS_URL"
    ports = range(24000, 25000)

    def command(self) -> list[Any]:
        # It keeps its files in the folder it is started in. Appending loses at most a second of
        # the queue, snapshots would lose minutes.
        keep = ["--appendonly", "yes", "--save", ""]
        where = ["--bind", "127.0.0.1", "--port", self.record.port]
        return [places.need("redis-server", ADVICE), *where, *keep]

    def create(self, data: Path) -> None:
        """It fills an empty folder itself."""

    def is_ready(self) -> bool:
        return self.ask(b"PING\r\n").startswith(b"+PONG")

    def url(self) -> str:
        return f"redis://{self.address}/0"
