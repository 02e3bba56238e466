"""Roles from the command line: the first administrator has nobody else to ask."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.roles import Role
from apps.accounts.selectors import user_known_as
from apps.accounts.services import role_set


class Command(BaseCommand):
    help = "Gives somebody a role in place of the one they have; `member` takes it away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", help="a handle or an e-mail address")
        parser.add_argument("role", choices=Role.values)

    def handle(self, *args: Any, who: str, role: str, **options: Any) -> None:
        user = user_known_as(who)
        if user is None:
            raise CommandError(f"Nobody has the handle or e-mail address {who!r}.")
        role_set(user=user, role=Role(role), by=None)
        self.stdout.write(f"{user.handle} is {'an' if role == Role.ADMINISTRATOR else 'a'} {role}.")
