"""What rows of several kinds have: ids at other sources, origins and locks."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import cache, selectors, services
from apps.catalog.api.serializers.inputs import LocksSerializer
from apps.catalog.api.serializers.shared import (
    ExternalIdSerializer,
    ExternalIdsSerializer,
    OriginsSerializer,
    shown_ids,
)
from apps.catalog.api.views.base import CuratedMixin, stored
from apps.catalog.models import ExternalId
from movieverse.api.views import ApiView, PublicMixin


class OfARowMixin:
    """The URL says of which kind the row is, and which of its parameters is the id."""

    model: Any = None
    id_name = ""
    kwargs: Any

    @property
    def row_id(self) -> int:
        row_id: int = self.kwargs[self.id_name]
        return row_id

    def row(self) -> Any:
        return stored(self.model, self.row_id)


class ExternalIds(CuratedMixin, OfARowMixin, ApiView):
    """What other sources call it: of one source it may have several."""

    cached = cache.DESCRIBED
    serializer_class = ExternalIdsSerializer
    actions = {"POST": "add"}
    written = ExternalId

    def get(self, request: Request, **ids: int) -> Response:
        return self.answer({"external_ids": shown_ids(self.row())})

    @extend_schema(request=ExternalIdSerializer, responses={201: ExternalIdsSerializer})
    def post(self, request: Request, **ids: int) -> Response:
        """Add what another source calls it. The answer has all of them."""
        row = self.row()
        given = self.given(ExternalIdSerializer(data=request.data))
        services.external_id_add(kind=row._meta.model_name, object_id=row.pk, by=request.user.pk, **given)
        response = self.get(request)
        response.status_code = 201
        return response


class ExternalIdDetail(CuratedMixin, OfARowMixin, ApiView):
    """What one other source calls it."""

    serializer_class = ExternalIdSerializer
    actions = {"DELETE": "delete"}
    written = ExternalId

    @extend_schema(responses={204: None})
    def delete(self, request: Request, source: str, value: str, **ids: int) -> Response:
        """Forget that another source calls it so."""
        row = self.row()
        for known in selectors.external_ids_of(row._meta.model_name, row.pk):
            if (known.source, known.value) == (source, value):
                services.external_id_delete(key=known.key, by=request.user.pk)
                return Response(status=204)
        raise NotFound(f"It has no id {source}:{value}.")


class Origins(PublicMixin, OfARowMixin, ApiView):
    """Where each fact comes from: whose it is, under which licence, since when, and who has locked it."""

    cached = cache.DESCRIBED
    serializer_class = OriginsSerializer

    def get(self, request: Request, **ids: int) -> Response:
        return self.answer(self.row())


class Locks(CuratedMixin, OfARowMixin, ApiView):
    """The facts that data sets leave alone."""

    cached = cache.DESCRIBED
    serializer_class = LocksSerializer
    versioned = True
    actions = {"PUT": "change"}

    @property
    def written(self) -> Any:
        return self.model

    def get(self, request: Request, **ids: int) -> Response:
        return self.answer(self.row())

    def put(self, request: Request, **ids: int) -> Response:
        """Lock these facts, and unlock all others."""
        row = self.row()
        given = self.given(LocksSerializer(row, data=request.data))
        services.locks_set(row=row, facts=given["facts"], by=request.user.pk, version=self.version_seen(row))
        return self.get(request)
