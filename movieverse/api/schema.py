"""OpenAPI: what every operation may answer besides its success, written down once."""

from typing import Any

from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from movieverse.api import problems
from movieverse.api.views import ListView

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
            child=serializers.CharField(), required=False, help_text="Parameters that there are."
        ),
        "store": serializers.CharField(required=False, help_text="The store that does not answer."),
    },
)

_DESCRIPTIONS = {
    400: "The request cannot be read, or has a parameter that there is not.",
    401: "Nobody is signed in.",
    403: "The one signed in may not do this.",
    404: "There is no such thing.",
    409: "This conflicts with what is stored.",
    415: "The body is not JSON.",
    422: "Some values are not acceptable; `errors` says which.",
    503: "A store does not answer. Try again after `Retry-After` seconds.",
}


class AutoSchema(SpectacularSchema):
    def _is_list_view(self, serializer: Any = None) -> bool:
        return isinstance(self.view, ListView) and self.method == "GET"

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
        return super().get_auth() or [{}]  # a view that authenticates nobody is open to everybody

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        return super()._get_response_bodies(direction) | {
            str(status): self._get_response_for_code(
                OpenApiResponse(_PROBLEM, _DESCRIPTIONS[status]), str(status), [problems.CONTENT_TYPE]
            )
            for status in self._problem_statuses()
        }

    def _problem_statuses(self) -> list[int]:
        has_body = self.method in ("POST", "PUT", "PATCH")
        signed_in = {} not in self.get_auth()
        present = {
            400: True,
            401: signed_in,
            403: signed_in and self.method not in SAFE_METHODS,
            404: "{" in self.path,
            409: 409 in getattr(self.view, "problems", {}).get(self.method, ()),
            415: has_body,
            422: has_body or self._is_list_view(),
            503: True,
        }
        return [status for status, may_happen in present.items() if may_happen]
