"""Settings of django-allauth: how members sign up, sign in and prove who they are."""

from typing import Any


def allauth(public_url: str) -> dict[str, Any]:
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
        },
        "ALLAUTH_TRUSTED_PROXY_COUNT": 0,  # movieverse.middleware.trusted_proxy has put the client's address right
    }
