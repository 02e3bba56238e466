"""Merging as a curator asks for it, and all that the stores hold, to compare."""

from typing import Any

from django.apps import apps

from apps.catalog.models import Movie, Person
from apps.curation.merging import merge_rows, merge_undo
from apps.curation.models import Merge
from apps.reviews.models import RatingSummary
from movieverse.merging import columns_of
from tests.curation.consistency import relayed

# What tells of changes, or counts them. Versions only grow: nobody who has seen one is told that it is still so.
_BESIDE = {"event", "merge", "mergedrow", "counter"}
_GROWING = {
    "ratingsummary": {"version"}, "movie": {"version", "rating_version"}, "person": {"version"},
    "curatedlist": {"version"}, "profile": {"version"},
}  # fmt: skip

Held = dict[str, dict[Any, dict[str, Any]]]


def held() -> Held:
    """All rows of all stores, by model and key."""
    models = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
    return {model._meta.label: _rows(model) for model in models if model._meta.model_name not in _BESIDE}


def _rows(model: Any) -> dict[Any, dict[str, Any]]:
    growing = _GROWING.get(model._meta.model_name, set())
    rows = ((row.pk, columns_of(row)) for row in model._default_manager.all() if not _is_as_none(row))
    return {pk: {name: value for name, value in columns.items() if name not in growing} for pk, columns in rows}


def _is_as_none(row: Any) -> bool:
    """A summary of no ratings says what none says."""
    return isinstance(row, RatingSummary) and row.count == 0


def merged(merged_row: Movie | Person, into: Movie | Person) -> Merge:
    """Merged, in all stores."""
    merge = merge_rows(kind=merged_row.COUNTER, from_id=merged_row.pk, into_id=into.pk, by=None)
    relayed()
    merge.refresh_from_db()
    assert merge.state == "merged"
    return merge


def undone(merge: Merge) -> Merge:
    merge_undo(merge=merge, by=None)
    relayed()
    merge.refresh_from_db()
    assert merge.state == "undone"
    return merge
