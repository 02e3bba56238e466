"""The environment: every variable is read here, by name, strictly.

A test holds `.env.example` against `DECLARED`, so a variable cannot be read without being documented.
"""

import math
import os
import secrets
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

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


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    return _read(name, lambda raw: dict(zip(choices, choices, strict=True))[raw.upper()], default, " or ".join(choices))


def seconds(name: str, default: float) -> float:
    return _read(name, _positive, default, "a number of seconds")


def _positive(raw: str) -> float:
    value = float(raw)
    if not 0 < value < math.inf:
        raise ValueError
    return value


def integer(name: str, default: int, least: int | None = None) -> int:
    def convert(raw: str) -> int:
        value = int(raw)
        if least is not None and value < least:
            raise ValueError
        return value

    return _read(name, convert, default, "a whole number" if least is None else f"a whole number from {least} on")


def items(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list."""
    return _read(name, lambda raw: [item.strip() for item in raw.split(",") if item.strip()], list(default), "a list")


def address(name: str, default: str) -> str:
    return _read(name, _origin, default, "an address such as https://movies.example.org")


def addresses(name: str) -> list[str]:
    return _read(
        name,
        lambda raw: [_origin(item) for item in raw.split(",") if item.strip()],
        [],
        "a list of addresses, with https://",
    )


def _origin(raw: str) -> str:
    parts = urlsplit(raw.strip().rstrip("/"))
    port = f":{parts.port}" if parts.port else ""
    origin = f"{parts.scheme}://{parts.hostname}{port}"
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.geturl().lower() != origin:
        raise ValueError
    return origin


def networks(name: str, default: str = "") -> list[IPv4Network | IPv6Network]:
    return _read(name, _networks, _networks(default), "a list of networks")


def _networks(raw: str) -> list[IPv4Network | IPv6Network]:
    return [ip_network(item.strip()) for item in raw.split(",")] if raw else []


def folder(name: str, default: Path, mode: int = 0o777) -> Path:
    """A folder, made if it is not there; a relative one is beside the default."""
    path = default.parent / text(name, str(default))
    try:
        path.mkdir(mode, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}={str(path)!r} cannot be made or used: {error.strerror}.") from None
    return path


def installation_secret(file: Path, length: int = 50) -> str:
    """A secret made for this installation alone and kept in `file`, readable by its owner only."""
    if not file.exists():
        with open(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), "w") as target:  # noqa: PTH123
            target.write(secrets.token_urlsafe(length))
    return file.read_text()
