from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.exceptions import AuthenticationFailed


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """The token that signing in at `/_allauth/app/v1/` gives, in the header X-Session-Token."""

    def authenticate(self, request: Any) -> Any:
        found = super().authenticate(request)
        if found is None and self.get_session_token(request):
            raise AuthenticationFailed("This session token is not valid (any more). Sign in again.")
        return found

    def authenticate_header(self, request: Any) -> str:
        return 'X-Session-Token realm="MovieVerse"'


class SessionTokenScheme(OpenApiAuthenticationExtension):
    target_class = "movieverse.api.authentication.SessionTokenAuthentication"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": "`meta.session_token` of a sign-in at `/_allauth/app/v1/auth/login`.",
        }
