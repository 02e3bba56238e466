"""Making the index anew, beside the one in use, which answers meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from apps.catalog.search import files, locks
from apps.catalog.search.documents import COLUMNS, MODELS, documents
from apps.catalog.search.readers import TAG
from apps.catalog.search.writer import Writer
from movieverse.cache.levels import touch
from movieverse.outbox.changes import change_log
from movieverse.pool import worked_off

_ROWS = 500  # at once
_WORTH_WORKERS = 20_000 // _ROWS  # batches, which take this process longer than others to start
# Bytes, of which each thread fills half before it makes a part of the index of it: few parts are searched faster.
_THREADS, _HEAP = 2, 1_000_000_000

Progress = Callable[[int], object]  # is told how many more rows are done


class _Batch(NamedTuple):
    """Rows next to each other."""

    kind: str
    first: int
    last: int


def make_anew(progress: Progress = lambda rows: None) -> Path:
    """From the catalogue as it is, and have it used from then on. Raises Busy while another process does the same."""
    with locks.making():
        files.drop_all_but(files.current())
        folder = files.new_folder()
        try:
            # Whatever changes while rows are read has a later position.
            writer = Writer.of_new(folder, change_log().position, threads=_THREADS, heap=_HEAP)
            with closing(writer):
                _fill(writer, progress)
                while writer.follow():
                    pass
            files.use(folder)
            touch([TAG])
            return folder
        finally:
            files.drop_all_but(files.current())


def _fill(writer: Writer, progress: Progress) -> None:
    batches = [batch for kind in MODELS for batch in _batches(kind)]
    made_of = map if len(batches) < _WORTH_WORKERS else worked_off
    for made in made_of(_documents, batches):
        writer.add(made)
        progress(len(made))
    writer.commit()


def _documents(batch: _Batch) -> list[str]:
    model = MODELS[batch.kind]
    return documents(model._default_manager.filter(pk__range=(batch.first, batch.last)).only(*COLUMNS[model]))


def _batches(kind: str) -> Iterator[_Batch]:
    ids = MODELS[kind]._default_manager.order_by("pk").values_list("pk", flat=True)
    some = list(ids[:_ROWS])
    while some:
        yield _Batch(kind, some[0], some[-1])
        some = list(ids.filter(pk__gt=some[-1])[:_ROWS])
