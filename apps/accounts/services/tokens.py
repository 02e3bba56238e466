"""Personal tokens."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.utils import timezone

import movieverse
from apps.accounts.models import PersonalToken, User
from movieverse.api.scopes import SCOPES
from movieverse.exceptions import DomainError

MOST_TOKENS = 50  # of a member
LIFETIME, LONGEST = timedelta(days=90), timedelta(days=366)
_USED_AGAIN = timedelta(minutes=1)


class NoMember(DomainError):
    status = 403
    code = "account-deactivated"
    detail = "This account has been deactivated."


class TooManyTokens(DomainError):
    code = "too-many-tokens"
    detail = f"You have {MOST_TOKENS} tokens already, which is as many as there may be. Delete one."


def token_create(
    *, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[PersonalToken, str]:
    """A new token: as it is kept, and as it is shown, this once."""
    prefix = f"mv_{secrets.token_hex(4)}"
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    token = PersonalToken(user=user, name=name, prefix=prefix, digest=_digest(secret), scopes=sorted(set(scopes)))
    token.expires_at = timezone.now() + LIFETIME if expires_at is None else expires_at
    _check(token)
    return _insert(token), secret


def _digest(secret: str) -> str:
    """Plain: of 256 random bits nobody can try all."""
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _check(token: PersonalToken) -> None:
    now = timezone.now()
    if unknown := set(token.scopes) - SCOPES.keys():
        raise ValidationError({"scopes": f"There is no scope {min(unknown)!r}. There are: {', '.join(SCOPES)}."})
    if not token.scopes:
        raise ValidationError({"scopes": f"A token is good for something. There are: {', '.join(SCOPES)}."})
    if not now < token.expires_at <= now + LONGEST:
        raise ValidationError({"expires_at": f"A token expires within {LONGEST.days} days from now on."})
    token.clean_fields(exclude=["user", "last_used_at"])


@movieverse.atomic("default")
def _insert(token: PersonalToken) -> PersonalToken:
    member = User.objects.select_for_update().get(pk=token.user_id)  # so that nobody else makes one at the same time
    if not member.is_active:  # any more, since the request came in
        raise NoMember
    if PersonalToken.objects.filter(user_id=token.user_id).count() >= MOST_TOKENS:
        raise TooManyTokens
    token.save(force_insert=True)
    return token


@movieverse.atomic("default")
def token_delete(*, user: User, token_id: int) -> bool:
    """Revoke one of a member's tokens. False if they have none such."""
    deleted, _ = PersonalToken.objects.filter(user=user, pk=token_id).delete()
    return deleted > 0


def token_use(*, secret: str) -> PersonalToken | None:
    """The token, if it is good for anything now; that it was used is noted once a minute."""
    now = timezone.now()
    token = PersonalToken.objects.select_related("user").filter(digest=_digest(secret)).first()
    if token is None or token.expires_at <= now or not token.user.is_active:
        return None
    if token.last_used_at is None or token.last_used_at < now - _USED_AGAIN:
        PersonalToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
