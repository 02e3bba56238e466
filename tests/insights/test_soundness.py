"""Each thing that can be wrong, broken on purpose past the services."""

import pytest

from apps.catalog import services
from apps.catalog.models import (
    Collection,
    Company,
    CuratedList,
    ExternalId,
    Genre,
    ListEntry,
    Movie,
    Person,
)
from apps.catalog.services.lists import Entry
from apps.insights.batches import in_batches
from apps.insights.soundness import findings
from apps.profiles.models import Profile
from apps.profiles.services import profile_update
from apps.reviews.models import Rating, RatingSummary, Review, Tag
from apps.reviews.services import raters_load, rating_set, ratings_load, review_create, tag_add
from tests.factories import make_genre, make_movie, make_person, make_user

pytestmark = pytest.mark.usefixtures("stores")

NOBODY = 77_777


def found() -> list[str]:
    return [str(finding) for finding in findings()]


@pytest.fixture
def heat() -> Movie:
    """A title with something of everything."""
    pacino, mann = make_person("Al Pacino"), make_person("Michael Mann")
    company = services.company_save(company=Company(name="Regency"))
    series = services.collection_save(collection=Collection(name="Heat Collection"))
    movie = make_movie(
        "Heat",
        genre_ids=[make_genre("Crime").pk],
        company_ids=[company.pk],
        collection_id=series.pk,
        cast=[{"person_id": pacino.pk, "character": "Hanna"}],
        crew=[{"person_id": mann.pk, "department": "Directing", "job": "Director"}],
        releases=[{"country": "US", "type": "", "date": "1995-12-15", "certification": "R", "note": ""}],
    )
    services.external_id_add(kind="movie", source="tmdb", value="949", object_id=movie.pk)
    best = services.list_save(curated_list=CuratedList(name="Best", slug="best"))
    services.list_entries_set(curated_list=best, entries=[Entry(movie.pk, 1)])
    user = make_user()
    rating_set(user_id=user.pk, movie_id=movie.pk, value=9)
    review_create(user_id=user.pk, movie_id=movie.pk, body="Good.")
    tag_add(user_id=user.pk, movie_id=movie.pk, text="Heist")
    profile_update(user_id=user.pk, favourite_movie_ids=[movie.pk])
    return movie


def broken(row, **changes) -> None:
    type(row).objects.filter(pk=row.pk).update(**changes)


def test_what_services_write_is_sound(heat: Movie):
    (rater,) = raters_load(source="movielens", values=["1"]).values()
    ratings_load([(rater, heat.pk, 7)])
    assert found() == []


# --- A row by itself ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"sort_title": "zz"}, "sort_title is 'zz', but 'heat' follows from the rest"),
        ({"release_day": 5}, "release_day is 5, but 19951215 follows from the rest"),
        ({"release_year": 1994}, "release_year is 1994, but 1995 follows from the rest"),
        ({"certifications": []}, "certifications is [], but ['US:R'] follows from the rest"),
        ({"status": "lost"}, "status: Value 'lost' is not a valid choice."),
        ({"awards": [{"award": "Oscar"}]}, "awards: Item 1: It is an object with the members award, category,"),
        ({"cast": {}}, "cast: This is a list of objects, not {}."),
        ({"origins": {"colour": {}}}, "origins: There is no fact 'colour'."),
        ({"origins": {"title": "tmdb"}}, "origins: title has neither a source nor a time, but 'tmdb'."),
        ({"origins": []}, "origins: This is an object, not []."),
    ],
)
def test_a_title_that_is_wrong_by_itself(heat: Movie, changes, fault):
    broken(heat, **changes)
    (line,) = found()
    assert line.startswith(f"movie {heat.pk}: {fault}")


@pytest.mark.parametrize("name", ["cast_ids", "crew_ids", "director_ids"])
def test_ids_of_credits_that_are_not_those_of_the_credits(heat: Movie, name: str):
    broken(heat, **{name: [NOBODY]})
    (line,) = found()
    assert line.startswith(f"movie {heat.pk}: {name} is [{NOBODY}], but ")


