"""Two people at one row: neither writes over the other without being told."""

import pytest

from apps.catalog import services as catalog
from apps.catalog.models import Collection, CuratedList, Genre, Movie, Person
from apps.profiles import services as profiles
from apps.profiles.models import Profile
from apps.reviews.models import Review
from tests.admin.browser import errors_of, opened, with_row
from tests.admin.rows import make_row, page
from tests.factories import make_genre, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def heat() -> Movie:
    return make_movie("Heat", overview="A thief.", tagline="Old")


def change(movie: Movie, **fields) -> None:
    """What somebody else does meanwhile."""
    stored = Movie.objects.get(pk=movie.pk)
    for name, value in fields.items():
        setattr(stored, name, value)
    catalog.movie_save(movie=stored)


def test_a_save_onto_a_changed_row_is_refused_with_what_was_typed(desk, heat):
    url = page(Movie, "change", heat.pk)
    sent = opened(desk, url) | {"overview": "Mine <b>"}
    change(heat, overview="Theirs <i>", tagline="New")
    answer = desk.post(url, sent)
    assert "Somebody else has changed this" in str(errors_of(answer)["__all__"])
    content = answer.content.decode()
    assert "Theirs &lt;i&gt;" in content
    assert "Mine &lt;b&gt;" in content
    assert "What they changed stays as it is: Tagline." in content
    assert Movie.objects.get().overview == "Theirs <i>"


def test_it_is_refused_again_until_somebody_says_so(desk, heat):
    url = page(Movie, "change", heat.pk)
    sent = opened(desk, url) | {"overview": "Mine"}
    change(heat, overview="Theirs", tagline="New")
    assert errors_of(desk.post(url, sent))
    assert errors_of(desk.post(url, sent))
    told = sent | {"overwrite": str(Movie.objects.get().version)}
    assert desk.post(url, told).status_code == 302
    movie = Movie.objects.get()
    assert (movie.overview, movie.tagline) == ("Mine", "New")  # only what was changed is written
    assert movie.is_locked("tagline")


def test_what_is_told_holds_for_what_was_shown(desk, heat):
    url = page(Movie, "change", heat.pk)
    sent = opened(desk, url) | {"overview": "Mine"}
    change(heat, overview="Theirs")
    told = sent | {"overwrite": str(Movie.objects.get().version)}
    change(heat, overview="A third one's")
    assert errors_of(desk.post(url, told))
    assert Movie.objects.get().overview == "A third one's"


def test_tables_keep_what_others_wrote(desk, heat):
    url = page(Movie, "change", heat.pk)
    person = make_person("Al Pacino")
    sent = opened(desk, url) | {"tagline": "Mine"}
    change(heat, cast=[{"person_id": person.pk, "character": "Hanna"}])
    catalog.external_id_add(kind="movie", source="tmdb", value="949", object_id=heat.pk)
    assert "Cast, Known elsewhere as" in desk.post(url, sent).content.decode()
    desk.post(url, sent | {"overwrite": str(Movie.objects.get().version)})
    movie = Movie.objects.get()
    assert (movie.tagline, movie.cast_ids) == ("Mine", [person.pk])
    assert opened(desk, url)["external_ids-0-value"] == ["949"]


def test_a_conflict_tells_names_and_the_rows_that_differ(desk, heat):
    url = page(Movie, "change", heat.pk)
    al, val, crime = make_person("Al Pacino"), make_person("Val Kilmer"), make_genre("Crime")
    change(heat, cast=[{"person_id": pk, "character": "One"} for pk in (al.pk, val.pk)])
    sent = opened(desk, url) | {"cast-1-character": "Two", "genre_ids": [crime.pk]}
    change(heat, tagline="Theirs")
    differences = desk.post(url, sent).context["adminform"].form.differences()
    assert differences == [
        ("Genres", "", "Crime"), ("Cast", "2 rows: Val Kilmer · One", "2 rows: Val Kilmer · Two")
    ]  # fmt: skip
    moved = opened(desk, url) | {"cast-0-ORDER": "2", "cast-1-ORDER": "1"}
    change(heat, tagline="Theirs again")
    told = desk.post(url, moved).context["adminform"].form.differences()
    assert told == [("Cast", "2 rows, in another order", "2 rows, in another order")]


