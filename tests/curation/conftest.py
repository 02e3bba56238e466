from datetime import date

import pytest

from apps.catalog import services
from apps.catalog.models import Movie
from apps.profiles.services import profile_update
from apps.profiles.services.diary import diary_add
from apps.profiles.services.watchlist import watchlist_add
from apps.reviews.services import rating_set, review_create, tag_add
from tests.curation.consistency import relayed
from tests.factories import make_collection, make_company, make_genre, make_list, make_movie, make_person, make_user


@pytest.fixture
def heat(stores: None) -> Movie:
    """A title with something of everything, of which all stores know."""
    movie = make_movie(
        "Heat",
        genre_ids=[make_genre("Crime").pk, make_genre("Drama").pk],
        company_ids=[make_company("Regency").pk],
        collection_id=make_collection("Heat Collection").pk,
        cast=[{"person_id": make_person("Al Pacino").pk, "character": "Hanna"}],
        crew=[{"person_id": make_person("Michael Mann").pk, "department": "Directing", "job": "Director"}],
    )
    for kind, row in (
        ("movie", movie.pk), ("person", movie.cast_ids[0]), ("genre", movie.genre_ids[0]),
        ("company", movie.company_ids[0]), ("collection", movie.collection_id),
    ):  # fmt: skip
        services.external_id_add(kind=kind, source="tmdb", value="949", object_id=row)
    make_list("best", [movie])
    user = make_user()
    rating_set(user_id=user.pk, movie_id=movie.pk, value=9)
    review_create(user_id=user.pk, movie_id=movie.pk, body="Good.")
    tag_add(user_id=user.pk, movie_id=movie.pk, text="Heist")
    profile_update(
        user_id=user.pk, display_name="Ada", favourite_movie_ids=[movie.pk], favourite_genre_ids=movie.genre_ids
    )
    watchlist_add(user_id=user.pk, movie_id=movie.pk)
    diary_add(user_id=user.pk, movie_id=movie.pk, watched_on=date(2025, 12, 25))
    relayed()
    return Movie.objects.get(pk=movie.pk)
