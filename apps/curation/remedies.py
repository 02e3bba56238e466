"""What is done about each thing that may disagree: in words, and by the services of those whose rows they are."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from apps.accounts.services import users_named
from apps.catalog.services import RatingProjection, credits_refresh, ratings_project, rows_forget
from apps.profiles import services as profiles
from apps.profiles.selectors import display_names
from apps.profiles.services import favourites_forget
from apps.reviews import services as reviews
from apps.reviews.selectors import projections_of
from apps.reviews.services import members_forget, members_settle, summaries_recount

_Ids = Sequence[int]


class Remedy(NamedTuple):
    """`repair` is given the findings' subjects, and does no harm where there is nothing left to do."""

    words: str
    repair: Callable[[_Ids], None] | None = None  # None: it takes somebody who decides


def _forget_movies(movie_ids: _Ids) -> None:
    """Everything that hangs on them, wherever: whoever deleted them told nobody. Of merged ones it goes along."""
    rows_forget(kind="movie", ids=movie_ids)
    reviews.movies_follow(movie_ids=movie_ids)
    profiles.movies_follow(movie_ids=movie_ids)


def _forget_members(user_ids: _Ids) -> None:
    members_forget(user_ids=user_ids)
    profiles.members_forget(user_ids=user_ids)


def _forget_rows(kind: str, ids: _Ids) -> None:
    rows_forget(kind=kind, ids=ids)


def _forget_genres(genre_ids: _Ids) -> None:
    _forget_rows("genre", genre_ids)
    favourites_forget(genre_ids=genre_ids)


def _refresh_credits(person_ids: _Ids) -> None:
    credits_refresh(person_ids=person_ids)


def _recount(movie_ids: _Ids) -> None:
    """A summary that is made anew begins with a version below the one that the catalogue has seen."""
    summaries_recount(movie_ids=movie_ids)
    _project(movie_ids)


def _project(movie_ids: _Ids) -> None:
    """Once anyhow, and once more as always: a summary may have changed between its reading and its showing."""
    found = {projection.movie_id: projection for projection in projections_of(movie_ids)}
    shown = [found.get(movie_id) or RatingProjection.of_none(movie_id) for movie_id in movie_ids]
    ratings_project(projections=shown, anyhow=True)
    ratings_project(projections=projections_of(movie_ids))


def _show_names(user_ids: _Ids) -> None:
    users_named(names=display_names(user_ids))


def _settle(user_ids: _Ids) -> None:
    members_settle(user_ids=user_ids)


_forget_lists = partial(_forget_rows, "list")
_forget_people = partial(_forget_rows, "person")
_forget_companies = partial(_forget_rows, "company")
_forget_collections = partial(_forget_rows, "collection")

REMEDIES = {
    "list-entry-without-list": Remedy("delete entries of lists that are gone", _forget_lists),
    "list-entry-without-movie": Remedy("take titles that are gone out of lists", _forget_movies),
    "external-id-without-movie": Remedy("delete external ids of titles that are gone", _forget_movies),
    "external-id-without-person": Remedy("delete external ids of people who are gone", _forget_people),
    "external-id-without-genre": Remedy("delete external ids of genres that are gone", _forget_genres),
    "external-id-without-company": Remedy("delete external ids of companies that are gone", _forget_companies),
    "external-id-without-collection": Remedy("delete external ids of collections that are gone", _forget_collections),
    "rating-summary-without-movie": Remedy("delete rating summaries of titles that are gone", _forget_movies),
    "rating-without-movie": Remedy("delete ratings of titles that are gone", _forget_movies),
    "rating-without-user": Remedy("delete ratings of members who are gone", _forget_members),
    "rating-without-rater": Remedy("delete ratings of raters whom no data set knows", _forget_members),
    "review-without-movie": Remedy("delete reviews of titles that are gone", _forget_movies),
    "review-without-user": Remedy("delete reviews of members who are gone", _forget_members),
    "review-without-rater": Remedy("delete reviews of raters whom no data set knows", _forget_members),
    "tag-without-movie": Remedy("delete tags of titles that are gone", _forget_movies),
    "tag-without-user": Remedy("delete tags of members who are gone", _forget_members),
    "tag-without-rater": Remedy("delete tags of raters whom no data set knows", _forget_members),
    "helpful-vote-without-user": Remedy("delete helpful votes of members who are gone", _forget_members),
    "review-report-without-user": Remedy("delete reports of members who are gone", _forget_members),
    "profile-without-user": Remedy("delete profiles of members who are gone", _forget_members),
    "profile-without-movie": Remedy("take titles that are gone out of favourites", _forget_movies),
    "profile-without-genre": Remedy("take genres that are gone out of favourites", _forget_genres),
    "watchlist-item-without-user": Remedy("delete watchlists of members who are gone", _forget_members),
    "watchlist-item-without-movie": Remedy("take titles that are gone off watchlists", _forget_movies),
    "diary-entry-without-user": Remedy("delete diaries of members who are gone", _forget_members),
    "diary-entry-without-movie": Remedy("delete diary entries of titles that are gone", _forget_movies),
    "user-name": Remedy("show with accounts the names of their profiles", _show_names),
    "movie-without-genre": Remedy("take genres that are gone out of titles", _forget_genres),
    "movie-without-company": Remedy("take companies that are gone out of titles", _forget_companies),
    "movie-without-collection": Remedy("take collections that are gone out of titles", _forget_collections),
    "movie-without-person": Remedy("take people who are gone out of credits", _forget_people),
    "credit-name": Remedy("let credits call people by the names they have", _refresh_credits),
    "standing": Remedy("withhold what banned members say, release what the others do", _settle),
    "summary-wrong": Remedy("count the ratings again", _recount),
    "summary-missing": Remedy("count the ratings", _recount),
    "projection": Remedy("show with titles what their rating summaries say", _project),
    "duplicate": Remedy("a curator looks at both, and merges those that are one"),
    "dead-letter": Remedy("read the reason, mend that, and have it tried again in the admin"),
    "waiting-events": Remedy("run `manage.py relay`, or see in its log why it cannot go on"),
}
