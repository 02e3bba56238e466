"""What is kept of the answers that show members."""

from collections.abc import Iterable
from typing import Any

from movieverse.cache import Cached


def _member(view: Any, data: Any) -> Iterable[str]:
    movies = (f"movie:{movie['id']}" for movie in data.get("favourite_movies") or ())
    return (f"user:{data['id']}", f"profile:{data['id']}", "genre", *movies)


MEMBER = Cached(name="member", tags=_member, fresh=60, public=False)
