"""Lists: the same number of queries whatever their length, no whole table counted, searches by index."""

from datetime import date

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.catalog import services as catalog
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, Movie, Person
from apps.catalog.services.lists import Entry
from apps.profiles import services as profiles
from apps.profiles.models import DiaryEntry, Profile, WatchlistItem
from apps.profiles.services.diary import diary_add
from apps.profiles.services.watchlist import watchlist_add
from apps.reviews import services as reviews
from apps.reviews.models import ModerationAct, Rating, RatingSummary, ReportedReview, Review, Tag
from movieverse.admin import paginator
from movieverse.exceptions import StoreUnavailable
from tests.admin.browser import opened
from tests.admin.rows import MODELS, make_collection, make_company, make_list, make_row, page
from tests.factories import make_genre, make_movie, make_person, make_user

pytestmark = pytest.mark.usefixtures("stores")


def make_rows(count: int) -> None:
    genre = make_genre()
    for number in range(count):
        collection, curated_list = make_collection(), make_list(slug=f"{genre.slug}-{number}")
        make_company()
        user, movie = make_user(), make_movie(genre_ids=[genre.pk], collection_id=collection.pk)
        catalog.list_entries_set(curated_list=curated_list, entries=[Entry(movie.pk, 1)])
        make_person()
        review = reviews.review_create(user_id=user.pk, movie_id=movie.pk, body="Good.")
        moderator = make_user()
        reviews.review_hide(review=review, by=moderator.pk, reason="Spam.")
        reviews.review_restore(review=review, by=moderator.pk)
        reviews.review_report(user_id=make_user().pk, review_id=review.pk, reason="spam")
        reviews.rating_set(user_id=user.pk, movie_id=movie.pk, value=8)
        reviews.tag_add(user_id=user.pk, movie_id=movie.pk, text="Heist")
        profiles.profile_update(user_id=user.pk, bio="Hello.")
        watchlist_add(user_id=user.pk, movie_id=movie.pk)
        diary_add(user_id=user.pk, movie_id=movie.pk, watched_on=date(2025, 12, 25))
        catalog.external_id_add(kind="movie", source="tmdb", value=str(movie.pk), object_id=movie.pk)


LISTS = {
    User: {"default": 4},
    Movie: {"default": 2, "catalog": 4},
    Person: {"default": 2, "catalog": 2},
    Company: {"default": 2, "catalog": 2},
    Collection: {"default": 2, "catalog": 3},
    CuratedList: {"default": 2, "catalog": 3},
    ExternalId: {"default": 2, "catalog": 2},
    Review: {"default": 3, "catalog": 1, "reviews": 2},
    ReportedReview: {"default": 3, "catalog": 1, "reviews": 3},
    ModerationAct: {"default": 3, "reviews": 2},
    Rating: {"default": 3, "catalog": 1, "reviews": 2},
    RatingSummary: {"default": 2, "catalog": 1, "reviews": 2},
    Tag: {"default": 3, "catalog": 1, "reviews": 2},
    Profile: {"default": 3, "profiles": 2},
    WatchlistItem: {"default": 3, "catalog": 1, "profiles": 2},
    DiaryEntry: {"default": 3, "catalog": 1, "profiles": 2},
}


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_queries_do_not_grow_with_the_list(desk, queries_by_store, model):
    url = page(model, "changelist")
    make_rows(3)
    few = queries_by_store(lambda: desk.get(url))
    make_rows(27)
    many = queries_by_store(lambda: desk.get(url))
    assert few == many
    if connections["profiles"].vendor == "firebase" and few["profiles"]:
        few["profiles"] -= 1  # there a count asks twice: for the keys, and for what is left of deleted rows
    assert {alias: count for alias, count in few.items() if count} == LISTS[model]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_list_counts_a_whole_table(desk, model):
    make_row(model)
    alias = next(alias for alias in connections if model in _models_of(alias))
    with CaptureQueriesContext(connections[alias]) as captured:
        desk.get(page(model, "changelist"))
    counts = [query["sql"] for query in captured if "COUNT(" in query["sql"].upper()]
    assert all("LIMIT" in sql.upper() or "GROUP BY" in sql.upper() for sql in counts)  # or of the rows of one page


def _models_of(alias: str) -> list[type]:
    from movieverse.stores import APPS

    return [model for model in MODELS if APPS[model._meta.app_label] == alias]


def test_a_long_list_is_counted_only_so_far(desk, monkeypatch):
    monkeypatch.setattr(paginator, "MOST", 4)
    monkeypatch.setattr("apps.catalog.admin.movies.MovieAdmin.list_per_page", 2)
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


