"""Whether it is time for another model."""

from datetime import timedelta

from django.utils import timezone

from apps.catalog.models import Movie
from apps.recommendations.models import ModelVersion

EVERY = timedelta(days=1)
_ENDED = (ModelVersion.State.READY, ModelVersion.State.ACTIVE, ModelVersion.State.REFUSED)


def is_wanted(asked_at: str) -> bool:
    """Of several who have asked, the first is enough."""
    return not ModelVersion.objects.filter(started_at__gte=asked_at).exists()


def is_due() -> bool:
    """Where there are titles, and for a day no training has begun that came to its end. One at a time is seen to."""
    of_today = ModelVersion.objects.filter(started_at__gt=timezone.now() - EVERY)
    return not of_today.filter(state__in=_ENDED).exists() and Movie.objects.exists()
