"""What trends: for each window an index of every film, which grows with each signal and never has to be decayed.

A signal loses half of its weight in each half-life h. As all signals do so alike, the order of films is that of their
sums as seen from any one moment, of weight * 2^(t / h) with t since 1970. The index is that sum's base-2 logarithm,
because the sum itself fits no number. 0 is a film without a signal: beside any real one it weighs nothing.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import log, log2

from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Greatest, Least, Ln, Power
from django.utils import timezone

from apps.catalog.models import Movie
from movieverse.bulk import batched

# What a signal weighs, by the name it is counted under. What data sets bring is none: it says nothing of today.
WEIGHTS = {"view": 1, "rating": 3, "watchlist": 4, "review": 5}

FIELDS = {"day": "trend_day", "week": "trend_week"}
HALF_LIVES = {"trend_day": timedelta(hours=12), "trend_week": timedelta(days=3.5)}

_BATCH = 500
_NOTHING = 1_000.0  # half-lives after which nothing is left; PostgreSQL refuses to compute how little


def signals_add(name: str, counts: Mapping[int, float]) -> None:
    """Of one kind, counted just now."""
    trends_add(signals={movie_id: WEIGHTS[name] * count for movie_id, count in counts.items()})


def trends_add(*, signals: Mapping[int, float], at: datetime | None = None) -> None:
    """Add signals, {movie: their weight}, to the indexes. It makes no new version of a movie, and no event."""
    seconds = (at or timezone.now()).timestamp()
    by_weight: defaultdict[float, list[int]] = defaultdict(list)
    for movie_id, weight in sorted(signals.items()):
        by_weight[weight].append(movie_id)
    for weight, movie_ids in by_weight.items():
        raised = {
            field: _sum(F(field), seconds / half_life.total_seconds() + log2(weight))
            for field, half_life in HALF_LIVES.items()
        }
        for some in batched(movie_ids, _BATCH):
            Movie.objects.filter(pk__in=some).update(**raised)


def _sum(index: F, signal: float) -> Combinable:
    """Of two logarithms' numbers the sum's. The store computes it: who adds at the same moment is not forgotten."""
    apart = Least(Abs(index - signal), _NOTHING)
    return Greatest(index, signal) + Ln(Power(0.5, apart) + 1.0) / log(2)
