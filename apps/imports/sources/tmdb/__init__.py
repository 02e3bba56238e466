"""Bodies of TMDB's API, version 3, read into records: what it answers for a film, a show, a person and a collection."""

from apps.imports.sources.tmdb.body import BadBody
from apps.imports.sources.tmdb.people import collection, person
from apps.imports.sources.tmdb.titles import movie, show

SOURCE = "tmdb"

# What is asked for along with each kind of body, so that one answer has it all: TMDB takes 20 at most.
APPENDED = {
    "movie": (
        *("credits", "keywords", "alternative_titles", "translations", "release_dates"),
        *("videos", "images", "external_ids"),
    ),
    "tv": (
        *("credits", "keywords", "alternative_titles", "translations", "content_ratings"),
        *("videos", "images", "external_ids"),
    ),
    "person": ("images", "external_ids"),
    "collection": ("images",),
}

__all__ = ["APPENDED", "SOURCE", "BadBody", "collection", "movie", "person", "show"]
