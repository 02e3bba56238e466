"""What is remembered of a server between two commands: beside its data, so that both live or go together."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Record:
    port: int = 0
    pid: int = 0
    birth: str = ""  # none: never started
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @classmethod
    def load(cls, path: Path) -> "Record":
        return cls(**json.loads(path.read_text())) if path.exists() else cls()

    def save(self, path: Path) -> None:
        write_private(path, json.dumps(asdict(self)))


def write_private(path: Path, text: str) -> None:
    """Passwords are inside: never readable by others, never half written."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
