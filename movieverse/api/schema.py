"""OpenAPI: what every operation may answer besides its success, written down once."""

from typing import Any

from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_spectacular.plumbing import is_list_serializer
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from movieverse.api import degraded, etags, moved, problems
from movieverse.api.scopes import SESSIONS_ONLY
from movieverse.api.selection import MOST_NAMES, expandable_of, ordinary_of
from movieverse.api.views import ApiView, ListView

_TOKEN = "personalToken"  # noqa: S105  the name that the schema has for it

_ERROR = inline_serializer(
    "ProblemError",
    {
        "pointer": serializers.CharField(required=False, help_text="JSON pointer to the value in the body."),
        "parameter": serializers.CharField(required=False, help_text="Name of the query parameter."),
        "code": serializers.CharField(required=False),
        "detail": serializers.CharField(),
    },
    many=True,
    required=False,
)
_PROBLEM = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(help_text="Stable: what programs look at."),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(help_text="What people read."),
        "request_id": serializers.CharField(help_text="What to quote when asking about it."),
        "errors": _ERROR,
        "allowed": serializers.ListField(
            child=serializers.CharField(), required=False, help_text="Parameters, or names, that there are."
        ),
        "kept_since": serializers.IntegerField(required=False, help_text="The log's oldest position to go on from."),
        "position": serializers.IntegerField(required=False, help_text="The log's newest position."),
        "scope": serializers.CharField(required=False, help_text="What the token would have to be good for."),
        "into": serializers.IntegerField(required=False, help_text="What the row was merged into."),
        "store": serializers.CharField(required=False, help_text="The store that does not answer."),
    },
)

_DESCRIPTIONS = {
    308: "It was merged into another one: ask `Location` the same. It may be undone, so do not remember it for ever.",
    400: "The request cannot be read, or has a parameter that there is not.",
    401: "Nobody is signed in, or not any more.",
    403: "The one signed in may not do this.",
    404: "There is no such thing.",
    409: "This conflicts with what is stored.",
    410: "This is no longer kept: start over.",
    411: "The body does not say how long it is.",
    412: "Somebody else has changed this since; the answer has the current ETag.",
    413: "The body is too big.",
    415: "The body is of another kind than is taken.",
    422: "Some values are not acceptable; `errors` says which.",
    423: "Another request is at it.",
    428: "If-Match is missing.",
    429: "Too many requests. Try again after `Retry-After` seconds.",
    460: "The body is not what its checksum says; nothing of it is kept.",
    503: "A store does not answer, or there is too much to do. Try again after `Retry-After` seconds.",
    507: "There is no room for it at the moment.",
}


def _header(name: str, description: str, **details: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, **details)


_IF_NONE_MATCH = _header("If-None-Match", "ETags of what one has already: 304 if that is still so.")
_IF_MATCH = _header("If-Match", "The ETag of the answer that one saw, or `*`.", required=True)
_IDEMPOTENCY_KEY = _header(
    "Idempotency-Key", "Of one's own choice, such as a UUID: a request sent again with it is not done again."
)
_ETAG = _header(
    "ETag", "What this body is; starts with the version of what it shows, if that has one.", response=[200, 201]
)


def _names(parameter: str, names: list[str], description: str) -> OpenApiParameter:
    schema = {"type": "array", "items": {"type": "string", "enum": names}, "maxItems": MOST_NAMES[parameter]}
    return OpenApiParameter(parameter, schema, style="form", explode=False, description=description)


class AutoSchema(SpectacularSchema):
    def _is_list_view(self, serializer: Any = None) -> bool:
        """A page is what a list answers to a GET, and to whatever else answers with many."""
        return isinstance(self.view, ListView) and (self.method == "GET" or is_list_serializer(serializer))

    def get_override_parameters(self) -> list[Any]:
        parameters = [*super().get_override_parameters(), _ETAG]
        if self.method == "GET":
            return [*parameters, _IF_NONE_MATCH, *self._selection()]
        if self.method == "POST":
            return [*parameters, _IDEMPOTENCY_KEY]
        return [*parameters, _IF_MATCH] if self._needs_version() else parameters

    def _selection(self) -> list[OpenApiParameter]:
        serializer_class = getattr(self.view, "serializer_class", None)
        if serializer_class is None:
            return []
        ordinary, expandable = ordinary_of(serializer_class), list(expandable_of(serializer_class))
        fields = _names("fields", ordinary, "Members to show, all unless told; an `id` always stays.")
        expand = _names("expand", expandable, "Members to show that are left out unless named.")
        return [fields, expand] if expandable else [fields]

    def _needs_version(self) -> bool:
        return isinstance(self.view, ApiView) and self.view.versioned and self.method in etags.CHANGING

    def _postprocess_serializer_schema(self, schema: Any, serializer: Any, direction: Any) -> Any:
        schema = super()._postprocess_serializer_schema(schema, serializer, direction)
        expandable = expandable_of(type(serializer))
        if expandable and "required" in schema:
            schema["required"] = [name for name in schema["required"] if name not in expandable]
        return schema

    def get_summary(self) -> str:
        """The docstring's first line; what follows it is the description."""
        return self._documented()[0].removesuffix(".")

    def get_description(self) -> str:  # type: ignore[override]  # as in SpectacularSchema
        return self._documented()[1]

    def _documented(self) -> tuple[str, str]:
        first, _, rest = super().get_description().partition("\n")
        return first, rest.strip()

    def get_tags(self) -> list[str]:
        return super().get_tags() or ["index"]

    def get_auth(self) -> list[Any]:
        ways = [scoped for way in super().get_auth() if (scoped := self._scoped(way)) is not None]
        return ways or [{}]  # a view that authenticates nobody is open to everybody

    def _scoped(self, way: dict[str, list[str]]) -> dict[str, list[str]] | None:
        """With the scope that a token needs; None where none is good for this."""
        if _TOKEN not in way:
            return way
        scopes = self.view.scopes if isinstance(self.view, ApiView) else SESSIONS_ONLY
        needed = scopes.needed(self.method)
        return {_TOKEN: [needed]} if needed else None

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        unchanged = {"304": {"description": "What one has already is still so."}} if self.method == "GET" else {}
        return {**super()._get_response_bodies(direction), **unchanged} | {
            str(status): self._get_response_for_code(
                OpenApiResponse(_PROBLEM, _DESCRIPTIONS[status]), str(status), [problems.CONTENT_TYPE]
            )
            for status in self._problem_statuses()
        }

    def _get_response_for_code(self, serializer: Any, status_code: str, *args: Any, **kwargs: Any) -> Any:
        response = super()._get_response_for_code(serializer, status_code, *args, **kwargs)
        if getattr(self.view, "degrades", False) and status_code < "300" and not self._is_list_view(serializer):
            more = {"type": "object", "properties": {"degraded": degraded.SCHEMA}}
            for content in response.get("content", {}).values():
                content["schema"] = {"allOf": [content["schema"], more]}
        return response

    def _problem_statuses(self) -> list[int]:
        has_body = self.method in ("POST", "PUT", "PATCH")
        signed_in = {} not in self.get_auth()
        declared = getattr(self.view, "problems", {}).get(self.method, ())
        present = {
            308: moved.may_move(self.path),
            400: True,
            401: signed_in,
            403: signed_in,
            404: "{" in self.path,
            409: self.method == "POST",
            411: has_body,
            412: self._needs_version(),
            413: has_body,
            415: has_body,
            422: has_body or bool(self._selection()),
            428: self._needs_version(),
            429: True,
            503: True,
        }
        return sorted({status for status, may_happen in present.items() if may_happen}.union(declared))
