"""Which of the trained models answers."""

from django.utils import timezone

import movieverse
from apps.recommendations.models import ModelVersion, Neighbours
from apps.recommendations.selectors.neighbours import answer_by_active
from movieverse.cache.levels import touch
from movieverse.exceptions import DomainError
from movieverse.lookups import starts_with

State = ModelVersion.State

KEPT = 3  # models whose neighbours are kept, the one that answers among them
_USABLE = (State.READY, State.ACTIVE, State.REFUSED)
_AT_ONCE = 1_000  # rows


class NotPossible(DomainError):
    code = "not-possible"


def is_usable(model: ModelVersion) -> bool:
    return model.is_kept and model.state in _USABLE


def model_activate(*, model: ModelVersion) -> ModelVersion:
    """Let it answer from now on, in place of whichever does."""
    _activate(model)
    answer_by_active()
    touch(["model"])
    return model


@movieverse.atomic("catalog")
def _activate(model: ModelVersion) -> None:
    """As it is now, not as it was read: what it has learned may be deleted by now."""
    models = ModelVersion.objects.select_for_update().order_by("pk")
    now = {one.pk: one for one in models}[model.pk]  # all are held: of two at a time one comes after the other
    if not is_usable(now):
        raise NotPossible(f"{now} is {now.state}{'' if now.is_kept else ' and deleted'}: it cannot answer.")
    ModelVersion.objects.filter(state=State.ACTIVE).exclude(pk=model.pk).update(state=State.READY)
    model.state, model.activated_at = State.ACTIVE, timezone.now()
    model.save(update_fields=["state", "activated_at"])


def model_rollback() -> ModelVersion:
    """Let the model answer that did before the active one."""
    before = ModelVersion.objects.filter(state=State.READY, is_kept=True).exclude(activated_at=None)
    model = before.order_by("-activated_at", "-number").first()
    if model is None:
        raise NotPossible("There is no model that has answered before the active one.")
    return model_activate(model=model)


def models_prune() -> None:
    """Delete what models have learned that are neither active nor among the latest that could be.

    Of the refused ones the last is kept: who knows better may activate it.
    """
    usable = ModelVersion.objects.filter(is_kept=True)
    kept = set(usable.filter(state=State.ACTIVE).values_list("pk", flat=True))
    before = usable.filter(state=State.READY).exclude(activated_at=None).order_by("-activated_at", "-pk")
    for number in before.values_list("pk", flat=True):
        if len(kept) < KEPT:
            kept.add(number)
    kept |= set(usable.filter(state=State.REFUSED).values_list("pk", flat=True)[:1])
    unused = usable.filter(state__in=(State.READY, State.REFUSED)).exclude(pk__in=kept)
    for number in list(unused.values_list("pk", flat=True)):
        _forget(number)


def leftovers_delete() -> None:
    """Of deletions that were interrupted."""
    for number in ModelVersion.objects.filter(is_kept=False).values_list("pk", flat=True):
        neighbours_delete(number)


def _forget(number: int) -> None:
    """Unless somebody has just activated it."""
    if ModelVersion.objects.filter(pk=number).exclude(state=State.ACTIVE).update(is_kept=False):
        neighbours_delete(number)


def neighbours_delete(version: int) -> None:
    rows = Neighbours.objects.filter(starts_with("pk", f"{version}:")).order_by("pk").values_list("pk", flat=True)
    while keys := list(rows[:_AT_ONCE]):
        Neighbours.objects.filter(pk__in=keys).delete()
