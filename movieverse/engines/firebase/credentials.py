"""The service account in whose name the database is asked."""

import json
import os
from pathlib import Path
from typing import Any

from firebase_admin import credentials

_ADVICE = "take the key of a service account from the Firebase console, under Project settings, Service accounts"


def credential(given: str) -> credentials.Base:
    """From a key or the path of its file. Raises ValueError in one line, which tells nothing of the key itself."""
    if not given and os.environ.get("GOOGLE_APPLICATION_CREDENTIALS"):
        return credentials.ApplicationDefault()
    if not given:
        raise ValueError(f"there is no FIREBASE_CREDENTIALS: {_ADVICE}, and set it to the file's path or its content")
    try:
        return credentials.Certificate(_key(given))
    except OSError as error:
        raise ValueError(f"FIREBASE_CREDENTIALS names no file that can be read: {error.strerror}") from None
    except (ValueError, AttributeError):
        raise ValueError(f"FIREBASE_CREDENTIALS is no service account's key: {_ADVICE}") from None


def _key(given: str) -> dict[str, Any]:
    return json.loads(given if given.lstrip().startswith("{") else Path(given).read_text())  # type: ignore[no-any-return]
