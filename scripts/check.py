"""`make lint`, `make test-embedded` and `make test`: runs the checks and says what ran on which engines."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.servers.places import FOLDER

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STORES = (
    *("DATABASE_URL", "REVIEWS_DATABASE_URL", "CATALOG_DATABASE_URL", "PROFILES_DATABASE_URL", "REDIS_URL"),
    "FIREBASE_DATABASE_EMULATOR_HOST",
)
EMBEDDED = dict.fromkeys(STORES, "")  # empty counts as unset, and goes before a .env file
DEPLOYED = {"SECRET_KEY": "x" * 50 + "0123456789", "DEBUG": "false", "PUBLIC_URL": "https://movies.example.org"}

LINTS: dict[str, list[str | Path]] = {
    "ruff": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "mypy": [sys.executable, "-m", "mypy"],
    "imports": [BIN / "lint-imports", "--no-logo"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "deploy": [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "schema": [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull],
}


def run(command: list[str | Path], **environment: str) -> int:
    sys.stdout.flush()
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment).returncode


def lint() -> bool:
    failed = [name for name, command in LINTS.items() if run(command, **EMBEDDED, **DEPLOYED)]
    print(f"lint: {'failed: ' + ', '.join(failed) if failed else 'clean'}")
    return not failed


def embedded() -> bool:
    return suite("on SQLite alone", ["tests", "--ignore=tests/faults", "--numprocesses=2"], EMBEDDED)


def on_servers() -> bool:
    """What could not run is said, and no failure: a machine without the servers' packages can still test."""
    status = [sys.executable, "-m", "scripts.servers", "status"]
    were_running = subprocess.run(status, cwd=ROOT, capture_output=True).returncode == 0
    try:
        if run([sys.executable, "-m", "scripts.servers", "start"]):
            print("not run: the suite on real servers, which could not be started for the reasons above")
            return True
        if run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"]
        ):
            print("not run: the suite on real servers; requirements.txt could not be installed")
            return True
        urls = EMBEDDED | servers_environment()
        return suite(
            "on PostgreSQL, MariaDB, MongoDB, Firebase, Redis", ["tests", "--ignore=tests/faults"], urls
        ) & suite("with each of them away in turn", ["tests/faults"], urls)
    finally:
        if not were_running:
            run([sys.executable, "-m", "scripts.servers", "stop"])


def servers_environment() -> dict[str, str]:
    shell = ["sh", "-c", f'set -a && . "{FOLDER}/env" && env']
    lines = subprocess.run(shell, capture_output=True, text=True, check=True, env={}).stdout.splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines) if name in STORES}


RESULTS: list[str] = []


def suite(name: str, arguments: list[str], environment: dict[str, str]) -> bool:
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        code = run([sys.executable, "-m", "pytest", "-q", *arguments, f"--junitxml={report}"], **environment)
        counts = ET.parse(report).getroot()[0].attrib if report.exists() else {}  # noqa: S314  our own file
    number = {key: int(counts.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
    failed = number["failures"] + number["errors"]
    passed = number["tests"] - failed - number["skipped"]
    RESULTS.append(f"{name:>42}: {passed} passed, {failed} failed, {number['skipped']} skipped")
    return code == 0


def main(what: str) -> int:
    checks: dict[str, list[Callable[[], bool]]] = {
        "lint": [lint],
        "embedded": [embedded],
        "all": [lint, embedded, on_servers],
    }
    good = [check() for check in checks[what]]
    print("\n".join(RESULTS))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
