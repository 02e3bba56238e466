import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from movieverse.fields import FoldedField
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
        return self.create_user(is_staff=True, is_superuser=True, **fields)


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

    objects = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["handle"]

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.handle

    def clean(self) -> None:
        self.email, self.handle = fold_identifier(self.email), fold_identifier(self.handle)


class Event(outbox.Event):
    """What the other stores have to learn of accounts, and what curation does in all of them."""

    KINDS = {"user": "accounts.User", "merge": "curation.Merge"}
    IS_LOGGED = False  # nobody's business
