"""What the servers need from Debian's packages, installed where we may."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import places, processes
from .errors import ServerError

# Each package by a program that shows it is there, whoever installed it. The last two are for
# building mysqlclient.
PACKAGES = {
    "postgresql": "initdb",
    "mariadb-server": "mariadbd",
    "redis-server": "redis-server",
    "default-libmysqlclient-dev": "mysql_config",
    "pkg-config": "pkg-config",
}
# The packaged mongod is linked with it; small images come without.
LIBRARIES = {"libcurl4": "libcurl.so.4"}
POLICY = Path("/usr/sbin/policy-rc.d")


def missing() -> list[str]:
    if os.geteuid() != 0 or not places.find("apt-get"):
        return []
    packages = [package for package, program in PACKAGES.items() if not places.find(program)]
    libraries = [package for package, name in LIBRARIES.items() if not any(Path("/usr/lib").glob(f"*/{name}"))]
    return packages + libraries


def install(packages: list[str]) -> None:
    with services_left_alone():
        apt("update")
        apt("install", "--yes", "--no-install-recommends", *packages)


def apt(*arguments: str) -> None:
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=300", *arguments]
    environment = {**processes.ENVIRONMENT, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        problem = processes.tail(done.stdout + done.stderr)
        raise ServerError(f"`apt-get {' '.join(arguments)}` failed:\n{problem}")


@contextmanager
def services_left_alone() -> Iterator[None]:
    """Keep the packages from starting servers of their own on the standard ports."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
