"""The catalogue: titles, people and what joins them, the ids other sources know them by, and the site's settings.

Primary keys are small integers from `Counter`; their column is `_id` so that MongoDB looks them up by its
primary key. What orders a list is never null, because engines disagree where nulls go. What lists are filtered
by stands in plain fields and ListFields with an index each; what is only shown is JSON, in `documents`' shapes.
"""

from apps.catalog.models.bookkeeping import Counter, Event, ExternalId, MergedRow, Setting, Tombstone
from apps.catalog.models.journal import LoadNote
from apps.catalog.models.lists import CuratedList, ListEntry
from apps.catalog.models.movies import Movie, day_number
from apps.catalog.models.names import Collection, Company, Genre
from apps.catalog.models.people import Person

__all__ = [
    "Collection", "Company", "Counter", "CuratedList", "Event", "ExternalId", "Genre", "ListEntry", "LoadNote",
    "MergedRow", "Movie", "Person", "Setting", "Tombstone", "day_number",
]  # fmt: skip
