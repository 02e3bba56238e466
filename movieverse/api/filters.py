"""Filters for lists: `,` between values means all of them, `|` any of them, `__not` none of these rows."""

from copy import copy
from datetime import UTC
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

from django import forms
from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field

from movieverse.api.problems import ParameterError

MOST_ITEMS = 100
BIGGEST_ID = 2**63 - 1


class ParameterFilterBackend(DjangoFilterBackend):
    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        # Most requests filter by nothing, and a filterset is a form with all its fields.
        if not request.query_params.keys() & view.filterset_class.base_filters.keys():
            return queryset
        filterset = self.get_filterset(request, queryset, view)
        for name, messages in filterset.errors.items():
            raise ParameterError(name, " ".join(messages))
        return filterset.qs


class Items(NamedTuple):
    values: list[Any]
    any: bool


class ItemsField(forms.CharField):
    """Values between `,` or `|`, each passed through `to_item` (which raises ValueError)."""

    separators = ",|"

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        used = [separator for separator in ",|" if separator in text]
        if len(used) > 1:
            raise forms.ValidationError("Put either , (all of them) or | (any of them) between values, not both.")
        if used and used[0] not in self.separators:
            raise forms.ValidationError(f"Put {self.separators} between values here.")
        parts = text.split(used[0]) if used else [text]
        return Items(self.to_items(parts), any=used == ["|"])

    def to_items(self, parts: list[str]) -> list[Any]:
        if len(parts) > MOST_ITEMS:
            raise forms.ValidationError(f"At most {MOST_ITEMS} values.")
        try:
            return [self.to_item(part.strip()) for part in parts]
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def to_item(self, part: str) -> Any:
        if not part:
            raise ValueError("A value is empty.")
        return part


class UpperField(ItemsField):
    def to_item(self, part: str) -> str:
        return super().to_item(part).upper()


class LowerField(ItemsField):
    def to_item(self, part: str) -> str:
        return super().to_item(part).lower()


class IdsField(ItemsField):
    def to_item(self, part: str) -> int:
        if not (part.isascii() and part.isdigit() and int(part[:20]) <= BIGGEST_ID and len(part) < 20):
            raise ValueError(f"{part!r} is not an id.")
        return int(part)


class EitherIdsField(IdsField):
    separators = "|"


class EitherField(ItemsField):
    separators = "|"

    def to_item(self, part: str) -> str:
        return super().to_item(part).lower()


class ItemsFilter(filters.CharFilter):
    """A filter by several values. `FilterSet` gives each one a counterpart `…__not`, which leaves those rows out."""

    def __init__(self, *, field_class: type[forms.Field], **kwargs: Any) -> None:
        self.field_class = field_class
        super().__init__(**kwargs)

    def condition(self, items: Items) -> Q:
        raise NotImplementedError

    def filter(self, queryset: QuerySet[Any], items: Items | None) -> QuerySet[Any]:
        return queryset if items is None else self.get_method(queryset)(self.condition(items))

    def negated(self) -> "ItemsFilter":
        other = copy(self)
        other.exclude, other.label = True, f"Leaves out what matches: {self.label}"
        return other


class HasFilter(ItemsFilter):
    """Rows whose lists hold all or any of the given items; of several columns, either one may hold each."""

    def __init__(self, *columns: str, **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(**kwargs)

    def condition(self, items: Items) -> Q:
        if items.any:
            return _either(Q(**{f"{column}__has_any": items.values}) for column in self.columns)
        each = (_either(Q(**{f"{column}__has": item}) for column in self.columns) for item in items.values)
        return reduce(and_, each)


def _either(conditions: Any) -> Q:
    return reduce(or_, conditions)


class InFilter(ItemsFilter):
    """Rows whose one value is among the given ones."""

    def __init__(self, column: str, field_class: type[forms.Field], **kwargs: Any) -> None:
        super().__init__(field_name=column, field_class=field_class, **kwargs)

    def condition(self, items: Items) -> Q:
        return Q(**{f"{self.field_name}__in": items.values})


class FilterSet(filters.FilterSet):
    """Of each filter by several values there is also `name__not`: `genre__not=horror|war` shows neither."""

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        found = super().get_filters()
        negated = {f"{name}__not": one.negated() for name, one in found.items() if isinstance(one, ItemsFilter)}
        return found | negated


class _MomentField(IsoDateTimeField):
    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError:  # at the ends of time, far from Greenwich
            raise forms.ValidationError("There is no such moment.") from None


class MomentFilter(filters.IsoDateTimeFilter):
    field_class = _MomentField


class IntegerFilter(filters.NumberFilter):
    field_class = forms.IntegerField

    def __init__(self, *, label: str, **kwargs: Any) -> None:
        super().__init__(label=label, **kwargs)
        # By itself the schema would say "number".
        extend_schema_field({"type": "integer", "format": "int64", "description": label})(self)
