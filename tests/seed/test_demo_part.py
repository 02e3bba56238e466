"""A part of the demo set, seeded in all sorts of circumstances."""

import json
from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.catalog import services
from apps.catalog.models import ExternalId, Movie, Person
from apps.imports.sources import demo as source
from apps.profiles.models import Profile
from apps.profiles.services import profile_update
from apps.reviews.models import Rating, Review
from movieverse.bulk import Counts
from seed import demo, made_up
from tests.catalog.loads import credited, imdb, known_as, movie_of, tmdb
from tests.factories import make_movie, make_user
from tests.imports.tmdb5000_files import credit, movie, written
from tests.seed.seeding import assert_nothing_to_do, seeded

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> source.Demo:
    """Some titles with their people, collections and lists, and some members."""
    folder = tmp_path / "demo"
    (folder / "titles").mkdir(parents=True)
    told = {path.stem: json.loads(path.read_text()) for path in demo.FOLDER.glob("*.json")}
    titles = [
        *json.loads((demo.FOLDER / "titles" / "1970s.json").read_text())[:8],
        *json.loads((demo.FOLDER / "titles" / "shows.json").read_text())[:2],
    ]
    imdb_ids = {title["external_ids"]["imdb"] for title in titles}
    names = {entry["name"] for title in titles for entry in (*title["cast"], *title["crew"])}
    told["people"] = [one for one in told["people"] if one["name"] in names]
    told["reviews"]["handles"] = told["reviews"]["handles"][:40]
    for one in told["lists"]:
        one["entries"] = [entry for entry in one["entries"] if entry["imdb"] in imdb_ids]
    told["lists"] = [one for one in told["lists"] if one["entries"]]
    for name, items in told.items():
        (folder / f"{name}.json").write_text(json.dumps(items))
    (folder / "titles" / "some.json").write_text(json.dumps(titles))
    monkeypatch.setattr(demo, "FOLDER", folder)
    return source.read(folder)


def test_a_dry_run_counts_what_the_real_run_then_does(part):
    dry = seeded("demo", "--dry-run")
    assert not any(model.objects.exists() for model in (Movie, Person, User, Rating, Review, Profile, ExternalId))
    assert dry.counts["ratings"].created > 20
    assert dry == seeded("demo")


def test_ratings_are_of_days_of_the_year_before(part):
    seeded("demo")
    days = {rating.created_at.date() for rating in Rating.objects.all()}
    assert len(days) > 20
    assert {day.year for day in days} == {2025}


def test_a_member_s_handle_that_is_somebody_s_stays_theirs(part):
    handle = part.handles[0]
    theirs = make_user(handle)
    dry, (counts, lines) = seeded("demo", dry_run=True), seeded("demo")
    assert counts["users"] == Counts(created=len(part.handles) - 1, failed=1)
    assert lines == [f"reviews.json, column handles: '{handle}' is somebody else's handle"]
    assert dry == (counts, lines)
    assert not Rating.objects.filter(user_id=theirs.pk).exists()


def test_what_members_have_is_left_alone(part):
    seeded("demo")
    rating, review, profile = Rating.objects.first(), Review.objects.first(), Profile.objects.first()
    Rating.objects.filter(pk=rating.pk).update(value=11 - rating.value)
    Review.objects.filter(pk=review.pk).update(body="Moderated.")
    profile_update(user_id=profile.pk, bio="Mine.")
    assert_nothing_to_do(seeded("demo").counts)
    assert Review.objects.get(pk=review.pk).body == "Moderated."
    assert Rating.objects.get(pk=rating.pk).value == 11 - rating.value
    assert Profile.objects.get(pk=profile.pk).bio == "Mine."


def test_what_a_curator_wrote_survives_and_what_was_deleted_comes_back(part):
    seeded("demo")
    first, second = Movie.objects.order_by("pk")[:2]
    first.overview = "Mine."
    services.movie_save(movie=first, by=1)
    title = second.title
    services.movie_delete(movie=second)
    counts = seeded("demo").counts
    assert counts["movies"] == Counts(created=1, unchanged=len(part.movies) - 1)
    assert Movie.objects.get(pk=first.pk).overview == "Mine."
    assert Movie.objects.filter(title=title).count() == 1


@pytest.mark.parametrize("demo_first", [True, False])
def test_in_either_order_a_film_of_both_sets_is_one(part, tmp_path, demo_first):
    film = part.movies[0]
    tmdb_id = int(dict(film.ids)["tmdb"])
    theirs = movie(tmdb_id, f"{film.title}!", runtime="1", overview="Theirs.")
    runs = [("demo",), ("tmdb5000", *written(tmp_path, [theirs], [credit(tmdb_id, "")]))]
    for args in runs if demo_first else reversed(runs):
        seeded(*args)
    assert Movie.objects.count() == len(part.movies)
    stored = movie_of(tmdb(tmdb_id))
    assert (stored.title, stored.runtime, stored.overview) == (f"{film.title}!", 1, "Theirs.")
    assert stored.countries == ["US"]
    assert stored.alternative_titles == film.alternative_titles
    assert credited(stored)[:2] == ["Al Pacino", "Robert De Niro"]
    assert set(credited(stored)) >= {entry.person.name for entry in film.cast}
    assert stored.source_scores
    assert stored.popularity == 35.2
    for args in (*runs, *runs):
        assert_nothing_to_do(seeded(*args).counts)


def test_an_id_that_belongs_to_another_film_is_reported_and_stays_there(part):
    film = part.movies[0]
    known = dict(film.ids)
    other, mine = make_movie("Another"), make_movie("Mine")
    known_as("movie", imdb(known["imdb"]), other)
    known_as("movie", tmdb(known["tmdb"]), mine)
    counts, lines = seeded("demo")
    assert counts["external ids"].failed == 1
    reason = f"belongs to movie {other.pk}, but the film's other ids to movie {mine.pk}"
    assert lines == [f"some.json, title 1, column id: 'imdb:{known['imdb']}' {reason}"]
    assert movie_of(imdb(known["imdb"])) == other


# --- Only into an empty catalogue -----------------------------------------------------------------


def test_an_empty_catalogue_is_seeded_and_a_full_one_is_left_alone(part):
    assert seeded("demo", if_empty=True).counts["movies"].created
    Movie.objects.first().delete()
    assert seeded("demo", if_empty=True) == ({}, [])


def test_a_catalogue_of_other_films_is_left_alone(part):
    make_movie("Heat")
    assert seeded("demo", if_empty=True) == ({}, [])


@pytest.mark.parametrize("step", ["load_people", "load_lists", "ratings_load", "reviews_load", "profiles_load"])
def test_an_interrupted_seeding_of_an_empty_catalogue_is_continued(part, monkeypatch, step):
    def interrupt(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo, step, interrupt)
        with pytest.raises(SystemExit):
            seeded("demo")
    counts = seeded("demo", if_empty=True).counts
    assert counts["profiles"].created
    assert counts["movies"] == Counts(unchanged=len(part.movies))
    ratings = made_up.ratings(part)
    assert (Rating.objects.count(), Review.objects.count()) == (len(ratings), len(made_up.reviews(part, ratings)))
    assert_nothing_to_do(seeded("demo").counts)
