"""What a worker wrote that had lost its import without knowing it, being frozen or cut off."""

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils import timezone

from apps.catalog.models import LoadNote
from apps.imports.models import Import
from apps.imports.services.imports import FILES_KEPT, wake
from apps.reviews.models import RatingBatch
from movieverse.bulk import batched

State, ToDo = Import.State, Import.ToDo

_AT_ONCE = 500


def leftovers_clean() -> None:
    """Have workers clean up or undo once more what has something in the stores again. Nobody sleeps for a week."""
    since = timezone.now() - FILES_KEPT
    settled = Import.objects.filter(Q(ended_at__gt=since) | Q(undone_at__gt=since), to_do=ToDo.NOTHING, dry_run=False)
    _again(ToDo.CLEAN, settled.filter(state__in=(State.FAILED, State.CANCELLED)).values_list("pk", flat=True))
    _again(ToDo.UNDO, settled.filter(undone_at__isnull=False).values_list("pk", flat=True))


def _again(to_do: str, import_ids: Iterable[int]) -> None:
    for some in batched(list(import_ids), _AT_ONCE):
        for import_id in _with_leftovers(some):
            if Import.objects.filter(pk=import_id, to_do=ToDo.NOTHING).update(to_do=to_do):
                wake(import_id)


def _with_leftovers(import_ids: Sequence[int]) -> list[int]:
    notes = LoadNote.objects.filter(import_id__in=import_ids, is_undone=False).order_by()
    batches = RatingBatch.objects.filter(key__in=map(str, import_ids)).exclude(state=RatingBatch.State.GONE)
    of_catalogue = notes.values_list("import_id", flat=True).distinct()
    return sorted({*of_catalogue, *map(int, batches.values_list("key", flat=True))})
