"""What the model that answers has learned: in the store of all movies, in Redis of those asked for lately."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from django.core.cache import cache
from numpy.typing import NDArray

from apps.recommendations.learning.tables import FOLLOWERS, SIMILAR
from apps.recommendations.models import ModelVersion, Neighbours
from movieverse import redis

_KEPT_SECONDS = 3_600
_ANSWERING, _ANSWERING_SECONDS = "answering model", 60

Table = NDArray[np.void]


class Answering(NamedTuple):
    """What answers need of the active model."""

    number: int
    parameters: dict[str, Any]


def active_model() -> ModelVersion | None:
    """None where none has been trained yet."""
    active = ModelVersion.objects.filter(state=ModelVersion.State.ACTIVE).only("parameters")
    return active.order_by("-activated_at", "-number").first()


def answering() -> Answering | None:
    """The active model, which Redis has for every answer; the one before for a minute where it was away meanwhile."""
    kept: Answering | None = cache.get(_ANSWERING) if _is_kept() else None
    if kept is None and (kept := _active()) and _is_kept():
        cache.add(_ANSWERING, kept, _ANSWERING_SECONDS)  # in no place of one that was activated since
    return kept


def answer_by_active() -> None:
    """From now on, when another one has become it."""
    if (active := _active()) and _is_kept():
        cache.set(_ANSWERING, active, _ANSWERING_SECONDS)


def _active() -> Answering | None:
    model = active_model()
    return Answering(model.pk, model.parameters) if model else None


def similar_to(model: Answering, movie_id: int) -> Table:
    """Empty where the model does not know the movie."""
    rows = Neighbours.objects.filter(pk=Neighbours.key_of(model.number, movie_id)).values_list("similar", flat=True)
    return np.frombuffer(next(iter(rows), b""), SIMILAR)


def followers_of(model: Answering, movie_ids: Collection[int]) -> list[Table]:
    """In the order of the movies; empty for one that the model does not know."""
    keys = [Neighbours.key_of(model.number, movie_id) for movie_id in movie_ids]
    known = _known(keys)
    return [np.frombuffer(known[key], FOLLOWERS) for key in keys]


def _known(keys: Sequence[str]) -> dict[str, bytes]:
    """Without Redis from the store: this process's memory is for what is counted there."""
    names = {f"followers:{key}": key for key in keys} if _is_kept() else {}
    known = {names[name]: packed for name, packed in cache.get_many(names).items()}
    if missing := [key for key in keys if key not in known]:
        rows = Neighbours.objects.filter(pk__in=missing).values_list("pk", "following")
        read = dict.fromkeys(missing, b"") | {key: bytes(packed) for key, packed in rows}
        if _is_kept():
            cache.set_many({f"followers:{key}": packed for key, packed in read.items()}, _KEPT_SECONDS)
        known |= read
    return known


def _is_kept() -> bool:
    return bool(settings.REDIS_URL) and redis.answers()
