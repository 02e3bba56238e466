import sqlite3

from django.db.backends.sqlite3 import base

from movieverse.engines.base import StoreMixin


class DatabaseWrapper(StoreMixin, base.DatabaseWrapper):
    def is_unavailable(self, error: Exception) -> bool:
        reason = str(error)
        return isinstance(error, sqlite3.OperationalError) and (
            "unable to open database file" in reason or "database is locked" in reason
        )

    def is_refusal(self, error: BaseException | None) -> bool:
        return True  # a file is never away: others write, or it cannot be opened
