"""What a curator saves goes through the services: what follows from it follows."""

from datetime import date

import pytest

from apps.accounts.models import User
from apps.catalog import services as catalog
from apps.catalog.models import ExternalId, Genre, Movie, Person, Setting
from apps.catalog.selectors import setting
from apps.profiles.models import Profile
from apps.profiles.services import picture_set
from apps.reviews import services as reviews
from apps.reviews.models import Rating, Review
from apps.reviews.selectors import summary_of
from movieverse.outbox.relay import relay_all
from tests.admin.browser import errors_of, opened
from tests.admin.rows import make_row, page
from tests.factories import PASSWORD, make_genre, make_movie, make_person, make_user
from tests.profiles.drawing import drawn

pytestmark = pytest.mark.usefixtures("stores")

MOVIE = {
    "title": "The Insider",
    "kind": "movie",
    "original_title": "The Insider",
    "overview": "",
    "release_date": "1999-11-05",
    "runtime": "157",
    "original_language": "en",
    "countries": "US\r\n\r\nGB",
    "languages": "en",
    "keywords": "tobacco\r\nwhistleblower",
    "budget": "",
    "revenue": "",
    "popularity": "12.5",
}


def test_a_new_movie_gets_an_id_and_what_follows(desk):
    genre = make_genre("Drama")
    answer = desk.post(page(Movie, "add"), MOVIE | {"genre_ids": [genre.pk]})
    assert answer.status_code == 302
    movie = Movie.objects.get()
    assert movie.pk == 1
    assert (movie.sort_title, movie.release_day) == ("insider", 19991105)
    assert movie.genre_ids == [genre.pk]
    assert movie.countries == ["US", "GB"]
    assert movie.release_date == date(1999, 11, 5)


def test_changing_a_movie_keeps_its_credits_and_the_order_of_its_genres(desk):
    drama, crime, war = make_genre("Drama"), make_genre("Crime"), make_genre("War")
    person = make_person("Al Pacino")
    cast = [{"person_id": person.pk, "name": person.name, "character": "Hanna"}]
    movie = make_movie("Heat", genre_ids=[war.pk, drama.pk], cast=cast)
    desk.post(page(Movie, "change", movie.pk), MOVIE | {"genre_ids": [drama.pk, crime.pk, war.pk]})
    movie.refresh_from_db()
    assert movie.title == "The Insider"
    assert movie.genre_ids == [war.pk, drama.pk, crime.pk]
    assert [credit["character"] for credit in movie.cast] == ["Hanna"]
    assert movie.cast_ids == [person.pk]


def test_a_movie_form_names_what_is_wrong(desk):
    answer = desk.post(page(Movie, "add"), MOVIE | {"title": "", "countries": "USA", "genre_ids": [99]})
    assert set(errors_of(answer)) == {"title", "countries", "genre_ids"}


def test_a_deleted_movie_takes_its_external_ids_along(desk):
    row = make_row(ExternalId)
    desk.post(page(Movie, "delete", row.object_id), {"post": "yes"})
    assert not ExternalId.objects.exists()


def test_a_renamed_person_is_renamed_in_credits(desk):
    person = make_person("Al Pacno")
    movie = make_movie("Heat", cast=[{"person_id": person.pk, "name": person.name, "character": "Hanna"}])
    desk.post(page(Person, "change", person.pk), {"name": "Al Pacino", "popularity": "3"})
    movie.refresh_from_db()
    assert movie.cast[0]["name"] == "Al Pacino"
    assert Person.objects.get().sort_name == "al pacino"


def test_people_deleted_together_leave_the_credits(desk):
    people = [make_person(), make_person()]
    cast = [{"person_id": person.pk, "name": person.name, "character": ""} for person in people]
    movie = make_movie("Heat", cast=cast)
    chosen = {"action": "delete_selected", "_selected_action": [person.pk for person in people], "post": "yes"}
    desk.post(page(Person, "changelist"), chosen)
    movie.refresh_from_db()
    assert movie.cast == movie.cast_ids == []


def test_a_genres_slug_follows_its_name(desk):
    desk.post(page(Genre, "add"), {"name": "Science Fiction"})
    assert Genre.objects.get().slug == "science-fiction"


def test_a_genre_of_the_same_slug_is_refused_on_the_form(desk):
    make_genre("Science Fiction")
    answer = desk.post(page(Genre, "add"), {"name": "science  fiction"})
    assert "already exists" in str(errors_of(answer)["__all__"])
    assert answer.context["adminform"].form["name"].value() == "science  fiction"


