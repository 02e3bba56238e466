"""The demo set: well-known films, and made-up members with their ratings, reviews, tags and profiles.

Members are recognised by their address. A rating, a review or a profile that is there is left alone.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.accounts.loading import users_load
from apps.accounts.models import User
from apps.catalog.loading import load_collections, load_lists, load_people
from apps.catalog.models import Movie
from apps.catalog.records import Problem
from apps.catalog.trends import signals_add
from apps.imports.sources import demo
from apps.profiles.models import Profile
from apps.profiles.selectors import with_profile
from apps.profiles.services import profiles_load
from apps.reviews.models import Review
from apps.reviews.selectors import rated_by, reviewed_by
from apps.reviews.services import ratings_date, ratings_load, reviews_load, tags_load
from movieverse.bulk import Counts
from seed import made_up
from seed.run import Run

FOLDER = Path(__file__).parent / "data" / "demo"
DOMAIN = "demo.invalid"


def seed(run: Run) -> None:
    """Members first and profiles last, so that `is_wanted` can tell a run that was interrupted."""
    found = demo.read(FOLDER)
    ratings = made_up.ratings(found)
    user_ids = _load_members(found.handles, run)
    stored = _Stored(user_ids, _load_catalogue(found, ratings, run))
    _load_ratings(ratings, stored, run)
    _load_reviews(made_up.reviews(found, ratings), stored, run)
    _load_tags(made_up.tags(ratings), stored, run)
    _load_profiles(made_up.profiles(found, ratings), stored, run)


def is_wanted() -> bool:
    """Whether the catalogue is empty, or an earlier seeding of it was interrupted."""
    members = list(User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("pk", flat=True))
    return not with_profile(members) if members else not Movie.objects.exists()


@dataclass(frozen=True, slots=True)
class _Stored:
    """Our ids of members and films; one that could not be stored has none."""

    users: Mapping[str, int]
    movies: Mapping[str, int]

    def pair(self, item: made_up.Rating | made_up.Review | made_up.Tag) -> tuple[int, int] | None:
        user_id, movie_id = self.users.get(item.handle), self.movies.get(item.movie.place)
        return (user_id, movie_id) if user_id and movie_id else None


def _load_members(handles: list[str], run: Run) -> dict[str, int]:
    ids, counts = users_load(handles=handles, domain=DOMAIN, dry_run=run.dry_run)
    run.counts["users"] += Counts(counts.created, counts.updated, counts.unchanged)
    lost = [handle for handle in handles if handle not in ids]
    run.fail("users", [Problem("reviews.json", "handles", handle, "is somebody else's handle") for handle in lost])
    return ids


def _load_catalogue(found: demo.Demo, ratings: list[made_up.Rating], run: Run) -> dict[str, int]:
    counts = made_up.popularity(ratings)
    for movie in found.movies:
        movie.popularity = counts[movie.place]
    loader = run.load_movies(found.movies, demo.SOURCE)
    load_people(found.people, demo.SOURCE, run)
    load_collections(found.collections, demo.SOURCE, run)
    load_lists(found.lists, loader.ids, demo.SOURCE, run)
    return loader.ids


def _load_ratings(ratings: list[made_up.Rating], stored: _Stored, run: Run) -> None:
    values = {pair: rating.value for rating in ratings if (pair := stored.pair(rating))}
    known = rated_by(stored.users.values()) & values.keys()
    new = [(*pair, value) for pair, value in values.items() if pair not in known]
    run.counts["ratings"] += ratings_load(new, dry_run=run.dry_run)
    if not run.dry_run:  # trends know them as of today: else there would be none
        given = {pair: rating.given_at for rating in ratings if (pair := stored.pair(rating)) and pair not in known}
        ratings_date(moments=given)
        signals_add("rating", Counter(movie_id for _, movie_id, _ in new))
    run.counts["ratings"].unchanged += len(known)


def _load_reviews(reviews: list[made_up.Review], stored: _Stored, run: Run) -> None:
    bodies = {pair: review.body for review in reviews if (pair := stored.pair(review))}
    known = reviewed_by(stored.users.values()) & bodies.keys()
    new = [
        Review(user_id=user_id, movie_id=movie_id, body=body)
        for (user_id, movie_id), body in bodies.items()
        if (user_id, movie_id) not in known
    ]
    run.counts["reviews"] += reviews_load(new, dry_run=run.dry_run)
    run.counts["reviews"].unchanged += len(known)


def _load_tags(tags: list[made_up.Tag], stored: _Stored, run: Run) -> None:
    rows = [(*pair, tag.text) for tag in tags if (pair := stored.pair(tag))]
    run.counts["tags"] += tags_load(rows, dry_run=run.dry_run)


def _load_profiles(profiles: list[made_up.Profile], stored: _Stored, run: Run) -> None:
    wanted = {stored.users[profile.handle]: profile for profile in profiles if profile.handle in stored.users}
    known = with_profile(wanted)
    new = [_profile(user_id, profile, stored) for user_id, profile in wanted.items() if user_id not in known]
    run.counts["profiles"] += profiles_load(new, dry_run=run.dry_run)
    run.counts["profiles"].unchanged += len(known)


def _profile(user_id: int, profile: made_up.Profile, stored: _Stored) -> Profile:
    ids = [stored.movies[movie.place] for movie in profile.favourites if movie.place in stored.movies]
    return Profile(user_id=user_id, bio=profile.bio, favourite_movie_ids=ids)
