"""Whether it is time for another model."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from apps.catalog.models import Movie
from apps.recommendations.models import ModelVersion

State = ModelVersion.State

EVERY = timedelta(days=1)
_HAS_ENDED = Q(state__in=(State.ACTIVE, State.REFUSED)) | Q(state=State.READY, activated_at__isnull=False)


def is_wanted(asked_at: str) -> bool:
    """Of several who have asked, the first is enough."""
    return not ModelVersion.objects.filter(started_at__gte=asked_at).exists()


def is_due() -> bool:
    """Where there are titles, and for a day no training has begun that came to its end. One at a time is seen to."""
    of_today = ModelVersion.objects.filter(started_at__gt=timezone.now() - EVERY)
    return not of_today.filter(_HAS_ENDED).exists() and Movie.objects.exists()
