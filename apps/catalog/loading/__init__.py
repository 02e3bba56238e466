"""Titles, people and lists of data sets brought into the catalogue, many at once.

What a data set says of a fact is taken unless a source of higher rank has said something, or a curator has
locked it. Credits are united: everybody whom any source credits is credited once. So sets may be loaded in any
order and again, and come to the same catalogue; and an interrupted run is continued by the next one, for a row
and its external ids are written in one transaction.
"""

from apps.catalog.loading.collections import load_collections
from apps.catalog.loading.journal import load_counts
from apps.catalog.loading.lists import load_lists
from apps.catalog.loading.movies import MovieLoader
from apps.catalog.loading.outcome import Loaded
from apps.catalog.loading.people import load_people
from apps.catalog.loading.undoing import load_undo

__all__ = [
    "Loaded", "MovieLoader", "load_collections", "load_counts", "load_lists", "load_people", "load_undo",
]  # fmt: skip
