"""Settings of django-allauth: how members sign up, sign in and prove who they are."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from movieverse import env

# Whom else somebody may sign in by: where their page is, and what is asked of them.
_PROVIDERS: dict[str, tuple[str, dict[str, Any]]] = {
    "github": ("https://github.com", {"SCOPE": ["read:user", "user:email"]}),
    "google": ("https://accounts.google.com", {"SCOPE": ["profile", "email"], "OAUTH_PKCE_ENABLED": True}),
}


def allauth(public_url: str, debug: bool) -> dict[str, Any]:
    pages = f"{public_url}/accounts"
    return {
        "ACCOUNT_ADAPTER": "apps.accounts.adapter.AccountAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": "handle",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "username*", "password1*"],
        "ACCOUNT_USERNAME_VALIDATORS": "apps.accounts.models.handle_validators",
        "ACCOUNT_UNIQUE_EMAIL": True,
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "[MovieVerse] ",
        # By a code, which also a client without pages can ask for. Nobody is in before it is typed in, so sign-up need
        # not say that an address has an account: who has it learns so by mail.
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
        "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED": True,
        "ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND": True,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_CHANGE_EMAIL": True,
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        # Counted in the cache: by all processes where there is a Redis, by each of them where there is none.
        "ACCOUNT_RATE_LIMITS": {
            "login": "30/m/ip",
            "login_failed": "10/m/ip,5/5m/key",
            "signup": "20/m/ip",
            "reset_password": "20/m/ip,5/m/key",
            "reset_password_from_key": "20/m/ip",
            "change_password": "5/m/user",
            "manage_email": "10/m/user",
            "reauthenticate": "10/m/user",
            "confirm_email": "1/10s/key",
        },
        "HEADLESS_CLIENTS": ("app", "browser"),
        "HEADLESS_FRONTEND_URLS": {
            "account_confirm_email": f"{pages}/confirm-email/{{key}}/",
            "account_reset_password": f"{pages}/password/reset/",
            "account_reset_password_from_key": f"{pages}/password/reset/key/{{key}}/",
            "account_signup": f"{pages}/signup/",
            "socialaccount_login_error": f"{pages}/3rdparty/login/error/",
        },
        "MFA_ADAPTER": "apps.accounts.adapter.MFAAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes", "webauthn"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": "MovieVerse",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": debug,
        # Not with each request: what everybody may read would then need the accounts' store, and write to it.
        "USERSESSIONS_TRACK_ACTIVITY": False,
        # Somebody else's word for an address is not enough to get into the account that has it.
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
        "SOCIALACCOUNT_AUTO_SIGNUP": False,  # a handle is chosen
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_PROVIDERS": _providers(),
        "ALLAUTH_TRUSTED_PROXY_COUNT": 0,  # movieverse.middleware.trusted_proxy has put the client's address right
    }


def origins(names: Iterable[str]) -> list[str]:
    """Where these providers' pages are, to which a form of ours leads."""
    return [_PROVIDERS[name][0] for name in names]


def _providers() -> dict[str, Any]:
    """Those that the environment has credentials for."""
    asked = {name: _credentials(name.upper()) for name in _PROVIDERS}
    return {name: _PROVIDERS[name][1] | {"APPS": [app]} for name, app in asked.items() if app}


def _credentials(name: str) -> dict[str, str] | None:
    client_id, secret = env.text(f"{name}_CLIENT_ID"), env.text(f"{name}_CLIENT_SECRET")
    if bool(client_id) != bool(secret):
        raise ImproperlyConfigured(f"{name}_CLIENT_ID and {name}_CLIENT_SECRET go together: set both, or neither.")
    return {"client_id": client_id, "secret": secret} if client_id else None
