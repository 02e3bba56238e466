from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import cache, documents, images, sources
from apps.catalog.api.serializers.configuration import ConfigurationSerializer
from apps.catalog.models import Movie
from movieverse.api.views import ApiView, PublicMixin


class Configuration(PublicMixin, ApiView):
    """What is worth knowing once: where images are, who the sources are, and which values there are."""

    cached = cache.CONFIGURATION
    serializer_class = ConfigurationSerializer

    def get(self, request: Request) -> Response:
        return self.answer(
            {
                "default_language": settings.LANGUAGE_CODE,
                "kinds": Movie.Kind.values,
                "statuses": Movie.Status.values,
                "image_types": documents.choices(documents.Image, "type"),
                "release_types": documents.choices(documents.Release, "type"),
                "images": {name: source._asdict() for name, source in images.sources().items()},
                "sources": {name: source._asdict() for name, source in sources.SOURCES.items()},
            }
        )
