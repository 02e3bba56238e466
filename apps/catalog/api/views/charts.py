"""Ready-made lists: what is in the index, narrowed and ordered once and for all."""

from datetime import timedelta
from typing import Any, ClassVar

from django.utils import timezone

from apps.catalog import cache, selectors
from apps.catalog.api.discover import ChartFilter, ReleaseChartFilter
from apps.catalog.api.views.discover import IndexedTitles
from apps.catalog.models import Movie, day_number
from apps.catalog.search.discovering import Titles


class Popular(IndexedTitles):
    """The titles that most people are interested in."""

    cached = cache.CHARTS
    filterset_class = ChartFilter
    orderings = {"popularity": "by_popularity"}
    default_ordering = "-popularity"


class TopRated(IndexedTitles):
    """The titles that members rate best, of those that enough of them have rated.

    An average of few ratings is drawn to the middle.
    """

    cached = cache.TOP_RATED
    filterset_class = ChartFilter
    orderings = {"rating": "by_rating"}
    default_ordering = "-rating"

    def get_queryset(self) -> Any:
        return Titles().filter(rating_count__gte=selectors.setting("top_rated_min_ratings"))


class ReleaseChart(IndexedTitles):
    cached = cache.CHARTS
    filterset_class = ReleaseChartFilter
    orderings: ClassVar[dict[str, str]] = {"popularity": "by_popularity"}
    default_ordering: ClassVar[str] = "-popularity"
    first: ClassVar[timedelta]  # from today
    last: ClassVar[timedelta]

    def get_queryset(self) -> Any:
        today = timezone.now().date()
        first, last = today + self.first, today + self.last
        films = Titles().filter(kind=Movie.Kind.MOVIE)
        films = films.filter(release_day__gte=day_number(first), release_day__lte=day_number(last))
        return films.exclude(release_day=last.year * 1_00_00)  # some day of that year


class NowPlaying(ReleaseChart):
    """Films of the last six weeks, the most popular first."""

    first, last = timedelta(days=-42), timedelta()


class Upcoming(ReleaseChart):
    """Films of the next 180 days, the most popular first."""

    first, last = timedelta(days=1), timedelta(days=180)
