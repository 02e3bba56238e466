"""What recommendations learn of the other stores. Neighbours that are gone are left out as they are read."""

from collections.abc import Sequence

from apps.recommendations.services.disinterests import disinterests_follow, disinterests_forget
from movieverse.outbox import on
from movieverse.outbox.models import Action, Event


@on("movie", Action.DELETED)
def forget_movies(events: Sequence[Event]) -> None:
    disinterests_forget(movie_ids=[event.object_id for event in events])


@on("movie", Action.MERGED)
def follow_movies(events: Sequence[Event]) -> None:
    for event in events:
        disinterests_follow(movie_id=event.object_id, into=event.data["into"])


@on("user", Action.DELETED)
def forget_members(events: Sequence[Event]) -> None:
    disinterests_forget(user_ids=[event.object_id for event in events])
