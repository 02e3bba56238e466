"""Lists: the same number of queries whatever their length, no whole table counted, searches by index."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.catalog import services as catalog
from apps.catalog.models import ExternalId, Movie, Person
from apps.profiles import services as profiles
from apps.profiles.models import Profile
from apps.reviews import services as reviews
from apps.reviews.models import Rating, RatingSummary, Review
from movieverse.admin import paginator
from movieverse.exceptions import StoreUnavailable
from tests.admin.rows import MODELS, make_row, page
from tests.factories import make_genre, make_movie, make_person, make_user

pytestmark = pytest.mark.usefixtures("stores")


def make_rows(count: int) -> None:
    genre = make_genre()
    for _ in range(count):
        user, movie = make_user(), make_movie(genre_ids=[genre.pk])
        make_person()
        reviews.review_create(user_id=user.pk, movie_id=movie.pk, body="Good.")
        reviews.rating_set(user_id=user.pk, movie_id=movie.pk, value=8)
        profiles.profile_update(user_id=user.pk, bio="Hello.")
        catalog.external_id_add(kind="movie", source="tmdb", value=str(movie.pk), object_id=movie.pk)


LISTS = {
    User: {"default": 4},
    Movie: {"default": 2, "catalog": 4},
    Person: {"default": 2, "catalog": 2},
    ExternalId: {"default": 2, "catalog": 2},
    Review: {"default": 3, "catalog": 1, "reviews": 2},
    Rating: {"default": 3, "catalog": 1, "reviews": 2},
    RatingSummary: {"default": 2, "catalog": 1, "reviews": 2},
    Profile: {"default": 3, "profiles": 2},
}


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_queries_do_not_grow_with_the_list(desk, queries_by_store, model):
    url = page(model, "changelist")
    make_rows(3)
    few = queries_by_store(lambda: desk.get(url))
    make_rows(27)
    many = queries_by_store(lambda: desk.get(url))
    assert few == many
    assert {alias: count for alias, count in few.items() if count} == LISTS[model]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_list_counts_a_whole_table(desk, model):
    make_row(model)
    alias = next(alias for alias in connections if model in _models_of(alias))
    with CaptureQueriesContext(connections[alias]) as captured:
        desk.get(page(model, "changelist"))
    counts = [query["sql"] for query in captured if "COUNT(" in query["sql"].upper()]
    assert all("LIMIT" in sql.upper() for sql in counts)


def _models_of(alias: str) -> list[type]:
    from movieverse.stores import APPS

    return [model for model in MODELS if APPS[model._meta.app_label] == alias]


def test_a_long_list_is_counted_only_so_far(desk, monkeypatch):
    monkeypatch.setattr(paginator, "MOST", 4)
    monkeypatch.setattr("apps.catalog.admin.MovieAdmin.list_per_page", 2)
    for _ in range(6):
        make_movie()
    changelist = desk.get(page(Movie, "changelist")).context["cl"]
    assert (changelist.result_count, changelist.paginator.num_pages, changelist.paginator.has_more) == (4, 2, True)
    assert b"4+" in desk.get(page(Movie, "changelist")).content


@pytest.mark.parametrize(
    ("chosen", "order"),
    [
        ("", ("-popularity", "-id")),
        ("?decade=1990", ("-release_day", "-id")),
        ("?o=2", ("sort_title", "pk")),
        ("?o=-2", ("-sort_title", "-pk")),
        ("?o=3", ("release_day", "pk")),
    ],
)
def test_orders_are_those_of_an_index(desk, chosen, order):
    changelist = desk.get(page(Movie, "changelist") + chosen).context["cl"]
    assert changelist.queryset.query.order_by == order


def found(desk, model, term: str, **filters) -> list:
    answer = desk.get(page(model, "changelist"), {"q": term} | filters)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


@pytest.mark.parametrize("term", ["heat", "HEAT", " The Heat ", "he", "1", "tt0113277", "imdb:tt0113277", "TMDB:949"])
def test_a_movie_is_found_by(desk, term):
    movie = make_movie("The Heat")
    make_movie("Cold Mountain")
    for source, value in (("imdb", "tt0113277"), ("tmdb", "949")):
        catalog.external_id_add(kind="movie", source=source, value=value, object_id=movie.pk)
    assert found(desk, Movie, term) == [movie]


@pytest.mark.parametrize("term", ["eat", "99", "tt0000001", "9" * 30, "%", "_eat", "tmdb:"])
def test_a_movie_is_not_found_by(desk, term):
    make_movie("Heat")
    assert found(desk, Movie, term) == []


def test_a_number_is_also_the_start_of_a_title(desk):
    movie = make_movie("1917")
    assert found(desk, Movie, "1917") == [movie]


def test_movies_are_filtered_by_genre_decade_and_language(desk):
    genre = make_genre("Crime")
    heat = make_movie("Heat", genre_ids=[genre.pk], original_language="en")
    make_movie("Other", release_date=None)
    for filters in ({"genre": genre.pk}, {"decade": 1990}, {"language": "en"}):
        assert found(desk, Movie, "", **filters) == [heat]
    assert found(desk, Movie, "", genre=genre.pk, decade=1980) == []
    assert found(desk, Movie, "", genre=heat.pk + 7, language="xx") == []


def test_people_are_found_without_accents(desk):
    person = make_person("Zoë Kravitz")
    make_person("Al Pacino")
    for term in ("zoe", "Zoë K", str(person.pk)):
        assert found(desk, Person, term) == [person]


def test_users_are_found(desk, member):
    for term in ("MEMBER", "@member", "member@ex", str(member.pk)):
        assert member in found(desk, User, term)
    assert found(desk, User, "ember") == []


def test_external_ids_are_found(desk):
    row = make_row(ExternalId)
    for term in ("tmdb:949", "movie:tmdb:", "movie:tmdb:949", str(row.object_id)):
        assert found(desk, ExternalId, term) == [row]
    assert found(desk, ExternalId, "person:tmdb:949") == []
    assert found(desk, ExternalId, "", of="person") == []


@pytest.mark.parametrize("model", [Review, Rating], ids=lambda model: model.__name__)
def test_what_members_say_is_found(desk, model):
    make_rows(2)
    row = model.objects.latest("id")
    movie, user = Movie.objects.get(pk=row.movie_id), User.objects.get(pk=row.user_id)
    for term in (f"movie:{movie.pk}", f"user:{user.pk}", f"@{user.handle}", user.handle, movie.title):
        assert found(desk, model, term) == [row], term
    assert found(desk, model, "user:-5") == []


def test_ratings_are_filtered_by_stars_and_reviews_by_date(desk):
    make_rows(1)
    assert len(found(desk, Rating, "", stars=8)) == 1
    assert found(desk, Rating, "", stars=7) == []
    assert len(found(desk, Review, "", created_at__gte="2020-01-01 00:00:00+00:00")) == 1
    assert found(desk, Review, "", created_at__lt="2020-01-01 00:00:00+00:00") == []


def test_profiles_and_summaries_are_found(desk):
    make_rows(2)
    profile = Profile.objects.latest("pk")
    handle = User.objects.get(pk=profile.pk).handle
    assert found(desk, Profile, handle) == found(desk, Profile, str(profile.pk)) == [profile]
    movie = Movie.objects.latest("pk")
    assert [row.pk for row in found(desk, RatingSummary, movie.title)] == [movie.pk]


def test_a_list_shows_ids_where_the_store_of_names_is_down(desk, monkeypatch):
    def away(ids):
        raise StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "refused")

    row = make_row(Review)
    monkeypatch.setattr("apps.reviews.admin.titles_by_id", away)
    answer = desk.get(page(Review, "changelist"))
    assert answer.status_code == 200
    assert f"movie {row.movie_id}" in answer.content.decode()
    assert "The catalog store does not answer" in answer.content.decode()
