"""MariaDB: reviews and ratings."""

import os
from pathlib import Path
from typing import Any

from . import places
from .server import Server

ADVICE = "install MariaDB (Debian: apt-get install mariadb-server; macOS: brew install mariadb)"
GIGABYTE = 1 << 30


class MariaDB(Server):
    name = "mysql"
    title = "MariaDB"
    variable = "REVIEWS_DATABASE_URL"
    ports = range(22000, 23000)

    def command(self) -> list[Any]:
        # The distribution's own settings (--no-defaults) and socket are none of ours; a relative
        # path is short enough for a socket in any folder.
        return [
            places.need("mariadbd", ADVICE),
            "--no-defaults",
            f"--datadir={self.data}",
            "--bind-address=127.0.0.1",
            f"--port={self.record.port}",
            "--socket=mariadbd.sock",
            "--pid-file=mariadbd.pid",
            f"--init-file={self.rights}",
            "--skip-name-resolve",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_bin",
            "--local-infile=1",
            # Who rates while an import's rows are loaded gets a number at once.
            "--innodb-autoinc-lock-mode=2",
            "--max-connections=200",
            f"--innodb-buffer-pool-size={buffer_pool()}",
        ]

    @property
    def rights(self) -> Path:
        return self.folder / "rights.sql"

    def create(self, data: Path) -> None:
        self.rights.write_text(self.provision())
        self.rights.chmod(0o600)
        places.own(self.rights)
        self.run(
            places.need("mariadb-install-db", ADVICE),
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=socket",
            "--skip-test-db",
            "--skip-name-resolve",
        )

    def provision(self) -> str:
        """Run by the server at each start, before it listens: one statement a line."""
        user = "movieverse@127.0.0.1"
        return (
            "CREATE DATABASE IF NOT EXISTS movieverse CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;\n"
            f"CREATE USER IF NOT EXISTS {user} IDENTIFIED BY '{self.record.password}';\n"
            f"GRANT ALL PRIVILEGES ON movieverse.* TO {user};\n"
            f"GRANT ALL PRIVILEGES ON `test\\_movieverse%`.* TO {user};\n"
        )

    def is_ready(self) -> bool:
        # Its greeting has the protocol's version, 10, after four bytes of length and number.
        return self.ask()[4:5] == b"\x0a"

    def url(self) -> str:
        return f"mysql://movieverse:{self.record.password}@{self.address}/movieverse"


def buffer_pool() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(2 * GIGABYTE, memory // 4)