def test_names_that_are_ordered_by_something_else(heat: Movie):
    for model in (Person, Company, Collection, CuratedList):
        broken(model.objects.order_by("pk").first(), sort_name="zz")
    broken(Genre.objects.get(), slug="zz")
    assert [line.split()[0] for line in found()] == ["person", "genre", "company", "collection", "list"]


# --- What a title points at -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"genre_ids": [NOBODY], "main_genre_id": NOBODY}, "genre_ids names genre"),
        (
            {"main_genre_id": NOBODY, "origins": {"main_genre_id": {"source": "x", "at": ""}}},
            "main_genre_id names genre",
        ),
        ({"company_ids": [NOBODY]}, "company_ids names company"),
        ({"collection_id": NOBODY}, "collection_id names collection"),
    ],
)
def test_a_title_that_points_at_nothing(heat: Movie, changes, fault):
    broken(heat, **changes)
    assert f"movie {heat.pk}: {fault} {NOBODY}, which is not there" in found()


def test_credits_of_somebody_who_is_not_there_or_is_called_otherwise(heat: Movie):
    pacino, mann = heat.cast_ids[0], heat.crew_ids[0]
    Person.objects.filter(pk=mann).delete()
    Person.objects.filter(pk=pacino).update(name="Alfredo Pacino", sort_name="alfredo pacino")
    assert found() == [
        f"movie {heat.pk}: crew names person {mann}, which is not there",
        f"movie {heat.pk}: cast calls person {pacino} 'Al Pacino', whose name is 'Alfredo Pacino'",
    ]


def test_a_credit_that_is_there_twice(heat: Movie):
    broken(heat, crew=heat.crew * 2)
    assert found() == [f"movie {heat.pk}: crew has person {heat.crew_ids[0]} as 'Director' 2 times"]


def test_a_credit_by_the_words_of_two_sources(heat: Movie):
    told = [heat.cast[0] | {"source": "tmdb"}, heat.cast[0] | {"source": "netflix", "character": "The cop"}]
    broken(heat, cast=told, origins={})
    assert found() == [f"movie {heat.pk}: cast has somebody by the words of several sources"]
    broken(heat, origins={"cast": {"source": "curator", "at": "", "locked": True}})
    assert found() == []


# --- External ids ---------------------------------------------------------------------------------


def test_an_external_id_under_another_key(heat: Movie):
    ExternalId.objects.create(pk="movie:imdb:x", kind="movie", source="imdb", value="tt1", object_id=heat.pk)
    assert found() == ["external id movie:imdb:x: its key is not movie:imdb:tt1"]


def test_an_external_id_of_no_kind(heat: Movie):
    ExternalId.objects.create(pk="star:imdb:x", kind="star", source="imdb", value="x", object_id=heat.pk)
    assert found() == ["external id star:imdb:x: there is no kind 'star'"]


@pytest.mark.parametrize("kind", ExternalId.Kind.values)
def test_an_external_id_of_a_row_that_is_not_there(kind: str):
    ExternalId.objects.create(pk=f"{kind}:imdb:1", kind=kind, source="imdb", value="1", object_id=NOBODY)
    assert found() == [f"external id {kind}:imdb:1: points at {kind} {NOBODY}, which is not there"]


# --- Rows that are there twice --------------------------------------------------------------------


def known(row, *sources: str) -> None:
    for source in sources:
        kind = row._meta.verbose_name
        services.external_id_add(kind=kind, source=source, value=str(row.pk), object_id=row.pk)


def test_titles_of_one_name_and_year_that_no_source_tells_apart():
    one, other = make_movie("The Host"), make_movie("THE HOST!")
    make_movie("Host")  # not the same name
    make_movie("The Host", release_date=None)
    make_movie("The Host", kind="show")
    double = f"movie {other.pk}: has the kind, name and year of movie {one.pk}, and no source tells them apart"
    assert found() == [double]
    known(one, "tmdb")
    known(other, "imdb")
    assert found() == [double]
    known(one, "imdb")
    assert found() == []


