"""Writes to the catalogue. API, admin and commands all come through here.

`by` is the curator who writes, None where nobody is signed in; `version` is the row's version that the change
was made to: where it is another one by now, VersionConflict is raised and nothing is written. What a curator
writes is locked: data sets leave it alone until it is unlocked.
"""

from apps.catalog.services.external_ids import (
    ExternalIdTaken,
    external_id_add,
    external_id_delete,
    external_id_move,
)
from apps.catalog.services.facts import facts_lock, facts_unlock, locks_set
from apps.catalog.services.ids import take_ids
from apps.catalog.services.lists import list_delete, list_entries_set, list_entry_add, list_entry_remove, list_save
from apps.catalog.services.merging import (
    AlreadyMerged,
    merge_preview,
    pair_of,
    rows_merge,
    rows_part,
    tombstone_settle,
)
from apps.catalog.services.movies import movie_delete, movie_save
from apps.catalog.services.names import (
    InUse,
    NameTaken,
    collection_delete,
    collection_save,
    company_delete,
    company_save,
    genre_delete,
    genre_save,
)
from apps.catalog.services.people import credits_refresh, person_delete, person_save
from apps.catalog.services.ratings import RatingProjection, ratings_project
from apps.catalog.services.rows import StillMerging
from apps.catalog.services.settings import setting_reset, setting_set
from apps.catalog.services.traces import rows_forget

__all__ = [
    "AlreadyMerged", "ExternalIdTaken", "InUse", "NameTaken", "RatingProjection", "StillMerging", "collection_delete",
    "collection_save", "company_delete", "company_save", "credits_refresh", "external_id_add", "external_id_delete",
    "external_id_move", "facts_lock", "facts_unlock", "genre_delete", "genre_save", "list_delete", "list_entries_set",
    "list_entry_add", "list_entry_remove", "list_save", "locks_set", "merge_preview", "movie_delete", "movie_save",
    "pair_of", "person_delete", "person_save", "ratings_project", "rows_forget", "rows_merge", "rows_part",
    "setting_reset", "setting_set", "take_ids", "tombstone_settle",
]  # fmt: skip