def test_ids_are_as_their_source_writes_them(desk):
    movie = make_movie("Seven Samurai")
    row = catalog.external_id_add(kind="movie", source="wikidata", value="Q189540", object_id=movie.pk)
    for term in ("wikidata:Q189540", "Wikidata:Q189540"):
        assert found(desk, Movie, term) == [movie]
        assert found(desk, ExternalId, term) == [row]


def test_a_number_is_also_the_start_of_a_title(desk):
    movie = make_movie("1917")
    assert found(desk, Movie, "1917") == [movie]


def test_movies_are_filtered(desk):
    genre, person, company, collection = make_genre("Crime"), make_person(), make_company(), make_collection()
    heat = make_movie(
        "Heat", genre_ids=[genre.pk], original_language="en", status="released", countries=["US"],
        crew=[{"person_id": person.pk, "job": "Director"}], company_ids=[company.pk], collection_id=collection.pk,
    )  # fmt: skip
    make_movie("Other", release_date=None, kind="show")
    for filters in (
        {"genre": genre.pk}, {"decade": 1990}, {"language": "en"}, {"kind": "movie"}, {"status": "released"},
        {"country": "US"}, {"person": person.pk}, {"company": company.pk}, {"collection": collection.pk},
    ):  # fmt: skip
        assert found(desk, Movie, "", **filters) == [heat], filters
    assert found(desk, Movie, "", genre=genre.pk, decade=1980) == []
    assert found(desk, Movie, "", genre=heat.pk + 7, language="xx") == []


def test_people_are_found_without_accents(desk):
    person = make_person("Zoë Kravitz")
    make_person("Al Pacino")
    for term in ("zoe", "Zoë K", str(person.pk)):
        assert found(desk, Person, term) == [person]


@pytest.mark.parametrize(
    ("model", "terms"),
    [
        (Genre, ("crime", "Crime Fi", "1", "tmdb:80")),
        (Company, ("warner", "Warner B", "1", "tmdb:80")),
        (Collection, ("godfather", "The God", "1", "tmdb:80")),
        (CuratedList, ("best", "Best of", "1")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_has_a_name_is_found(desk, model, terms):
    make = {Genre: lambda: make_genre("Crime Film"), Company: make_company, Collection: make_collection}
    row = make.get(model, make_list)()
    if model is not CuratedList:
        kind = model._meta.model_name
        catalog.external_id_add(kind=kind, source="tmdb", value="80", object_id=row.pk)
    for term in terms:
        assert found(desk, model, term) == [row], term
    assert found(desk, model, "film") == []


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


@pytest.mark.parametrize("model", [Review, Rating, Tag], ids=lambda model: model.__name__)
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


@pytest.mark.parametrize("model", [WatchlistItem, DiaryEntry], ids=lambda model: model.__name__)
def test_what_a_member_keeps_is_found(desk, model):
    make_rows(2)
    row = model.objects.order_by("user_id").last()
    handle = User.objects.get(pk=row.user_id).handle
    for term in (f"@{handle}", handle.upper(), str(row.user_id)):
        assert found(desk, model, term) == [row], term
    assert found(desk, model, "nobody") == found(desk, model, "987654321") == []


def test_a_list_shows_ids_where_the_store_of_names_is_down(desk, monkeypatch):
    def away(ids):
        raise StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "refused")

    row = make_row(Review)
    monkeypatch.setattr("apps.reviews.admin.base.titles_by_id", away)
    answer = desk.get(page(Review, "changelist"))
    assert answer.status_code == 200
    assert f"movie {row.movie_id}" in answer.content.decode()
    assert "The catalog store does not answer" in answer.content.decode()


@pytest.mark.parametrize("model", [Review, Rating, Tag, RatingSummary, Profile, WatchlistItem, DiaryEntry])
def test_without_the_catalogue_pages_of_other_stores_show_ids(desk, take_away, model):
    row = make_row(model)
    movie_id = getattr(row, "movie_id", None) or make_row(Movie).pk
    if model is Profile:
        Profile.objects.filter(pk=row.pk).update(favourite_movie_ids=[movie_id])
    take_away("catalog")
    assert desk.get(page(model, "changelist")).status_code == 200
    answer = desk.get(page(model, "change", row.pk))
    assert answer.status_code == 200
    assert f"movie {movie_id}" in answer.content.decode()
    assert "which there is not" not in answer.content.decode()


def test_without_the_catalogue_a_profile_is_corrected_all_the_same(desk, take_away):
    profile = make_row(Profile)
    Profile.objects.filter(pk=profile.pk).update(favourite_movie_ids=[make_row(Movie).pk])
    address = page(Profile, "change", profile.pk)
    take_away("catalog")
    sent = opened(desk, address) | {"bio": "Corrected."}
    assert desk.post(address, sent).status_code == 302
    profile.refresh_from_db()
    assert profile.bio == "Corrected."
    assert len(profile.favourite_movie_ids) == 1
