import sqlite3

from django.db.backends.sqlite3 import base

from movieverse.engines.base import StoreMixin


class DatabaseWrapper(StoreMixin, base.DatabaseWrapper):
    def is_unavailable(self, error: Exception) -> bool:
        reason = str(error)
        return isinstance(error, sqlite3.OperationalError) and (
            "unable to open database file" in reason or "database is locked" in reason
        )

    def leave_no_traces(self) -> None:
        """The log of writes goes into the file, which has written over what was deleted (`secure_delete`)."""
        if self.in_atomic_block:
            return  # who has it open may yet bring back what they deleted
        with self.cursor() as cursor:
            is_busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise self.unavailable("others read what its log of writes has")

    def is_refusal(self, error: BaseException | None) -> bool:
        return True  # a file is never away: others write, or it cannot be opened
