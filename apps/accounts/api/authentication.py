"""Personal tokens as credentials. DRF imports this before there are models: they are imported when they are needed."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class PersonalTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer mv_…`, with a token of `/api/v1/me/tokens/`."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        from apps.accounts.services.tokens import token_use

        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_use(secret=secret.strip())
        if token is None:
            raise AuthenticationFailed("This token is not valid (any more).")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="MovieVerse"'


class PersonalTokenScheme(OpenApiAuthenticationExtension):
    target_class = "apps.accounts.api.authentication.PersonalTokenAuthentication"
    name = "personalToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token of `/api/v1/me/tokens/`."}
