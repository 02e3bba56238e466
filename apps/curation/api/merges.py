"""Merging two titles or two people that are one, for curators."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.curation import merging
from apps.curation.api.serializers import MergeInputSerializer, MergePreviewSerializer, MergeSerializer
from apps.curation.models import Merge
from movieverse.api.problems import ParameterError
from movieverse.api.scopes import Scopes
from movieverse.api.views import ApiView, ListView


class MayMerge(BasePermission):
    message = "Only a curator with the permission to merge may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        return bool(user.is_authenticated and user.is_staff and user.has_perm("curation.merge_rows"))


class MergesView(ApiView):
    permission_classes: Any = (MayMerge,)
    scopes = Scopes("curate", "curate")
    problems: ClassVar[dict[str, tuple[int, ...]]] = {"GET": (403,)}

    def accepted(self, merge: Merge) -> Response:
        """It is on its way: `Location` tells how far it is."""
        location = reverse("v1:merge", args=[merge.pk], request=self.request)
        return self.answer(merge, status=202, headers={"Location": location})


class MergeList(MergesView, ListView):
    """Merges of titles and of people, the latest first."""

    queryset = Merge.objects.all()
    serializer_class = MergeSerializer
    orderings = {"created_at": "pk"}
    default_ordering = "-created_at"

    @extend_schema(request=MergeInputSerializer, responses={202: MergeSerializer})
    def post(self, request: Request) -> Response:
        """Merge one into another: from now on it is that one, whoever asks for it."""
        given = MergeInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self.accepted(merging.merge_rows(**given.validated_data, by=request.user.pk))


_PARAMETERS = [
    OpenApiParameter(name, required=True, type=kind, description=description)
    for name, kind, description in (
        ("kind", str, "movie or person."),
        ("from_id", int, "The one that would be merged."),
        ("into_id", int, "The one that would stay."),
    )
]


class MergePreview(MergesView):
    """What merging two would do. Nothing is written."""

    serializer_class = MergePreviewSerializer
    problems = {"GET": (403, 409)}

    def allowed_parameters(self) -> list[str]:
        return [*super().allowed_parameters(), "kind", "from_id", "into_id"]

    @extend_schema(parameters=_PARAMETERS)
    def get(self, request: Request) -> Response:
        given = MergeInputSerializer(data={name: request.query_params.get(name, "") for name in _GIVEN})
        for name, errors in ({} if given.is_valid() else given.errors).items():
            raise ParameterError(name, " ".join(errors))
        try:
            return self.answer(merging.merge_preview(**given.validated_data))
        except ValidationError as error:
            name, said = next(iter(error.message_dict.items()))
            raise ParameterError(name, " ".join(said)) from None


_GIVEN = ("kind", "from_id", "into_id")


class MergeDetail(MergesView):
    """A merge: how far it is, what it moved, and what undoing it left with the survivor."""

    serializer_class = MergeSerializer

    def get(self, request: Request, merge_id: int) -> Response:
        return self.answer(_merge(merge_id))


class MergeUndo(MergesView):
    """Make two of one again."""

    serializer_class = MergeSerializer

    @extend_schema(request=None, responses={202: MergeSerializer})
    def post(self, request: Request, merge_id: int) -> Response:
        """Undo a merge. What has been changed since stays with the survivor, and is listed."""
        return self.accepted(merging.merge_undo(merge=_merge(merge_id), by=request.user.pk))


def _merge(merge_id: int) -> Merge:
    merge = Merge.objects.filter(pk=merge_id).first()
    if merge is None:
        raise NotFound(f"There is no merge {merge_id}.")
    return merge
