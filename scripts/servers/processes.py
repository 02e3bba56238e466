"""Processes that outlive the one that started them, known by pid and time of start."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

ENVIRONMENT = {**os.environ, "LC_ALL": "C"}  # mongod refuses a locale that the machine does not have
PROC = Path("/proc")


def spawn(command: list[Any], folder: Path, log: Path, account: dict[str, Any]) -> int:
    """Start a daemon in a session of its own, so that it survives the shell and its Ctrl-C."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=ENVIRONMENT,
            **account,
        )
    return process.pid


def inspect(pid: int) -> tuple[str, str] | None:
    """State and birth of a process (together with its pid no other has the same); None when it is gone."""
    described = _from_proc(pid) if (PROC / "self/stat").exists() else _from_ps(pid)
    # A zombie has ended; who inherits our daemons may never reap it.
    return described if described and described[0] not in "ZX" else None


def _from_proc(pid: int) -> tuple[str, str] | None:
    try:
        # The program's name stands in brackets and may hold anything.
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    return fields[0], f"{boot} {fields[19]}"


def _from_ps(pid: int) -> tuple[str, str] | None:
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    state, _, birth = answer.stdout.strip().partition(" ")
    return (state[0], birth.strip()) if state else None


def thaw(pid: int) -> None:
    """Continue what a test has frozen: PostgreSQL cannot end while one of its children stands still."""
    children = PROC / str(pid) / "task" / str(pid) / "children"
    family = children.read_text().split() if children.exists() else []
    for member in [*map(int, family), pid]:
        with suppress(ProcessLookupError):
            os.kill(member, signal.SIGCONT)


def end(pid: int, how: signal.Signals, patience: float = 60) -> bool:
    """Ask a process to end and wait until it is gone; False when it had to be killed."""
    thaw(pid)
    with suppress(ProcessLookupError):
        os.kill(pid, how)
        if wait_until(lambda: inspect(pid) is None, patience):
            return True
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: inspect(pid) is None, patience)
        return False
    return True


def kill_inhabitants(folder: Path, program: str) -> None:
    """Kill what still runs in a folder after the process that we know by its pid has died."""
    for cwd in PROC.glob("[0-9]*/cwd"):
        # Others' processes tell us nothing, and any may end while we look.
        with suppress(OSError):
            if cwd.readlink() == folder.resolve() and cwd.with_name("comm").read_text().strip() == program:
                end(int(cwd.parent.name), signal.SIGKILL)


def wait_until(condition: Callable[[], bool], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def tail(text: str, lines: int = 15, width: int = 300) -> str:
    return "\n".join(f"    {line[:width]}" for line in text.splitlines()[-lines:])
