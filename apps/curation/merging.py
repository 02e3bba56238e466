"""Merging two titles or two people that are one, and undoing that. Each store does its part by its own service.

Who asks is told at once that it is under way. The rest follows by an event: what is interrupted goes on, and a store
that is away delays it. Undoing brings the catalogue's row back last, so that meanwhile nobody says anything of it.
"""

import logging
from itertools import chain, islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

import movieverse
from apps.accounts.models import Event
from apps.catalog import services as catalog
from apps.catalog.models import MergedRow as CatalogRow
from apps.curation.models import Merge
from apps.profiles import services as profiles
from apps.profiles.models import MergedRow as ProfilesRow
from apps.profiles.selectors import kept_of_movie
from apps.reviews import services as reviews
from apps.reviews.models import MergedRow as ReviewsRow
from apps.reviews.selectors import projections_of, said_of_movies
from movieverse.exceptions import DomainError
from movieverse.merging import counts_of, kept_of
from movieverse.outbox import emit

State = Merge.State

_MOST_KEPT = 1_000  # that a merge lists itself; all of them stand in the journals
_JOURNALS = (CatalogRow, ReviewsRow, ProfilesRow)

logger = logging.getLogger(__name__)


class NotMerged(DomainError):
    code = "not-merged"


class BuiltUpon(DomainError):
    code = "built-upon"


def merge_preview(*, kind: str, from_id: int, into_id: int) -> dict[str, Any]:
    """What merging would do. Nothing is written."""
    pair = catalog.pair_of(kind, from_id, into_id)
    found = catalog.merge_preview(kind, pair)
    if kind == Merge.Kind.MOVIE:
        found["counts"] |= said_of_movies(from_id, into_id) | kept_of_movie(from_id)
    names = {"from_name": str(pair.merged), "into_name": str(pair.survivor)}
    return {"kind": kind, "from_id": from_id, "into_id": into_id} | names | found


def merge_rows(*, kind: str, from_id: int, into_id: int, by: int | None) -> Merge:
    """Let a row be another one from now on."""
    catalog.pair_of(kind, from_id, into_id)
    merge = _store(kind, from_id, into_id, by)
    return Merge.objects.filter(pk=merge.pk).first() or merge  # which may be done by now


def merge_undo(*, merge: Merge, by: int | None) -> Merge:
    """Make two rows of one again. What has been changed since stays with the survivor."""
    _check_last(merge)
    _begin_undoing(merge, by)
    return Merge.objects.get(pk=merge.pk)


@movieverse.atomic("default")
def _store(kind: str, from_id: int, into_id: int, by: int | None) -> Merge:
    merge = Merge.objects.create(kind=kind, from_id=from_id, into_id=into_id, by_id=by)
    _tell(merge)
    return merge


def _check_last(merge: Merge) -> None:
    """A later merge with the survivor is undone before."""
    with_survivor = Q(from_id=merge.into_id) | Q(into_id=merge.into_id)
    later = Merge.objects.filter(with_survivor, kind=merge.kind, pk__gt=merge.pk).exclude(state=State.UNDONE)
    if last := later.first():
        raise BuiltUpon(f"Merge {last.pk} ({last}) came after this one: undo that first.")


@movieverse.atomic("default")
def _begin_undoing(merge: Merge, by: int | None) -> None:
    undoing = {"state": State.UNDOING, "undone_by": by}
    if not Merge.objects.filter(pk=merge.pk, state=State.MERGED).update(**undoing):
        state = Merge.objects.values_list("state", flat=True).get(pk=merge.pk)
        raise NotMerged(f"Merge {merge.pk} is {state}: only one that is merged can be undone.")
    _tell(merge)


def _tell(merge: Merge) -> None:
    emit([Event(kind="merge", object_id=merge.pk)])


# --- What follows ---------------------------------------------------------------------------------


def bring_about(merge_id: int) -> None:
    """What is left to be done of a merge, or of its undoing."""
    merge = Merge.objects.filter(pk=merge_id).first()
    if merge and merge.state == State.MERGING:
        _merge(merge)
    elif merge and merge.state == State.UNDOING:
        _undo(merge)


def _merge(merge: Merge) -> None:
    try:
        catalog.rows_merge(kind=merge.kind, from_id=merge.from_id, into_id=merge.into_id, merge_id=merge.pk)
    except (DomainError, ValidationError) as refusal:  # of something that has happened since it was asked for
        logger.warning("Nothing becomes of merging %s: %s", merge, refusal)
        merge.delete()
        return
    if merge.kind == Merge.Kind.MOVIE:
        reviews.movie_merge(movie_id=merge.from_id, into=merge.into_id, merge_id=merge.pk)
        profiles.movie_merge(movie_id=merge.from_id, into=merge.into_id, merge_id=merge.pk)
    catalog.tombstone_settle(kind=merge.kind, pk=merge.from_id)
    counts = {journal._meta.app_label: counts_of(journal, merge.pk) for journal in _JOURNALS}
    _finish(merge, State.MERGED, finished_at=timezone.now(), counts=counts)


def _undo(merge: Merge) -> None:
    catalog.tombstone_settle(kind=merge.kind, pk=merge.from_id, settled=False)
    if merge.kind == Merge.Kind.MOVIE:
        reviews.movie_part(movie_id=merge.from_id, into=merge.into_id, merge_id=merge.pk)
        profiles.movie_part(merge_id=merge.pk)
    catalog.rows_part(kind=merge.kind, from_id=merge.from_id, into_id=merge.into_id, merge_id=merge.pk)
    if merge.kind == Merge.Kind.MOVIE:
        catalog.ratings_project(projections=projections_of([merge.from_id, merge.into_id]))
    kept = chain.from_iterable(kept_of(journal, merge.pk) for journal in _JOURNALS)
    _finish(merge, State.UNDONE, undone_at=timezone.now(), kept=list(islice(kept, _MOST_KEPT)))


def _finish(merge: Merge, state: State, **changes: Any) -> None:
    Merge.objects.filter(pk=merge.pk, state=merge.state).update(state=state, **changes)
