from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from movieverse.stores import STORES


class Command(BaseCommand):
    help = "Migrates every store."

    def handle(self, *args: Any, **options: Any) -> None:
        for alias in STORES:
            call_command("migrate", database=alias, verbosity=options["verbosity"], interactive=False)
