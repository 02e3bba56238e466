"""The environment: every variable is read here, by name, strictly.

A test holds `.env.example` against `DECLARED`, so a variable cannot be read without being documented.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

Value = TypeVar("Value")

DECLARED: set[str] = set()

_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def _read(name: str, convert: Callable[[str], Value], default: Value, wanted: str) -> Value:
    DECLARED.add(name)
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return convert(raw)
    except (ValueError, KeyError):
        raise ImproperlyConfigured(f"{name}={raw!r} is not {wanted}.") from None


def text(name: str, default: str = "") -> str:
    return _read(name, str, default, "text")


def boolean(name: str, default: bool) -> bool:
    return _read(name, lambda raw: _BOOLEANS[raw.lower()], default, "a boolean: write true or false")


def number(name: str, default: float) -> float:
    return _read(name, float, default, "a number")


def integer(name: str, default: int) -> int:
    return _read(name, int, default, "a whole number")


def items(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list."""
    return _read(
        name, lambda raw: [item.strip() for item in raw.split(",") if item.strip()], list(default), "a list"
    )


def installation_secret(file: Path) -> str:
    """A secret made for this installation alone and kept in `file`, readable by its owner only."""
    if not file.exists():
        with open(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), "w") as target:
            target.write(secrets.token_urlsafe(50))
    return file.read_text()
