from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from movieverse.api.views import ApiView, PublicMixin

RESOURCES = ("movies", "people", "genres", "reviews", "me", "my-profile", "my-ratings", "my-reviews")


class Index(PublicMixin, ApiView):
    """What there is, by name."""

    @extend_schema(responses={200: {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}})
    def get(self, request: Request) -> Response:
        urls = {name.replace("-", "_"): reverse(f"v1:{name}", request=request) for name in RESOURCES}
        return Response(urls | {name: reverse(name, request=request) for name in ("schema", "docs")})
