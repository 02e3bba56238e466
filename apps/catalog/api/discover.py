"""What titles may be asked of the index by, and how what it counts is shown."""

from typing import Any, get_args, get_type_hints

from django import forms
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from apps.catalog.api.filters import ChoicesField, MovieFilter
from apps.catalog.documents import Image
from apps.catalog.search.discovering import FACETS, MOST_VALUES, Titles
from movieverse.api.filters import BIGGEST_ID, FilterSet, HasFilter, IntegerFilter
from movieverse.api.problems import ParameterError

FACETS_PARAMETER = OpenApiParameter(
    "facets",
    description=f"What to count the titles by, of all that match: `all`, or any of {', '.join(FACETS)}, `,` between "
    f"them. Of each the {MOST_VALUES} most frequent values.",
)


class ImageTypesField(ChoicesField):
    separators = ",|"


def _number(column: str, bound: str, label: str) -> IntegerFilter:
    return IntegerFilter(field_name=column, lookup_expr=bound, min_value=0, max_value=BIGGEST_ID, label=label)


class StarsFilter(filters.NumberFilter):
    field_class = forms.DecimalField

    def __init__(self, bound: str, label: str) -> None:
        limits = {"min_value": 0, "max_value": 5, "decimal_places": 2}
        super().__init__("rating_avg", bound, label=label, **limits)


class IndexFilter(FilterSet):
    """Narrows `Titles`. Its form has only what is filled in: to make all of it takes longer than to find them."""

    base_filters: Any

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self.base_filters = {name: one for name, one in self.base_filters.items() if name in (data or ())}
        super().__init__(data, *args, **kwargs)

    def filter_queryset(self, titles: Titles) -> Titles:
        for name, value in self.form.cleaned_data.items():
            titles = self.filters[name].filter(titles, value)
        return titles


class DiscoverFilter(IndexFilter, MovieFilter):
    """Keywords are found in any case."""

    has_image = HasFilter(
        "images",
        field_class=ImageTypesField,
        values=get_args(get_type_hints(Image)["type"]),
        label="poster, backdrop, logo, profile or still; `,` all of them, `|` any.",
    )
    runtime__gte = _number("runtime", "gte", "Minutes, or more.")
    runtime__lte = _number("runtime", "lte", "Minutes, or less.")
    rating__gte = StarsFilter("gte", "Members' average in stars, rounded to hundredths, or more.")
    rating__lte = StarsFilter("lte", "Members' average in stars, rounded to hundredths, or less.")
    rating_count__gte = _number("rating_count", "gte", "So many ratings, or more.")
    rating_count__lte = _number("rating_count", "lte", "So many ratings, or less.")
    budget__gte = _number("budget", "gte", "US dollars, or more.")
    budget__lte = _number("budget", "lte", "US dollars, or less.")
    revenue__gte = _number("revenue", "gte", "US dollars, or more.")
    revenue__lte = _number("revenue", "lte", "US dollars, or less.")


class ReleaseChartFilter(IndexFilter):
    genre = MovieFilter.base_filters["genre"]
    country = MovieFilter.base_filters["country"]
    original_language = MovieFilter.base_filters["original_language"]


class ChartFilter(ReleaseChartFilter):
    kind = MovieFilter.base_filters["kind"]


def facets_asked(request: Request) -> list[str]:
    asked = request.query_params.get("facets")
    names = [] if asked is None else [name.strip() for name in asked.split(",")]
    if names == ["all"]:
        return [*FACETS]
    for name in names:
        if name not in FACETS:
            there_are = f"facets takes all, or names out of {', '.join(FACETS)}, with a comma between them"
            raise ParameterError("facets", f"There is no facet {name!r}: {there_are}.", allowed=[*FACETS])
    return list(dict.fromkeys(names))