def test_a_genre_in_use_is_protected(desk):
    genre = make_genre("Drama")
    make_movie("Heat", genre_ids=[genre.pk])
    answer = desk.post(page(Genre, "delete", genre.pk), {"post": "yes"})
    assert b"Heat (1995)" in answer.content
    chosen = {"action": "delete_selected", "_selected_action": [genre.pk], "post": "yes"}
    desk.post(page(Genre, "changelist"), chosen)
    assert Genre.objects.exists()


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("reviews_closed_message", "Back in May.", "Back in May."),
        ("reviews_open", "false", False),
        ("review_max_length", "500", 500),
    ],
)
def test_a_setting_has_its_own_type(desk, name, typed, stored):
    assert desk.post(page(Setting, "add"), {"name": name, "value": typed}).status_code == 302
    assert setting(name) == stored
    assert desk.get(page(Setting, "change", name)).status_code == 200


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [("reviews_open", "perhaps", "Write true or false."), ("review_max_length", "many", "Enter a whole number.")],
)
def test_a_setting_of_another_type_is_refused(desk, name, typed, message):
    answer = desk.post(page(Setting, "add"), {"name": name, "value": typed})
    assert errors_of(answer)["value"] == [message]
    assert not Setting.objects.exists()


def test_a_setting_changes_and_goes_back_to_its_default(desk):
    catalog.setting_set(name="reviews_open", value=True)
    desk.post(page(Setting, "change", "reviews_open"), {"value": "false"})
    assert setting("reviews_open") is False
    desk.post(page(Setting, "delete", "reviews_open"), {"post": "yes"})
    assert setting("reviews_open") is True


def test_the_settings_list_offers_those_at_their_defaults(desk):
    catalog.setting_set(name="reviews_closed_message", value="Back in May.")
    content = desk.get(page(Setting, "changelist")).content.decode()
    assert "?name=reviews_open" in content
    assert "?name=reviews_closed_message" not in content


def test_an_external_id_belongs_to_one_row(desk):
    row = make_row(ExternalId)
    other = make_movie("Heat")
    form = {"kind": "movie", "source": "tmdb", "value": "949", "object_id": other.pk}
    assert "already the id of a movie" in str(errors_of(desk.post(page(ExternalId, "add"), form)))
    desk.post(page(ExternalId, "change", row.pk), {"object_id": other.pk})
    row.refresh_from_db()
    assert row.object_id == other.pk


def test_an_external_id_needs_its_row(desk):
    form = {"kind": "person", "source": "tmdb", "value": "1158", "object_id": 5}
    assert errors_of(desk.post(page(ExternalId, "add"), form))["object_id"] == ["There is no person 5."]


def test_a_summary_follows_a_changed_rating(desk):
    rating = make_row(Rating)
    desk.post(page(Rating, "change", rating.pk), {"value": "2"})
    summary = summary_of(rating.movie_id)
    assert (summary.count, summary.total, summary.count_7, summary.count_2) == (1, 2, 0, 1)


def test_a_summary_follows_ratings_deleted_together(desk):
    movie = make_movie("Heat")
    for value in (3, 8, 10):
        reviews.rating_set(user_id=make_user().pk, movie_id=movie.pk, value=value)
    doomed = list(Rating.objects.filter(value__gte=8).values_list("pk", flat=True))
    chosen = {"action": "delete_selected", "_selected_action": doomed, "post": "yes"}
    desk.post(page(Rating, "changelist"), chosen)
    assert (summary_of(movie.pk).count, summary_of(movie.pk).total) == (1, 3)


def test_a_rating_out_of_range_is_refused(desk):
    rating = make_row(Rating)
    assert "value" in errors_of(desk.post(page(Rating, "change", rating.pk), {"value": "11"}))


def test_a_services_refusal_is_shown_on_the_form(desk):
    rating = make_row(Rating)
    catalog.setting_set(name="reviews_open", value=False)
    answer = desk.post(page(Rating, "change", rating.pk), {"value": "2"})
    assert errors_of(answer)["__all__"] == ["Reviews and ratings are closed for now."]
    assert answer.context["adminform"].form["value"].value() == "2"
    assert Rating.objects.get().value == 7


