from django.db import connections
from whitenoise.runserver_nostatic.management.commands import runserver

from movieverse.management.commands.migrate import pending_apps


class Command(runserver.Command):
    def check_migrations(self) -> None:
        """Django would look for every app's tables in the default store."""
        pending = [app for alias in connections for app in pending_apps(alias)]
        if pending:
            notice = f"Not migrated: {', '.join(pending)}. Run `manage.py migrate_all`."
            self.stdout.write(self.style.NOTICE(notice))
