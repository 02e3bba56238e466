"""What profiles learn of the other stores."""

from collections.abc import Sequence

from apps.profiles.services import favourites_forget, profile_delete
from movieverse.outbox import on
from movieverse.outbox.models import Action, Event


@on("movie", Action.DELETED)
def forget_movies(events: Sequence[Event]) -> None:
    favourites_forget(movie_ids=[event.object_id for event in events])


@on("user", Action.DELETED)
def forget_members(events: Sequence[Event]) -> None:
    for event in events:
        profile_delete(user_id=event.object_id)
