"""The whole demo set, seeded once: these tests read what became of it."""

from collections import Counter

from apps.accounts.models import User
from apps.catalog.digest import digests
from apps.catalog.models import Collection, CuratedList, ExternalId, ListEntry, Movie, Person
from apps.profiles.models import Profile
from apps.reviews.models import Rating, RatingSummary, Review
from movieverse.bulk import Counts
from tests.catalog.loads import credited, imdb, movie_of, person_of, tmdb
from tests.seed.real import demo as whole
from tests.seed.seeding import assert_nothing_to_do, seeded


def test_everything_of_the_set_is_stored(demo_once):
    assert demo_once.real.lines == []
    stored = {
        "movies": Movie,
        "people": Person,
        "collections": Collection,
        "lists": CuratedList,
        "list entries": ListEntry,
        "external ids": ExternalId,
        "users": User,
        "ratings": Rating,
        "reviews": Review,
        "profiles": Profile,
    }
    assert {kind: demo_once.real.counts[kind] for kind in stored} == {
        kind: Counts(created=model.objects.count()) for kind, model in stored.items()
    }
    assert (Movie.objects.count(), User.objects.count()) == (len(whole().movies), len(whole().handles))
    assert Collection.objects.count() == len(whole().collections)


def test_a_title_has_everything_that_the_set_tells_of_it(demo_once):
    told = next(one for one in whole().movies if one.title == "The Matrix")
    matrix = movie_of(tmdb(603))
    assert (matrix.title, matrix.release_date, matrix.keywords) == (told.title, told.release_date, told.keywords)
    assert credited(matrix) == [entry.person.name for entry in told.cast]
    assert matrix.translations == told.translations
    assert Collection.objects.get(pk=matrix.collection_id).name == told.collection.name
    assert "US:R" in matrix.certifications
    assert {origin["source"] for origin in matrix.origins.values()} == {"demo"}


def test_a_person_has_a_biography_and_further_ids(demo_once):
    told = next(one for one in whole().people if one.name == "F. W. Murnau")
    murnau = person_of(imdb("nm0003638"))
    assert (murnau.biography, murnau.birth_date) == (told.biography, told.birth_date)
    assert "F. W. Murnau" in credited(movie_of(imdb("tt0013442")), "crew")


def test_people_without_a_tmdb_id_are_one_by_their_name(demo_once):
    assert Person.objects.filter(name="Max Schreck").count() == 1
    assert ExternalId.objects.filter(kind="person", source="demo").exists()


def test_lists_are_in_the_order_of_the_set(demo_once):
    for told in whole().lists:
        stored = CuratedList.objects.get(slug=told.slug)
        entries = ListEntry.objects.filter(list_id=stored.pk).order_by("position")
        titles = Movie.objects.in_bulk([entry.movie_id for entry in entries])
        assert [titles[entry.movie_id].title for entry in entries] == [entry.movie.title for entry in told.entries]


def test_popularity_and_summaries_are_those_of_the_ratings(demo_once):
    assert sum(RatingSummary.objects.values_list("count", flat=True)) == Rating.objects.count()
    ratings = Counter(Rating.objects.values_list("movie_id", flat=True))
    popularity = dict(Movie.objects.values_list("pk", "popularity"))
    assert popularity == {pk: float(ratings[pk]) for pk in popularity}


def test_nobody_can_sign_in_as_a_member(demo_once):
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert all(user.email.endswith("@demo.invalid") for user in User.objects.all())


def test_reviews_and_favourites_are_of_stored_titles(demo_once):
    known = set(Movie.objects.values_list("pk", flat=True))
    assert set(Review.objects.values_list("movie_id", flat=True)) <= known
    favourites = {pk for profile in Profile.objects.all() for pk in profile.favourite_movie_ids}
    assert favourites
    assert favourites <= known


def test_a_dry_run_counted_what_the_real_run_then_did(demo_once):
    assert demo_once.dry == demo_once.real


def test_a_second_run_finds_nothing_to_do(demo_once):
    before = digests()
    counts, lines = seeded("demo")
    assert lines == []
    assert_nothing_to_do(counts)
    assert counts["movies"].unchanged == len(whole().movies)
    assert seeded("demo", if_empty=True) == ({}, [])
    assert digests() == before
