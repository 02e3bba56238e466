"""What the catalogue learns of the others: which films they are busy with."""

from collections import Counter
from collections.abc import Mapping, Sequence

from apps.catalog.trends import WEIGHTS, trends_add
from movieverse import tally
from movieverse.outbox import on
from movieverse.outbox.models import Event


@on("rating_summary")
@on("review")
@on("watchlist")
def trend(events: Sequence[Event]) -> None:
    """As of when it happened, which may be long ago where the catalogue was away."""
    signals: Counter[int] = Counter()
    for event in events:
        signals[event.data["movie_id"]] += WEIGHTS[event.kind]
    trends_add(signals=signals, at=max(event.created_at for event in events))


@tally.sink("view")
def trend_by_views(views: Mapping[int, float]) -> None:
    trends_add(signals={movie_id: number * WEIGHTS["view"] for movie_id, number in views.items()})
