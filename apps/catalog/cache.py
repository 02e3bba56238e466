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
        values = self._values
        if values is None or time.monotonic() > self._until:
            values = self._values = self._read(values)
            self._until = time.monotonic() + KEPT_SECONDS
        return values

    def _read(self, known: dict[str, Any] | None) -> dict[str, Any]:
        try:
            return dict(Setting.objects.values_list("name", "value"))
        except StoreUnavailable:
            if known is None:
                raise
            return known


settings = _Settings()
