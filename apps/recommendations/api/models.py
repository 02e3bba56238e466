"""The models that have been trained, and which of them answers."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.api.views.base import CuratedMixin, there
from apps.recommendations import cache
from apps.recommendations.api.serializers import ModelSerializer
from apps.recommendations.models import ModelVersion
from apps.recommendations.services.models import model_activate, model_rollback
from movieverse.api.views import ApiView, ListView, PublicMixin


class ModelList(PublicMixin, ListView):
    """What the trainings have learned, the latest first."""

    cached = cache.MODELS
    serializer_class = ModelSerializer
    orderings = {"number": "number"}
    default_ordering = "-number"

    def get_queryset(self) -> QuerySet[ModelVersion]:
        return ModelVersion.objects.all()


class ModelDetail(PublicMixin, ApiView):
    """A model: what it was trained on, and what it is worth beside others."""

    cached = cache.MODELS
    serializer_class = ModelSerializer

    def get(self, request: Request, number: int) -> Response:
        return self.answer(_model(number))


class Activation(CuratedMixin, ApiView):
    serializer_class = ModelSerializer
    actions = {"POST": "activate"}
    problems = {"POST": (409,)}
    written = ModelVersion

    @extend_schema(request=None, responses=ModelSerializer)
    def post(self, request: Request, number: int) -> Response:
        """Let this model answer from now on."""
        return self.answer(model_activate(model=_model(number)))


class Rollback(CuratedMixin, ApiView):
    serializer_class = ModelSerializer
    actions = {"POST": "activate"}
    problems = {"POST": (409,)}
    written = ModelVersion

    @extend_schema(request=None, responses=ModelSerializer)
    def post(self, request: Request) -> Response:
        """Let that model answer that did before."""
        return self.answer(model_rollback())


def _model(number: int) -> ModelVersion:
    return there(ModelVersion.objects.filter(pk=number).first(), "model", number)
