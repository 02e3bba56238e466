from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.accounts.selectors import user_id_of
from movieverse.api.filters import (
    BIGGEST_ID,
    EitherField,
    EitherIdsField,
    FilterSet,
    InFilter,
    IntegerFilter,
    MomentFilter,
)

_YES_OR_NO = [(word, word) for word in ("true", "false")]


class TagFilter(FilterSet):
    movie = InFilter("movie_id", EitherIdsField, label="Ids of movies, `|` any of them.")


class ReviewsOfMovieFilter(FilterSet):
    author = filters.CharFilter(method="written_by", label="The author's handle.")
    language = InFilter("language", EitherField, label="ISO 639-1; `|` any of them.")
    is_spoiler = filters.TypedChoiceFilter(
        choices=_YES_OR_NO, coerce=lambda word: word == "true", label="Whether they tell what happens."
    )
    created_at__gte = MomentFilter("created_at", "gte", label="This moment or later, such as 2026-01-31T12:00:00Z.")
    created_at__lte = MomentFilter("created_at", "lte", label="This moment or earlier.")

    def written_by(self, reviews: QuerySet[Any], name: str, handle: str) -> QuerySet[Any]:
        user_id = user_id_of(handle)
        return reviews.none() if user_id is None else reviews.filter(user_id=user_id)


class ReviewFilter(ReviewsOfMovieFilter):
    movie = InFilter("movie_id", EitherIdsField, label="Ids of movies, `|` any of them.")
    author_id = IntegerFilter(
        field_name="user_id", min_value=-BIGGEST_ID, max_value=BIGGEST_ID, label="Negative for raters from data sets."
    )
