"""`manage.py relay` and `manage.py scheduler`, in processes of their own, on SQLite files."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.test_commands import CLEAN

AWAY = "postgresql://u:secret@127.0.0.1:1/db"
WRITE = "from apps.accounts.models import Event; print('id', Event.objects.create(kind='user', object_id=1).pk)"
COUNT = "from apps.accounts.models import Event; print('left', Event.objects.count())"

Manage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


def environment(var: Path, **more: str) -> dict[str, str]:
    return os.environ | CLEAN | {"VAR_DIR": str(var), "PYTHONUNBUFFERED": "1"} | more


@pytest.fixture(scope="module")
def manage(var: Path) -> Manage:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=environment(var),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert run("migrate_all").returncode == 0
    return run


@pytest.fixture
def started(var: Path, manage: Manage, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Start a command; the answer stops it and tells what it has written."""
    processes: list[subprocess.Popen[str]] = []

    def start(name: str, **more: str) -> Callable[[signal.Signals], tuple[int, str, float]]:
        (var / f"{name}.alive").unlink(missing_ok=True)
        output = (tmp_path / "output").open("w+")
        process = subprocess.Popen(
            [sys.executable, "manage.py", name],
            cwd=settings.BASE_DIR,
            env=environment(var, **more),
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        processes.append(process)
        wait_for((var / f"{name}.alive").exists)

        def stop(ending: signal.Signals) -> tuple[int, str, float]:
            begin = time.monotonic()
            process.send_signal(ending)
            code = process.wait(20)
            output.seek(0)
            return code, output.read(), time.monotonic() - begin

        return stop

    yield start
    for process in processes:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_relay_once_tells_everything_and_ends(manage):
    assert "id " in manage("shell", "-c", WRITE).stdout
    first, again = manage("relay", "--once"), manage("relay", "--once")
    assert (first.returncode, first.stdout) == (0, "1 changes relayed.\n")
    assert (again.returncode, again.stdout) == (0, "0 changes relayed.\n")


@pytest.mark.parametrize(
    ("name", "ending"), [("relay", signal.SIGTERM), ("relay", signal.SIGINT), ("scheduler", signal.SIGTERM)]
)
def test_it_relays_and_ends_quickly_and_quietly(manage, started, name, ending):
    stop = started(name)
    assert "id " in manage("shell", "-c", WRITE).stdout
    wait_for(lambda: "left 0" in manage("shell", "-c", COUNT).stdout)
    code, output, seconds = stop(ending)
    assert (code, seconds < 5) == (0, True)
    lines = [line for line in output.splitlines() if not line.startswith("every ")]
    assert lines == []


@pytest.mark.parametrize("name", ["relay", "scheduler"])
def test_it_survives_that_the_accounts_store_is_away_and_says_so_in_one_line(started, name):
    pytest.importorskip("psycopg2")
    stop = started(name, DATABASE_URL=AWAY)
    time.sleep(2)
    code, output, seconds = stop(signal.SIGTERM)
    assert (code, seconds < 5) == (0, True)
    lines = [line for line in output.splitlines() if not line.startswith("every ")]
    assert len(lines) == 1
    assert "The default store does not answer" in lines[0]
    assert "secret" not in output
