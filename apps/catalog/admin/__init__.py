"""The curators' pages of the catalogue."""

from apps.catalog.admin import external_ids, lists, movies, names, people, settings

__all__ = ["external_ids", "lists", "movies", "names", "people", "settings"]
