"""What the accounts store has of a member. What points at an account goes with it in one transaction."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry

from apps.accounts.models import Ban, PersonalToken, User
from apps.accounts.sessions import sessions_of
from movieverse.models import Edit, KeptAnswer
from movieverse.personal import Part, Row, holds, keeps


def _sessions(user_id: int) -> Iterator[Row]:
    """Without their keys, by which whoever has one is signed in."""
    return ({"expires_at": session.expire_date} for session in sessions_of([user_id]))


def _rights(user_id: int) -> Iterator[Row]:
    for user in User.objects.filter(pk=user_id):
        yield from ({"group": group.name} for group in user.groups.all())
        yield from ({"permission": str(permission)} for permission in user.user_permissions.all())


holds(User, "Your account.", member="pk", name="account", hidden=["password"])
holds(EmailAddress, "Your e-mail addresses.", member="user", name="email-addresses")
holds(PersonalToken, "Your tokens, without what makes them good.", member="user", name="tokens", hidden=["digest"])
holds(Authenticator, "Your second factors, without their secrets.", member="user", hidden=["data"])
holds(SocialAccount, "Your accounts elsewhere that sign you in here.", member="user", name="accounts-elsewhere")
holds(UserSession, "What you are signed in from.", member="user", name="devices", hidden=["session_key", "data"])
holds(Ban, "When you were shut out, and why.", member="user", name="bans", hidden=["by", "lifted_by"])
holds(Edit, "What you have changed of the catalogue, and of others.", member="by", name="edits", hidden=["member_id"])
holds(Edit, "What others have changed of yours.", member="member_id", name="edits-of-yours", hidden=["by"])
holds(LogEntry, "What you have done in the admin.", member="user", name="admin-log")
holds(
    KeptAnswer,
    "Answers to what you sent with an Idempotency-Key, kept for a day.",
    hidden=["key", "request", "headers", "body"],
)
keeps(
    Part(
        name="sessions",
        store="default",
        about="Where you are signed in.",
        count=lambda user_id: sum(1 for _ in sessions_of([user_id])),
        rows=_sessions,
    )
)
keeps(
    Part(
        name="rights",
        store="default",
        about="Groups you are in, and permissions of your own.",
        count=lambda user_id: sum(1 for _ in _rights(user_id)),
        rows=_rights,
    )
)
