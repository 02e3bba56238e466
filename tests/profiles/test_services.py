import pytest
from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.accounts.services import user_delete
from apps.catalog.services import genre_delete, movie_delete
from apps.profiles import selectors
from apps.profiles.models import DiaryEntry, Event, Part, Profile, Visibility, WatchlistItem
from apps.profiles.selectors import may_see, profile_of, profiles_favouring
from apps.profiles.services import MOST_FAVOURITES, favourites_forget, profile_delete, profile_update
from movieverse.exceptions import VersionConflict
from movieverse.outbox.models import Change
from movieverse.outbox.relay import relay_all
from tests.factories import make_genre, make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")

EVERYTHING = {
    "display_name": "Ada L.",
    "bio": "Hello.",
    "picture_url": "https://example.com/ada.png",
    "about_visibility": "members",
    "favourites_visibility": "nobody",
    "watchlist_visibility": "everybody",
    "diary_visibility": "members",
}


def test_a_missing_profile_is_an_empty_one_and_reading_makes_none():
    assert (profile_of(1).bio, profile_of(1).favourite_movie_ids) == ("", [])
    assert not Profile.objects.exists()


def test_a_profile_is_made_on_its_first_write_and_changed_in_what_is_given():
    movie, genre = make_movie("Heat"), make_genre("Crime")
    profile_update(user_id=1, favourite_movie_ids=[movie.pk, movie.pk], favourite_genre_ids=[genre.pk, genre.pk])
    profile_update(user_id=1, **EVERYTHING)
    profile = profile_of(1)
    assert {name: getattr(profile, name) for name in EVERYTHING} == EVERYTHING
    assert (profile.favourite_movie_ids, profile.favourite_genre_ids, profile.version) == ([movie.pk], [genre.pk], 2)


def test_who_has_seen_an_older_version_changes_nothing():
    profile_update(user_id=1, bio="Hello.")
    with pytest.raises(VersionConflict):
        profile_update(user_id=1, version=0, bio="Bye.")
    assert profile_of(1).bio == "Hello."


@pytest.mark.parametrize(("name", "of"), [("favourite_movie_ids", "movie"), ("favourite_genre_ids", "genre")])
def test_unknown_favourites_are_named(name: str, of: str):
    with pytest.raises(ValidationError, match=f"There is no {of} 999"):
        profile_update(user_id=1, **{name: [999]})
    assert not Profile.objects.exists()


def test_favourites_and_bio_have_an_end():
    for name in ("favourite_movie_ids", "favourite_genre_ids"):
        with pytest.raises(ValidationError, match="At most 100 favourites"):
            profile_update(user_id=1, **{name: list(range(MOST_FAVOURITES + 1))})
    with pytest.raises(ValidationError, match="2000"):
        profile_update(user_id=1, bio="x" * 2_001)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Ada \t L.\n", "Ada L."),
        ("Ada\u00a0\u2003L.", "Ada L."),
        ("", ""),
        ("   ", ""),
        ("Zoë 王 👩\u200d🚀", "Zoë 王 👩\u200d🚀"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿 🫨 \U0001fae9", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 🫨 \U0001fae9"),
        ("e\u0301", "e\u0301"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_display_name_is_tidied(given: str, kept: str):
    assert profile_update(user_id=1, display_name=given).display_name == kept


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Ada\u202eL", "U\\+202E"),
        ("\u2066Ada", "U\\+2066"),
        ("A\u200bda", "U\\+200B"),
        ("A\x07da", "U\\+0007"),
        ("A\0da", "U\\+0000"),
        ("A\ue000da", "U\\+E000"),
        ("A\ud800da", "U\\+D800"),
        ("A\u00adda", "U\\+00AD"),
        ("\u200d", "nothing to see"),
        ("\u115f\u1160\u2800\u3164\uffa0", "nothing to see"),
        ("\u3164 \u3164", "nothing to see"),
        ("\u0301\ufe0f", "nothing to see"),
        ("\U000e0067\U000e007f", "nothing to see"),
        ("x" * 61, "at most 60"),
    ],
)
def test_a_display_name_that_is_not_what_it_looks_like_is_refused(name: str, why: str):
    with pytest.raises(ValidationError, match=why):
        profile_update(user_id=1, display_name=name)


@pytest.mark.parametrize(
    "url",
    ["http://example.com/a.png", "javascript:alert(1)", "data:image/png;base64,AA", "//example.com/a.png", "a",
     "https://ada@example.com/a.png", "https://ada:secret@example.com", "https://example.com/?a=\"b",
     "https://example.com/<a>", "https://example.com/`", "https://example.com\\@evil.example/",
     "https://example.com/a b", "https://example.com/\u2028"],
)  # fmt: skip
def test_a_picture_from_elsewhere_has_an_https_address(url: str):
    with pytest.raises(ValidationError) as refused:
        profile_update(user_id=1, picture_url=url)
    assert set(refused.value.message_dict) == {"picture_url"}


