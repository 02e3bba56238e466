"""PostgreSQL: accounts and jobs."""

import locale
import os
import signal
import struct
from pathlib import Path
from typing import Any

from . import places, processes
from .server import Server

ADVICE = "install PostgreSQL (Debian: apt-get install postgresql; macOS: brew install postgresql)"


class PostgreSQL(Server):
    name = "postgresql"
    title = "PostgreSQL"
    variable = "DATABASE_URL"
    ports = range(21000, 22000)
    ends_by = signal.SIGINT  # fast: open connections are ended, not waited for

    def program(self, name: str) -> Path:
        """All programs from the folder of one version."""
        return places.need("initdb", ADVICE).resolve().with_name(name)

    def command(self) -> list[Any]:
        # No sockets: a path in a deep folder is longer than a socket's name may be.
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.record.port,
            "unix_socket_directories": "",
            "max_connections": 200,
            # A table and its indexes are not written out again and again while millions of rows come in.
            "shared_buffers": "1GB",
            "max_wal_size": "4GB",
        }
        options = [option for key, value in settings.items() for option in ("-c", f"{key}={value}")]
        return [self.program("postgres"), "-D", self.data, *options]

    def launch(self) -> None:
        processes.kill_inhabitants(self.data, "postgres")
        self.disown_lock()
        super().launch()

    def disown_lock(self) -> None:
        """Where nobody reaps the dead, a killed server's pid stays and its lock looks alive.

        PostgreSQL takes a lock with its parent's pid as stale, but still checks the shared memory.
        """
        lock = self.data / "postmaster.pid"
        if lock.exists():
            _, *rest = lock.read_text().splitlines(keepends=True)
            lock.write_text("".join([f"{os.getpid()}\n", *rest]))

    def create(self, data: Path) -> None:
        initdb = [self.program("initdb"), "-D", data, "--username=postgres", "--encoding=UTF8"]
        rights = ["--auth-local=peer", "--auth-host=scram-sha-256"]
        self.run(*initdb, *rights, f"--locale={unicode_locale()}", "--no-sync")
        single = [self.program("postgres"), "--single", "-D", data, "-c", "exit_on_error=on"]
        self.run(*single, "postgres", given=self.provision())

    def provision(self) -> str:
        """One statement a line. CREATEDB is for the test databases."""
        password = self.record.password
        return (
            f"CREATE ROLE movieverse LOGIN CREATEDB PASSWORD '{password}'\n"
            "CREATE DATABASE movieverse OWNER movieverse\n"
        )

    def is_ready(self) -> bool:
        # While it recovers it answers with an error, later with the wish for a password.
        names = b"user\0movieverse\0database\0movieverse\0\0"
        startup = struct.pack(">ii", 8 + len(names), 3 << 16) + names
        return self.ask(startup).startswith(b"R")

    def url(self) -> str:
        return f"postgresql://movieverse:{self.record.password}@{self.address}/movieverse"


def unicode_locale() -> str:
    """Plain C would leave upper() and ILIKE at ASCII."""
    before = locale.setlocale(locale.LC_CTYPE)
    for name in ("C.UTF-8", "en_US.UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_CTYPE, before)
        return name
    return "C"
