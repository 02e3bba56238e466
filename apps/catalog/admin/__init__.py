"""The curators' pages of the catalogue."""

from django.contrib import admin

from apps.catalog.admin import external_ids, lists, movies, names, people, settings
from apps.catalog.models import Event
from movieverse.admin.outbox import OutboxAdmin

__all__ = ["external_ids", "lists", "movies", "names", "people", "settings"]

admin.site.register(Event, OutboxAdmin)
