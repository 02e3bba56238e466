from threading import Thread
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connections
from whitenoise.runserver_nostatic.management.commands import runserver

from movieverse.exceptions import StoreUnavailable
from movieverse.management.commands.migrate import pending_apps


class Command(runserver.Command):
    def inner_run(self, *args: Any, **options: Any) -> None:
        """What `serve` has a process for, a thread does here: it begins anew with the code."""
        Thread(target=self._keep_index_up, daemon=True).start()
        super().inner_run(*args, **options)

    def _keep_index_up(self) -> None:
        try:
            call_command("search", "follow")
        except ImproperlyConfigured as error:
            self.stderr.write(f"Searches find nothing new: {error}")

    def check_migrations(self) -> None:
        """Django would look for every app's tables in the default store."""
        for alias in connections:
            try:
                pending = pending_apps(alias)
            except StoreUnavailable as error:
                self.stdout.write(self.style.WARNING(str(error)))
                continue
            if pending:
                notice = f"Not migrated: {', '.join(pending)}. Run `manage.py migrate_all`."
                self.stdout.write(self.style.NOTICE(notice))