@pytest.mark.parametrize("url", ["HTTPS://example.com", "https://example.com:8443/@ada/a%20b.png?size=1#top"])
def test_which_may_be_any_other(url: str):
    assert profile_update(user_id=1, picture_url=url).picture_url == url


def test_a_visibility_is_one_of_three():
    with pytest.raises(ValidationError) as refused:
        profile_update(user_id=1, diary_visibility="friends")
    assert set(refused.value.message_dict) == {"diary_visibility"}


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [(Visibility.EVERYBODY, {None, 1, 2}), (Visibility.MEMBERS, {1, 2}), (Visibility.NOBODY, {1})],
)
@pytest.mark.parametrize("part", Part)
def test_each_part_is_seen_by_those_it_is_for(part: Part, visibility: Visibility, seen_by: set[int | None]):
    others = {f"{other}_visibility": Visibility.NOBODY for other in Part if other != part}
    profile = Profile(pk=1, **{f"{part}_visibility": visibility}, **others)
    assert {viewer for viewer in (None, 1, 2) if may_see(viewer, profile, part)} == seen_by


def test_watchlist_and_diary_are_nobody_elses_unless_told():
    assert [part for part in Part if may_see(None, profile_of(1), part)] == [Part.ABOUT, Part.FAVOURITES]


# --- What is gone elsewhere -----------------------------------------------------------------------


def test_whose_favourites_they_are_is_found_through_all_profiles(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(selectors, "_BATCH", 2)
    Profile.objects.bulk_create(
        Profile(pk=pk, favourite_movie_ids=[pk % 3, 7], favourite_genre_ids=[pk]) for pk in range(1, 8)
    )
    assert list(profiles_favouring(movie_ids=[2, 99])) == [2, 5]
    assert list(profiles_favouring(genre_ids=[1, 7])) == [1, 7]
    assert list(profiles_favouring(movie_ids=[1], genre_ids=[2])) == [1, 2, 4, 7]
    assert list(profiles_favouring()) == []


def test_what_is_forgotten_goes_and_the_rest_stays_in_its_order():
    Profile.objects.create(pk=1, favourite_movie_ids=[3, 1, 2], favourite_genre_ids=[1, 5])
    Profile.objects.create(pk=2, favourite_movie_ids=[2], favourite_genre_ids=[2])
    favourites_forget(movie_ids=[1])
    assert (profile_of(1).favourite_movie_ids, profile_of(1).favourite_genre_ids) == ([3, 2], [1, 5])
    assert (profile_of(1).version, profile_of(2).version) == (2, 1)
    favourites_forget(genre_ids=[2, 5])
    assert (profile_of(1).favourite_genre_ids, profile_of(2).favourite_genre_ids) == ([1], [])


def test_a_deleted_movie_or_genre_is_nobodys_favourite_any_more():
    movie, genre = make_movie(), make_genre()
    profile_update(user_id=1, favourite_movie_ids=[movie.pk], favourite_genre_ids=[genre.pk])
    movie_delete(movie=movie)
    genre_delete(genre=genre)
    relay_all()
    assert (profile_of(1).favourite_movie_ids, profile_of(1).favourite_genre_ids) == ([], [])


def test_a_deleted_member_leaves_nothing():
    leaving, staying = make_user(), make_user()
    for user in (leaving, staying):
        profile_update(user_id=user.pk, bio="Hello.")
        WatchlistItem.objects.create(pk=f"{user.pk}-7", user_id=user.pk, movie_id=7)
        DiaryEntry.objects.create(user_id=user.pk, movie_id=7, watched_on="2026-01-01")
    user_delete(user=leaving)
    relay_all()
    assert [profile.pk for profile in Profile.objects.all()] == [staying.pk]
    for model in (WatchlistItem, DiaryEntry):
        assert [row.user_id for row in model.objects.all()] == [staying.pk]


# --- Names beside reviews -------------------------------------------------------------------------


def name_of(user: User) -> str:
    relay_all()
    return User.objects.values_list("name", flat=True).get(pk=user.pk)


def test_accounts_learn_the_display_name():
    user, other = make_user(), make_user()
    profile_update(user_id=user.pk, display_name="Ada L.")
    assert (name_of(user), name_of(other)) == ("Ada L.", "")
    profile_update(user_id=user.pk, display_name="Ada Lovelace")
    profile_update(user_id=user.pk, bio="Hello.")
    assert name_of(user) == "Ada Lovelace"
    profile_delete(user_id=user.pk)
    assert name_of(user) == ""


def test_a_name_of_no_account_harms_nobody():
    profile_update(user_id=999, display_name="Nobody")
    relay_all()
    assert not Event.objects.exists()


def test_each_change_is_in_the_log():
    profile_update(user_id=1, bio="Hello.")
    profile_update(user_id=1, bio="Bye.")
    profile_delete(user_id=1)
    profile_delete(user_id=1)  # gone already
    relay_all()
    assert list(Change.objects.order_by("position").values_list("kind", "object_id", "action")) == [
        ("profile", 1, "saved"),
        ("profile", 1, "saved"),
        ("profile", 1, "deleted"),
    ]
