from typing import NamedTuple

from django.db import connections, router
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, ListEntry, Movie, Person
from apps.profiles.models import Profile
from apps.reviews.models import Rating, RatingSummary, Review, Tag


class Count(NamedTuple):
    store: str
    engine: str
    kind: str
    number: int


def rows_by_kind() -> dict[str, QuerySet]:
    """Everything that is stored, by what it is called; each kind in one store."""
    return {
        "movies": Movie.objects.filter(kind=Movie.Kind.MOVIE),
        "shows": Movie.objects.filter(kind=Movie.Kind.SHOW),
        "people": Person.objects.all(),
        "genres": Genre.objects.all(),
        "companies": Company.objects.all(),
        "collections": Collection.objects.all(),
        "lists": CuratedList.objects.all(),
        "list entries": ListEntry.objects.all(),
        "external ids": ExternalId.objects.all(),
        "users": User.objects.all(),
        "reviews": Review.objects.all(),
        "ratings": Rating.said.all(),
        "tags": Tag.said.all(),
        "rating summaries": RatingSummary.objects.all(),
        "profiles": Profile.objects.all(),
    }


def counts() -> list[Count]:
    return [_count(kind, rows) for kind, rows in rows_by_kind().items()]


def _count(kind: str, rows: QuerySet) -> Count:
    alias = router.db_for_read(rows.model)
    return Count(alias, connections[alias].display_name, kind, rows.count())
