"""A run: what is wanted is found out, then fetched and loaded batch by batch."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from copy import deepcopy
from datetime import UTC, date, datetime
from itertools import count

from apps.catalog.loading import Loaded
from apps.catalog.records import Problem
from apps.imports.tmdb import feeds, files, pictures
from apps.imports.tmdb.checkpoint import Changes, Checkpoint, Progress, alone
from apps.imports.tmdb.client import TmdbError, client
from apps.imports.tmdb.loading import BATCH, Answer, Fetching, Loading
from apps.imports.tmdb.wanted import NAMING, Asked, Wanted
from movieverse.exceptions import StoreUnavailable

# MongoDB lets go of what a killed process was writing after 60 seconds, unless it is told otherwise.
PATIENCE, PAUSE = 90, 5

Batches = Callable[[Sequence[Wanted], int], Iterable[Sequence[Wanted]]]


class Run:
    """Fills `loaded`. `batches` cuts a list into pieces, and may show how far they are; `say` tells the operator.

    A dry run neither goes on from where another one was nor leaves a trace.
    """

    def __init__(self, asked: Asked, loaded: Loaded, *, batches: Batches, say: Callable[[str], None]) -> None:
        self._asked, self._loaded, self._batches, self._say = asked, loaded, batches, say
        self._checkpoint, self._changes = Checkpoint(asked.told()), Changes()

    def go(self, *, restart: bool = False) -> None:
        """Raises TmdbError, SourceError. Whatever it has loaded by then stays."""
        if not self._asked.names_something():
            raise TmdbError(f"What of TMDB? Say at least one of {', '.join(NAMING)}; `seed tmdb --help` tells of each.")
        if self._asked.since and not self._asked.changes:
            raise TmdbError("--since says since when --changes are wanted: say that, too.")
        self._client = client()
        self._fetching = Fetching(self._client, self._asked.language)
        try:
            with nullcontext() if self._loaded.dry_run else alone():
                self._go(restart)
        finally:
            self._fetching.close()

    def _go(self, restart: bool) -> None:
        progress = None if restart or self._loaded.dry_run else self._gone_on()
        if not self._loaded.dry_run:
            pictures.keep_address(self._client, self._say)
        if progress is None:
            progress = self._begun()
        self._load(progress)
        if not self._loaded.dry_run:
            self._end(progress)

    def _end(self, progress: Progress) -> None:
        if self._asked.changes:
            self._changes.keep(progress.today, progress.unanswered)
        self._checkpoint.remove()

    def _gone_on(self) -> Progress | None:
        """None where there is nothing left: an earlier run may have been killed at its very end."""
        progress = self._checkpoint.read()
        if progress and progress.done == len(progress.wanted):
            self._end(progress)
            return None
        if progress:
            done, number = f"{progress.done:,}", f"{len(progress.wanted):,}"
            self._say(f"Going on where an earlier run was: {done} of {number} are done. (--restart begins anew.)")
            self._loaded.problems += progress.problems
        return progress

    def _begun(self) -> Progress:
        today = datetime.now(UTC).date()
        told: list[Problem] = []
        wanted: dict[tuple[str, int], Wanted] = {}
        for one in self._wanted(today, told):
            wanted.setdefault((one.kind, one.id), one)
        for problem in told:
            self._loaded.failed("movies", problem)
        progress = Progress(list(wanted.values()), today.isoformat(), problems=told)
        if not self._loaded.dry_run:
            self._checkpoint.begin(progress)
        return progress

    def _wanted(self, today: date, problems: list[Problem]) -> Iterator[Wanted]:
        if self._asked.ids:
            yield from files.from_ids(self._asked.ids, "tv" if self._asked.shows else "movie", problems)
        if self._asked.export:
            yield from files.from_export(self._asked.export, self._asked.limit, problems)
        yield from feeds.listed(self._client, self._asked)
        if self._asked.changes:
            yield from self._changed(today)

    def _changed(self, today: date) -> Iterator[Wanted]:
        """What the last run could not have is asked for again."""
        until, unanswered = self._changes.read()
        since = self._asked.since or (date.fromisoformat(until) if until else None)
        if since is None:
            raise TmdbError("Since when? No --changes has come to its end here yet: say --since, such as 2026-01-31.")
        if since > today:
            raise TmdbError(f"--since {since} is yet to come.")
        yield from unanswered
        yield from feeds.changed(self._client, since, today)

    def _load(self, progress: Progress) -> None:
        loading = Loading(self._loaded, self._fetching, people=self._asked.people)
        for answers in self._fetched(self._batches(progress.wanted[progress.done :], BATCH)):
            told = len(self._loaded.problems)
            _require_some(answers)
            self._load_batch(loading, answers)
            unanswered = [one.wanted for one in answers if one.body is None and not one.is_gone]
            progress.done += len(answers)
            progress.unanswered += unanswered
            if not self._loaded.dry_run:
                self._checkpoint.advance(progress.done, unanswered, self._loaded.problems[told:])

    def _load_batch(self, loading: Loading, answers: Sequence[Answer]) -> None:
        """Have patience with a catalogue that is away for a moment, or of which a killed run still holds a part."""
        counts, told = deepcopy(self._loaded.counts), len(self._loaded.problems)
        begun = time.monotonic()
        for attempt in count(1):
            try:
                loading.load(answers)
                return
            except StoreUnavailable as error:
                if time.monotonic() > begun + PATIENCE:
                    raise
                if attempt == 1:
                    self._say(f"{error} Trying again, for {PATIENCE} seconds at most.")
            self._loaded.counts, self._loaded.problems[told:] = deepcopy(counts), []
            self._client.pace.pause(PAUSE)

    def _fetched(self, batches: Iterable[Sequence[Wanted]]) -> Iterator[list[Answer]]:
        """One batch is fetched while the one before it is loaded; no more, or memory would grow."""
        ahead: deque[list[Future[Answer]]] = deque()
        for batch in batches:
            ahead.append(self._fetching.begin(batch))
            if len(ahead) > 1:
                yield [future.result() for future in ahead.popleft()]
        for futures in ahead:
            yield [future.result() for future in futures]


def _require_some(answers: Sequence[Answer]) -> None:
    """Where nothing of a whole batch could be had, the rest would not fare better."""
    if len(answers) == BATCH and not any(one.body or one.is_gone for one in answers):
        raise TmdbError(f"Nothing of {BATCH} could be had ({answers[-1].reason}). Run the same again to go on here.")
