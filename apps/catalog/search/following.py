"""Keeping the index up with the catalogue, by the change log."""

import logging
from contextlib import ExitStack, suppress
from pathlib import Path

from apps.catalog.search import files, locks
from apps.catalog.search.making import make_anew
from apps.catalog.search.writer import Damaged, Writer
from movieverse.outbox.changes import Missed

_REST, _REST_OF_A_SECOND_ONE = 0.1, 1.0  # seconds

logger = logging.getLogger(__name__)


class Follower:
    """Keeps up the index in use, whichever that is. Of several in a machine one is at work, the others wait for it."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self._is_first = False
        self._writer: Writer | None = None
        self._told = ""

    def __enter__(self) -> "Follower":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._close()
        self._held.close()

    def one_round(self) -> float:
        """Returns for how many seconds to rest."""
        try:
            return 0 if self.follow() else _REST
        except locks.Busy as busy:
            if str(busy) != self._told:
                self._told = str(busy)
                logger.info("%s This one waits for it to end.", busy)
            return _REST_OF_A_SECOND_ONE

    def follow(self) -> int:
        """Take in some changes; first make the index, where there is none that can be used.

        Returns how many changes there were. Raises Busy.
        """
        if not self._is_first:
            self._held.enter_context(locks.following())
            self._is_first = True
        folder = files.current() or make_anew()  # another process may have made it anew in the meantime
        try:
            return self._writer_of(folder).follow()
        except Exception as error:
            self._close()  # with what it has not committed: the next one begins after the last commit
            if folder != files.current():  # and so it has lost its files
                return 1
            if not isinstance(error, Missed | Damaged):
                raise
            logger.warning("The search index is made anew: %s", error)
            make_anew()
            return 1

    def _writer_of(self, folder: Path) -> Writer:
        if self._writer is None or self._writer.folder != folder:
            self._close()
            self._writer = Writer(folder)
        return self._writer

    def _close(self) -> None:
        if self._writer:
            with suppress(ValueError):  # there is no harm in what a broken one has left
                self._writer.close()
        self._writer = None


def catch_up() -> None:
    """Bring the index up to the end of the log, at once. Raises Busy where another process keeps it up."""
    with Follower() as follower:
        while follower.follow():
            pass
