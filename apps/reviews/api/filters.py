from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.accounts.selectors import user_id_of
from movieverse.api.filters import BIGGEST_ID, EitherIdsField, FilterSet, InFilter, IntegerFilter


class TagFilter(FilterSet):
    movie = InFilter("movie_id", EitherIdsField, label="Ids of movies, `|` any of them.")


class ReviewFilter(FilterSet):
    movie = InFilter("movie_id", EitherIdsField, label="Ids of movies, `|` any of them.")
    author = filters.CharFilter(method="written_by", label="The author's handle.")
    author_id = IntegerFilter(
        field_name="user_id", min_value=-BIGGEST_ID, max_value=BIGGEST_ID, label="Negative for raters from data sets."
    )

    def written_by(self, reviews: QuerySet[Any], name: str, handle: str) -> QuerySet[Any]:
        user_id = user_id_of(handle)
        return reviews.none() if user_id is None else reviews.filter(user_id=user_id)
