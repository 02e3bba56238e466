"""Which outboxes there are, and what is still in them."""

from collections.abc import Collection

from django.apps import apps

from movieverse.bulk import batched
from movieverse.outbox.models import Event
from movieverse.stores import APPS

_BATCH = 1_000


def outboxes() -> dict[str, type[Event]]:
    """{alias: the model of its events}."""
    return {APPS[model._meta.app_label]: model for model in apps.get_models() if issubclass(model, Event)}


def public_kinds() -> list[str]:
    """What the change log tells everybody of."""
    shown = (model for model in outboxes().values() if model.IS_LOGGED and model.IS_PUBLIC)
    return sorted(kind for model in shown for kind in model.KINDS)


def pending_ids(alias: str, kind: str, ids: Collection[int], **having: str) -> set[int]:
    """Those of the rows of whose changes the other stores have yet to learn, and will."""
    events = outboxes()[alias].pending.filter(kind=kind, **having)
    found: set[int] = set()
    for some in batched(sorted(ids), _BATCH):
        found.update(events.filter(object_id__in=some).values_list("object_id", flat=True))
    return found
