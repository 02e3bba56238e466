from django.db import connections
from whitenoise.runserver_nostatic.management.commands import runserver

from movieverse.exceptions import StoreUnavailable
from movieverse.management.commands.migrate import pending_apps


class Command(runserver.Command):
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