def test_a_review_is_corrected_within_its_limits(desk):
    review = make_row(Review)
    desk.post(page(Review, "change", review.pk), {"title": "Seen", "body": "Very good."})
    review.refresh_from_db()
    assert (review.title, review.body) == ("Seen", "Very good.")
    catalog.setting_set(name="review_max_length", value=5)
    answer = desk.post(page(Review, "change", review.pk), {"title": "Seen", "body": "Too long."})
    assert errors_of(answer)["body"] == ["A review has at most 5 characters; this one has 9."]


def test_a_profile_is_made_and_changed(desk, member):
    movie, genre = make_movie("Heat"), make_row(Genre)
    form = opened(desk, page(Profile, "add")) | {"user_id": member.pk, "display_name": " Ada  L. ", "bio": "Hello."}
    form |= {
        "favourite_movie_ids": [movie.pk, movie.pk],
        "favourite_genre_ids": [genre.pk],
        "diary_visibility": "members",
    }
    assert desk.post(page(Profile, "add"), form).status_code == 302
    profile = Profile.objects.get()
    assert (profile.display_name, profile.favourite_movie_ids, profile.favourite_genre_ids) == (
        "Ada L.", [movie.pk], [genre.pk]
    )  # fmt: skip
    assert (profile.diary_visibility, profile.watchlist_visibility) == ("members", "nobody")
    form = opened(desk, page(Profile, "change", member.pk)) | {"bio": "Bye.", "favourite_movie_ids": [77]}
    answer = desk.post(page(Profile, "change", member.pk), form)
    assert errors_of(answer)["favourite_movie_ids"] == ["There is no movie 77."]
    desk.post(page(Profile, "change", member.pk), form | {"favourite_movie_ids": []})
    profile.refresh_from_db()
    assert (profile.bio, profile.favourite_movie_ids, profile.favourite_genre_ids) == ("Bye.", [], [genre.pk])
    relay_all()
    assert b"Bye." in desk.get(page(Profile, "history", member.pk)).content


def test_a_profiles_page_shows_the_uploaded_picture(desk, member):
    address = page(Profile, "change", member.pk)
    name = picture_set(user_id=member.pk, content=drawn()).picture
    assert f'src="/{name}"' in desk.get(address).content.decode()
    assert name not in desk.get(page(Profile, "changelist")).content.decode()


def test_a_profile_needs_its_user(desk):
    answer = desk.post(page(Profile, "add"), {"user_id": 999_999, "bio": "", "favourite_movie_ids": ""})
    assert errors_of(answer)["user_id"] == ["There is no user 999999."]


def test_a_new_user_is_folded_and_can_sign_in(desk, client):
    form = {"email": "New@Example.com", "handle": "NewOne", "usable_password": "true"}
    answer = desk.post(page(User, "add"), form | {"password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 302
    user = User.objects.get(handle="newone")
    assert user.email == "new@example.com"
    assert user.check_password(PASSWORD)


def test_a_taken_handle_is_refused_in_any_spelling(desk, member):
    form = {"email": "new@example.com", "handle": "MEMBER", "usable_password": "true"}
    answer = desk.post(page(User, "add"), form | {"password1": PASSWORD, "password2": PASSWORD})
    assert "handle" in errors_of(answer)


def test_a_users_password_and_rights_change(desk, member):
    assert desk.get(f"/admin/accounts/user/{member.pk}/password/").status_code == 200
    new = {"usable_password": "true", "password1": "another good phrase", "password2": "another good phrase"}
    desk.post(f"/admin/accounts/user/{member.pk}/password/", new)
    desk.post(page(User, "change", member.pk), {"handle": "Member2", "email": member.email, "is_staff": "on"})
    member.refresh_from_db()
    assert member.check_password("another good phrase")
    assert (member.handle, member.is_staff, member.is_active) == ("member2", True, False)


def test_only_superusers_hand_out_rights_or_touch_who_may_use_the_admin(client, curator):
    from django.contrib.auth.models import Permission

    helper = make_user("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user", "delete_user"]))
    client.force_login(helper)
    client.post(page(User, "change", helper.pk), {
        "handle": "helper", "email": helper.email, "is_active": "on", "is_superuser": "on"
    })  # fmt: skip
    helper.refresh_from_db()
    assert not helper.is_superuser
    colleague = make_user("colleague", is_staff=True)
    for row in (curator, colleague):
        assert client.post(f"/admin/accounts/user/{row.pk}/password/", {}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(page(User, "changelist"), chosen)
        assert User.objects.filter(pk=row.pk).exists()
