"""Writes to what a member keeps."""

from apps.profiles.services import diary, watchlist
from apps.profiles.services.members import members_forget
from apps.profiles.services.merging import movie_merge, movie_part, movies_follow
from apps.profiles.services.pictures import MOST_BYTES, picture_remove, picture_set
from apps.profiles.services.profiles import (
    MOST_FAVOURITES,
    favourites_forget,
    merged_rows_forget,
    profile_delete,
    profile_update,
    profiles_load,
)

__all__ = [
    "MOST_BYTES",
    "MOST_FAVOURITES",
    "diary",
    "favourites_forget",
    "members_forget",
    "merged_rows_forget",
    "movie_merge",
    "movie_part",
    "movies_follow",
    "picture_remove",
    "picture_set",
    "profile_delete",
    "profile_update",
    "profiles_load",
    "watchlist",
]