def test_who_changed_nothing_has_no_conflict(desk, heat):
    url = page(Movie, "change", heat.pk)
    sent = opened(desk, url)
    change(heat, tagline="New")
    version = Movie.objects.get().version
    assert desk.post(url, sent).status_code == 302
    assert (Movie.objects.get().tagline, Movie.objects.get().version) == ("New", version)


def test_a_writer_between_reading_and_writing_is_met(desk, heat, monkeypatch):
    """The service has the last word, and the page shows it."""
    url = page(Movie, "change", heat.pk)
    sent = opened(desk, url) | {"tagline": "Mine"}
    save, calls = catalog.movie_save, []

    def late(**how):
        if not calls:
            calls.append(how)
            Movie.objects.filter(pk=heat.pk).update(version=heat.version + 1, overview="Theirs")
        return save(**how)

    monkeypatch.setattr("apps.catalog.services.movie_save", late)
    answer = desk.post(url, sent)
    assert "Somebody else has changed this" in str(errors_of(answer)["__all__"])
    assert 'value="Mine"' in answer.content.decode()


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Person, "name"),
        (Genre, "name"),
        (Collection, "name"),
        (CuratedList, "name"),
        (Review, "title"),
        (Profile, "bio"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_every_page_of_a_versioned_row_notices(desk, model, field):
    row = make_row(model)
    url = page(model, "change", row.pk)
    sent = opened(desk, url)
    assert desk.post(url, sent | {field: "Theirs"}).status_code == 302
    assert "Somebody else has changed this" in str(errors_of(desk.post(url, sent | {field: "Mine"}))["__all__"])
    assert getattr(model.objects.get(pk=row.pk), field) == "Theirs"


@pytest.mark.parametrize("sent", ["", "[]", '"x"', "{", '{"title": "x", "nothing": 1}'])
def test_a_form_that_does_not_know_what_it_was_opened_with(desk, heat, sent):
    url = page(Movie, "change", heat.pk)
    answer = desk.post(url, opened(desk, url) | {"opened": sent, "tagline": "Mine"})
    assert answer.status_code in (200, 302)


def test_a_changed_row_is_not_deleted(desk, heat):
    asked = desk.get(page(Movie, "delete", heat.pk))
    assert asked.status_code == 302
    assert desk.get(asked.url).status_code == 200
    change(heat, tagline="New")
    answer = desk.post(asked.url, {"post": "yes"}, follow=True)
    assert "Somebody else has changed this" in answer.content.decode()
    assert Movie.objects.exists()
    desk.post(desk.get(page(Movie, "delete", heat.pk)).url, {"post": "yes"})
    assert not Movie.objects.exists()


def test_a_changed_profile_is_not_deleted(desk, member):
    profiles.profile_update(user_id=member.pk, bio="Old")
    asked = desk.get(page(Profile, "delete", member.pk)).url
    profiles.profile_update(user_id=member.pk, bio="New")
    desk.post(asked, {"post": "yes"})
    assert Profile.objects.get().bio == "New"
    desk.post(desk.get(page(Profile, "delete", member.pk)).url, {"post": "yes"})
    assert not Profile.objects.exists()


def test_an_action_that_is_refused_says_so(desk, monkeypatch):
    genre = make_genre("Drama")
    make_movie("Heat", genre_ids=[genre.pk])
    monkeypatch.setattr("apps.catalog.admin.names.GenreAdmin.titles_of", lambda self, row: Movie.objects.none())
    chosen = {"action": "delete_selected", "_selected_action": [genre.pk], "post": "yes"}
    answer = desk.post(page(Genre, "changelist"), chosen, follow=True)
    assert "Titles have the genre Drama." in answer.content.decode()
    assert Genre.objects.exists()


def test_a_list_both_have_changed(desk):
    curated_list, first, second = make_row(CuratedList), make_movie("Heat"), make_movie("Ronin")
    url = page(CuratedList, "change", curated_list.pk)
    sent = opened(desk, url)
    assert desk.post(url, with_row(sent, "entries", movie_id=first.pk, ORDER="1")).status_code == 302
    answer = desk.post(url, with_row(sent, "entries", movie_id=second.pk, ORDER="1"))
    assert "Somebody else has changed this" in str(errors_of(answer)["__all__"])
    assert opened(desk, url)["entries-0-movie_id"] == [str(first.pk)]
