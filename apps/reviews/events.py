"""What reviews have the catalogue learn, and what they learn of the others."""

from collections.abc import Sequence

from apps.catalog.services import ratings_project
from apps.catalog.uses import uses
from apps.reviews.selectors import movies_rated, movies_reviewed, projections_of
from apps.reviews.services import member_anonymise, members_forget, members_settle, movies_forget
from movieverse.outbox import on
from movieverse.outbox.models import Action, Event

uses("movie", "rated by members")(movies_rated)
uses("movie", "reviewed or tagged by members")(movies_reviewed)


@on("rating_summary")
def show_in_catalogue(events: Sequence[Event]) -> None:
    ratings_project(projections=projections_of({event.object_id for event in events}))


@on("movie", Action.DELETED)
def forget_movies(events: Sequence[Event]) -> None:
    movies_forget(movie_ids=[event.object_id for event in events])


@on("user", Action.DELETED)
def forget_members(events: Sequence[Event]) -> None:
    for event in events:
        if rater := event.data.get("rater"):
            member_anonymise(user_id=event.object_id, rater=rater)
        else:
            members_forget(user_ids=[event.object_id])


@on("user")
def settle_members(events: Sequence[Event]) -> None:
    """An account may have been banned, or is active again."""
    members_settle(user_ids=[event.object_id for event in events])
