"""Whether what members say is withheld exactly as long as their accounts are not active."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Q

from apps.accounts.selectors import handles_by_id, inactive_ids
from apps.insights.batches import Reader
from apps.insights.soundness.finding import Finding
from apps.reviews.models import HelpfulVote, Rating, Review, Tag
from movieverse.outbox.stores import pending_ids

_BATCH = 1_000
_SAID: tuple[Any, ...] = (Rating, Review, Tag, HelpfulVote)


def standing(read: Reader) -> Iterator[Finding]:
    for model in _SAID:
        for user_ids in read.values(model.objects.filter(user_id__gte=0), "user_id", _BATCH):
            yield from _confirmed(model, _otherwise(model, user_ids))


def _otherwise(model: Any, user_ids: Collection[int]) -> set[int]:
    """Those of the members some of whose rows do not stand as their accounts do. Who has none is no member any more."""
    there, inactive = set(handles_by_id(user_ids)), inactive_ids(user_ids)
    wrong = Q(user_id__in=inactive, withheld=False) | Q(user_id__in=there - inactive, withheld=True)
    return set(model.objects.filter(wrong).order_by().values_list("user_id", flat=True).distinct())


def _confirmed(model: Any, user_ids: set[int]) -> Iterator[Finding]:
    """Of whom no event is on its way that settles it. What it has settled meanwhile is right by now."""
    if not user_ids:
        return
    for user_id in sorted(_otherwise(model, user_ids - pending_ids("default", "user", user_ids))):
        kind = model._meta.verbose_name_plural
        yield Finding("user", user_id, f"has {kind} that do not stand as the account does", "standing", user_id)
