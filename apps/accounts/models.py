import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from movieverse.fields import FoldedField, ListField, MomentField
from movieverse.outbox import models as outbox

handle_validators = [
    RegexValidator(
        r"^[a-z0-9][a-z0-9_]{2,29}\Z",
        "A handle is 3 to 30 letters a-z, digits and underscores, and does not start with an underscore.",
    )
]


def fold_identifier(value: str) -> str:
    """One spelling for what must be unique: `Ａlice` and `ALICE` are `alice`."""
    return unicodedata.normalize("NFKC", value).casefold().strip()


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=fold_identifier(username or ""))

    def create_user(self, *, email: str, handle: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=fold_identifier(email), handle=fold_identifier(handle), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def create_superuser(self, **fields: Any) -> "User":
        """Whoever may make one is believed that the address is theirs: there may be no mail yet to confirm it by."""
        from allauth.account.models import EmailAddress  # whose user is ours

        user = self.create_user(is_staff=True, is_superuser=True, **fields)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account. E-mail and handle are stored folded, so that unique means unique."""

    email = FoldedField(max_length=254, unique=True, validators=[models.EmailField().default_validators[0]])
    handle = FoldedField(
        max_length=30,
        unique=True,
        validators=handle_validators,
        help_text="The public name, as in /users/handle.",
    )
    name = models.CharField(
        max_length=60, blank=True, default="", editable=False, help_text="The profile's display name, as last told."
    )
    is_active = models.BooleanField(default=True, help_text="Off: cannot sign in.")
    is_staff = models.BooleanField(default=False, help_text="May use the admin.")
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    times_signed_out = models.PositiveIntegerField(
        default=0, editable=False, help_text="How often all sessions were ended."
    )

    objects = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["handle"]

    class Meta:
        ordering = ("id",)
        permissions = (("assign_role", "Can give roles"), ("ban_user", "Can ban and unban users"))

    def __str__(self) -> str:
        return self.handle

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session was begun with: it ends with a new password, and when all sessions are ended."""
        begun_with = f"{self.password}{self.times_signed_out or ''}"
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        return salted_hmac(salt, begun_with, secret=secret, algorithm="sha256").hexdigest()

    def clean(self) -> None:
        self.email, self.handle = fold_identifier(self.email), fold_identifier(self.handle)


class Ban(models.Model):
    """Who was shut out, when, by whom and why. It stays when it is lifted."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bans")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(max_length=2_000)
    at = MomentField(auto_now_add=True)
    lifted_at = MomentField(null=True)
    lifted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    lifted_reason = models.TextField(max_length=2_000, blank=True)

    class Meta:
        ordering = ("-id",)
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.user}, {self.at:%Y-%m-%d}"


class PersonalToken(models.Model):
    """Lets a program of a member's do some of what they may. The token itself is shown once and not stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100, help_text="What it is for.")
    prefix = models.CharField(max_length=11, help_text="How the token begins, to know it by.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token.")
    scopes = ListField(models.CharField(max_length=20))
    created_at = MomentField(auto_now_add=True)
    expires_at = MomentField()
    last_used_at = MomentField(null=True, help_text="To the minute.")

    class Meta:
        ordering = ("-id",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.prefix}…"


class Event(outbox.Event):
    """What the other stores have to learn of accounts, and what curation does in all of them."""

    KINDS = {"user": "accounts.User", "merge": "curation.Merge"}
    IS_LOGGED = False  # nobody's business
