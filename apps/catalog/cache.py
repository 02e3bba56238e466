"""The site's settings, kept in this process: every rating asks for some, and they hardly ever change."""

import time
from typing import Any

from apps.catalog.models import Setting
from movieverse.exceptions import StoreUnavailable

KEPT_SECONDS = 1  # so long another process may go on with what a setting was


class _Settings:
    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._values: dict[str, Any] | None = None
        self._until = 0.0

    def values(self) -> dict[str, Any]:
        """Those that somebody has set; while the catalogue is away, as they were."""
        if self._values is None or time.monotonic() > self._until:
            self._read()
        return self._values or {}

    def _read(self) -> None:
        try:
            self._values = dict(Setting.objects.values_list("name", "value"))
        except StoreUnavailable:
            if self._values is None:
                raise
        self._until = time.monotonic() + KEPT_SECONDS


settings = _Settings()
