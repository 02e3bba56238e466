"""What profiles have the accounts learn, and what they learn of the other stores."""

from collections.abc import Sequence

from apps.accounts.services import users_named
from apps.catalog.uses import uses
from apps.profiles.selectors import display_names, genres_favoured, movies_favoured, movies_shelved
from apps.profiles.services import diary, favourites_forget, members_forget, watchlist
from movieverse.outbox import on
from movieverse.outbox.models import Action, Event

uses("movie", "in members' watchlists or diaries")(movies_shelved)
uses("movie", "among members' favourites")(movies_favoured)
uses("genre", "among members' favourites")(genres_favoured)


@on("profile")
@on("profile", Action.DELETED)
def show_names(events: Sequence[Event]) -> None:
    users_named(names=display_names(event.object_id for event in events))


@on("movie", Action.DELETED)
def forget_movies(events: Sequence[Event]) -> None:
    movie_ids = [event.object_id for event in events]
    favourites_forget(movie_ids=movie_ids)
    watchlist.forget(movie_ids=movie_ids)
    diary.forget(movie_ids=movie_ids)


@on("genre", Action.DELETED)
def forget_genres(events: Sequence[Event]) -> None:
    favourites_forget(genre_ids=[event.object_id for event in events])


@on("user", Action.DELETED)
def forget_members(events: Sequence[Event]) -> None:
    members_forget(user_ids=[event.object_id for event in events])
