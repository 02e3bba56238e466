"""Writing the index. What it says of a row is always replaced whole: to do it again changes nothing."""

import json
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from apps.catalog.models.base import CatalogModel
from apps.catalog.search import files
from apps.catalog.search.documents import COLUMNS, MODELS, documents, key_of
from apps.catalog.search.readers import TAG
from apps.catalog.search.schema import SCHEMA
from movieverse.bulk import batched
from movieverse.cache.levels import touch
from movieverse.outbox.changes import changes_since

_ROWS = 500  # read at once
_CHANGES = 1_000  # committed at once
_HEAP = 50_000_000  # bytes

logger = logging.getLogger(__name__)

_SHOWN_WITH = {"rating_summary": "movie"}  # kinds whose ids are those of another kind, in whose documents they show


class Damaged(Exception):
    """What lies in the folder is no index, or has lost a part of it."""


class Writer:
    """Of one folder. A second one of the same folder is refused, in whichever process."""

    def __init__(self, folder: Path, *, threads: int = 1, heap: int = _HEAP) -> None:
        self.folder = folder
        try:
            self.position = files.position(folder)
            self._index = tantivy.Index.open(str(folder))  # which opens all its parts
        except (ValueError, FileNotFoundError) as error:
            raise Damaged(str(error)) from error
        self._index.config_reader("manual")
        self._writer = self._index.writer(heap, threads)

    @classmethod
    def of_new(cls, folder: Path, position: int, **options: int) -> "Writer":
        """Of an index that is yet to be filled with what the catalogue holds at a position of the log, or later."""
        tantivy.Index(SCHEMA, path=str(folder))
        files.note_position(folder, position)
        return cls(folder, **options)

    def follow(self) -> int:
        """Take in the next of the changes that the log tells of. Returns how many; raises Missed."""
        changes = list(changes_since(self.position).values_list("position", "kind", "object_id")[:_CHANGES])
        if changes:
            self._apply([(kind, pk) for _, kind, pk in changes])
            self.position = changes[-1][0]
            files.note_position(self.folder, self.position)
        return len(changes)

    def _apply(self, changed: Sequence[tuple[str, int]]) -> None:
        ids: dict[str, set[int]] = {}
        for changed_kind, pk in changed:
            kind = _SHOWN_WITH.get(changed_kind, changed_kind)
            if kind in MODELS:
                ids.setdefault(kind, set()).add(pk)
        for kind, some in ids.items():
            self._replace(MODELS[kind], sorted(some))
        if ids:
            self.commit()
        if any(kind in MODELS for kind, _ in changed):  # not by a rating, which moves a title, but is in no answer
            touch([TAG])

    def _replace(self, model: type[CatalogModel], ids: Sequence[int]) -> None:
        for some in batched(ids, _ROWS):
            for pk in some:
                self._writer.delete_documents_by_term("key", key_of(model, pk))
            self.add(documents(model._default_manager.filter(pk__in=some).only(*COLUMNS[model])))

    def add(self, made: Iterable[str]) -> None:
        """One that the index cannot hold is left out."""
        for document in made:
            try:
                self._writer.add_json(document)
            except ValueError as error:
                if _is_sound(document):  # then it is the writer that can do no more
                    raise
                logger.error("Searches do not find what the index cannot hold (%s): %.100s", error, document)

    def commit(self) -> None:
        self._writer.commit()
        self._index.reload()  # lets go of the files that are needed no more

    def close(self) -> None:
        """What is not committed yet is as if it had never been."""
        self._writer.wait_merging_threads()


def _is_sound(document: str) -> bool:
    try:
        tantivy.Document.from_dict(json.loads(document), SCHEMA)
    except ValueError:
        return False
    return True
