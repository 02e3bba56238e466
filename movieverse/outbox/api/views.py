"""The change log, for whoever keeps a copy of something: that part of it which is everybody's to know."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from movieverse.api.filters import BIGGEST_ID, EitherField, FilterSet, InFilter, IntegerFilter
from movieverse.api.pagination import KeysetPagination
from movieverse.api.views import FilteredListView, PublicMixin
from movieverse.outbox.changes import change_log, require_kept
from movieverse.outbox.models import Action, Change, ChangeLog
from movieverse.outbox.stores import public_kinds

KINDS = public_kinds()


class ChangeSerializer(serializers.ModelSerializer):
    id = serializers.IntegerField(
        source="object_id", help_text="Of the row; a rating summary and tags have their movie's."
    )
    kind = serializers.ChoiceField(choices=KINDS)
    action = serializers.ChoiceField(choices=Action.choices)
    movie_id = serializers.IntegerField(
        source="data.movie_id",
        allow_null=True,
        help_text="Which movie it is said of; null of the catalogue's own rows.",
    )
    into = serializers.IntegerField(
        source="data.into", allow_null=True, help_text="Of a row that was merged: which one it is now."
    )

    class Meta:
        model = Change
        fields = ("position", "kind", "id", "action", "at", "movie_id", "into")


class KindsField(EitherField):
    def to_item(self, part: str) -> str:
        if part not in KINDS:
            raise ValueError(f"There is no kind {part!r}. There are: {', '.join(KINDS)}.")
        return part


class ChangeFilter(FilterSet):
    since = IntegerFilter(
        method="after",
        min_value=0,
        max_value=BIGGEST_ID,
        label="A position: what came after it. Else all that is kept.",
    )
    kind = InFilter("kind", KindsField, label=f"`|` any of them: {', '.join(KINDS)}.")

    def after(self, changes: QuerySet[Change], name: str, position: int) -> QuerySet[Change]:
        if "cursor" not in self.request.query_params:  # which is further on
            require_kept(position, self.request.parser_context["view"].log)
        return changes.filter(position__gt=position)


class ChangePagination(KeysetPagination):
    """A page that also says up to which position its reader then knows all there is."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.log: ChangeLog = view.log
        page = super().paginate_queryset(queryset, request, view)
        if self.cursor and not self.cursor.backward and not self.ordering.descending:
            require_kept(self.cursor.pk, self.log)
        return page

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        response.data["position"] = self._position()
        return response

    def _position(self) -> int:
        """Where more follows, that of the last row; else the log's end, be its last changes of kinds not shown."""
        if self.has_next and not self.ordering.descending:
            return self.page[-1].position
        return max([self.log.position, *(change.position for change in self.page)])

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        page["properties"]["position"] = {
            "type": "integer",
            "format": "int64",
            "description": "What to ask for next as `since`: nothing is missed then, also where `results` is empty.",
        }
        page["required"].append("position")
        return page


class Changes(PublicMixin, FilteredListView):
    """What has changed in the catalogue and in reviews, in the order in which it became known.

    A row says that something has become of what it names, not what: read that as it is now. Follow by asking again for
    what came `since` the `position` of the last answer. 410 says that this is no longer kept: read everything anew.
    """

    queryset = Change.objects.filter(kind__in=KINDS)
    serializer_class = ChangeSerializer
    filterset_class = ChangeFilter
    pagination_class = ChangePagination
    orderings = {"position": "pk"}
    default_ordering = "position"
    problems = {"GET": (410,)}

    @cached_property
    def log(self) -> ChangeLog:
        """As it was before the rows were read: up to its position they are all there."""
        return change_log()

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset.filter(position__gt=self.log.pruned))
