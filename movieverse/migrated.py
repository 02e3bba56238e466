"""Whether the stores have the tables that the models need."""

from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

from movieverse.management.commands.migrate import pending_apps


def require_migrated(aliases: Iterable[str]) -> None:
    """Raise, in one line that says what to do, what would else be a driver's error about a table."""
    for alias in aliases:
        if pending_apps(alias):
            raise ImproperlyConfigured(f"The {alias} store is not migrated. Run `python manage.py migrate_all` first.")