def test_who_might_be_either_of_two_is_neither():
    one, other, either = (services.company_save(company=Company(name="Gaumont")) for _ in range(3))
    known(one, "tmdb")
    known(other, "tmdb")
    known(either, "imdb")
    assert found() == []


def test_companies_and_collections_that_are_there_twice():
    companies = [services.company_save(company=Company(name=name)) for name in ("Pathé", "Pathe")]
    collections = [services.collection_save(collection=Collection(name="Heat")) for _ in range(2)]
    assert found() == [
        f"{kind} {other.pk}: has the name of {kind} {one.pk}, and no source tells them apart"
        for kind, (one, other) in (("company", companies), ("collection", collections))
    ]


def test_genres_that_are_there_twice():
    one, other = make_genre("Drama"), make_genre("War")
    broken(other, name="drama")
    assert f"genre {other.pk}: has the name of genre {one.pk}, and no source tells them apart" in found()


# --- Across the stores ----------------------------------------------------------------------------


def test_what_is_said_of_a_title_that_is_not_there(heat: Movie):
    rating, review, profile = Rating.objects.get(), Review.objects.get(), Profile.objects.get()
    entry, gone = ListEntry.objects.get(), f"points at movie {heat.pk}, which is not there"
    Movie.objects.all().delete()
    assert sorted(found()) == sorted(
        [
            f"external id movie:tmdb:949: {gone}",
            f"list entry {entry.pk}: {gone}",
            f"profile {profile.pk}: {gone}",
            f"rating {rating.pk}: {gone}",
            f"rating summary {heat.pk}: {gone}",
            f"review {review.pk}: {gone}",
            f"tag {Tag.objects.get().pk}: {gone}",
        ]
    )


def test_what_is_said_by_somebody_who_is_not_there(heat: Movie):
    for model in (Rating, Review, Tag):
        model.objects.update(user_id=NOBODY)
    profile = Profile.objects.get()
    Profile.objects.all().delete()
    profile.pk = NOBODY
    profile.save(force_insert=True)
    assert [line.partition(": ")[2] for line in found()] == [f"points at user {NOBODY}, which is not there"] * 4


def test_a_profile_that_no_form_would_accept(heat: Movie):
    broken(Profile.objects.get(), bio="x" * 2001)
    (line,) = found()
    assert line.startswith("profile ")
    assert ": bio: Ensure this value has at most 2000 characters" in line


def test_entries_of_a_list_that_is_not_there(heat: Movie):
    gone = CuratedList.objects.get()
    CuratedList.objects.all().delete()
    assert found() == [
        f"list entry {ListEntry.objects.get().pk}: points at list {gone.pk}, which is not there",
    ]


# --- Ratings --------------------------------------------------------------------------------------


def test_a_summary_that_its_ratings_do_not_say(heat: Movie):
    Rating.objects.update(value=8)
    (line,) = found()
    assert line == (
        f"rating summary {heat.pk}: says 1 of 9 half-stars, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0]; "
        "its ratings say 1 of 8 half-stars, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]"
    )


def test_ratings_without_a_summary(heat: Movie):
    RatingSummary.objects.all().delete()
    assert found() == [f"rating summary {heat.pk}: is not there, but its movie has ratings"]


def test_a_rating_of_eleven_half_stars(heat: Movie):
    Rating.objects.update(value=11)
    assert f"rating {Rating.objects.get().pk}: is of 11 half-stars: there are 1 to 10" in found()


# --- How it reads ---------------------------------------------------------------------------------


def test_rows_come_in_batches_by_their_keys():
    genres = [make_genre() for _ in range(5)]
    batches = list(in_batches(Genre.objects.all(), 2))
    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert [genre.pk for batch in batches for genre in batch] == [genre.pk for genre in genres]
