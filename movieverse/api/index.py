"""Where somebody begins who knows nothing of the API yet."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from movieverse.api.delivery import PUBLIC
from movieverse.api.views import ApiView, PublicMixin

RESOURCES = (
    "movies", "popular", "top-rated", "now-playing", "upcoming", "discover", "trending", "people", "genres",
    "companies", "collections", "lists", "search", "suggest", "configuration", "reviews", "changes", "exports", "me",
    "my-tokens", "my-profile", "my-profile-events", "my-picture", "my-watchlist", "my-diary", "my-ratings",
    "my-reviews", "my-tags", "my-erasure", "my-export", "erasure-key", "imports", "tasks",
)  # fmt: skip


class Index(PublicMixin, ApiView):
    """What there is, by name."""

    @extend_schema(responses={200: {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}})
    def get(self, request: Request) -> Response:
        urls = {name.replace("-", "_"): reverse(f"v1:{name}", request=request) for name in RESOURCES}
        return Response(urls | {name: reverse(name, request=request) for name in ("schema", "docs")})


class Schema(SpectacularAPIView):
    """The same for everybody until the next start: it is made once, and anybody may keep it."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(_schema(), headers={"Cache-Control": PUBLIC})

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        if response.exception:
            request.accepted_renderer = JSONRenderer()  # a problem is JSON, also for who would rather have YAML
        return super().finalize_response(request, response, *args, **kwargs)


@cache
def _schema() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)
