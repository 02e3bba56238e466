"""The first sign-in of an installation, so that nobody has to know `createsuperuser` to look around."""

from itertools import count
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Q

from apps.accounts.models import User
from movieverse.env import installation_secret


class Command(BaseCommand):
    help = "Makes a curator, with a password of this installation's own, if there is none, and prints the sign-in."

    def handle(self, *args: Any, **options: Any) -> None:
        password = installation_secret(settings.VAR_DIR / "curator_password", length=12)
        curators = list(User.objects.filter(is_superuser=True).order_by("-is_active", "pk")) or [_make(password)]
        own = next((curator for curator in curators if curator.is_active and curator.check_password(password)), None)
        email, shown = (own.email, password) if own else (curators[0].email, "(password changed)")
        self.stdout.write(f"{'Curator':>9}  {email}  {shown}")


def _make(password: str) -> User:
    name = _free_name()
    return User.objects.create_superuser(email=_email(name), handle=name, password=password)


def _free_name() -> str:
    """`curator`, or with a number behind it: a member may have been there first."""
    name, numbers = "curator", count(2)
    while User.objects.filter(Q(handle=name) | Q(email=_email(name))).exists():
        name = f"curator{next(numbers)}"
    return name


def _email(name: str) -> str:
    return f"{name}@localhost"
