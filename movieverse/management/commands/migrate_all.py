from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from movieverse.stores import STORES


class Command(BaseCommand):
    help = "Migrates every store."

    def handle(self, *args: Any, **options: Any) -> None:
        for alias in STORES:
            if options["verbosity"]:
                self.stdout.write(self.style.MIGRATE_HEADING(f"Store {alias}"))
            call_command("migrate", database=alias, verbosity=options["verbosity"], interactive=False)
