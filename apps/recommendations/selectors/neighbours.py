"""What the model that answers has learned: in the store of all movies, in Redis of those asked for lately."""

from collections.abc import Collection, Sequence

import numpy as np
from django.conf import settings
from django.core.cache import cache
from numpy.typing import NDArray

from apps.recommendations.learning.tables import FOLLOWERS, SIMILAR
from apps.recommendations.models import ModelVersion, Neighbours
from movieverse import redis

_KEPT_SECONDS = 3_600

Table = NDArray[np.void]


def active_model() -> ModelVersion | None:
    """None where none has been trained yet."""
    active = ModelVersion.objects.filter(state=ModelVersion.State.ACTIVE).only("parameters")
    return active.order_by("-activated_at", "-number").first()


def active_number() -> int | None:
    active = active_model()
    return active.pk if active else None


def similar_to(model: ModelVersion, movie_id: int) -> Table:
    """Empty where the model does not know the movie."""
    row = Neighbours.objects.filter(pk=Neighbours.key_of(model.pk, movie_id)).only("similar").first()
    return np.frombuffer(row.similar if row else b"", SIMILAR)


def followers_of(model: ModelVersion, movie_ids: Collection[int]) -> list[Table]:
    """In the order of the movies; empty for one that the model does not know."""
    keys = [Neighbours.key_of(model.pk, movie_id) for movie_id in movie_ids]
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
