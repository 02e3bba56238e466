"""The first sign-in of an installation, so that nobody has to know `createsuperuser` to look around."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.accounts.models import User
from movieverse.env import installation_secret

EMAIL, HANDLE = "curator@localhost", "curator"


class Command(BaseCommand):
    help = "Makes this installation's curator, with a password of its own, and prints the sign-in."

    def handle(self, *args: Any, **options: Any) -> None:
        password = installation_secret(settings.VAR_DIR / "curator_password", length=12)
        curator = User.objects.filter(email=EMAIL).first()
        if curator is None:
            curator = User.objects.create_superuser(email=EMAIL, handle=HANDLE, password=password)
        known = curator.check_password(password)
        self.stdout.write(f"{'Curator':>9}  {EMAIL}  {password if known else '(password changed)'}")
