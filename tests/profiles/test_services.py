import pytest
from django.core.exceptions import ValidationError

from apps.profiles.models import Profile
from apps.profiles.selectors import profile_of
from apps.profiles.services import MOST_FAVOURITES, profile_update
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")


def test_a_missing_profile_is_an_empty_one_and_reading_makes_none():
    assert (profile_of(1).bio, profile_of(1).favourite_movie_ids) == ("", [])
    assert not Profile.objects.exists()


def test_a_profile_is_made_on_its_first_write_and_changed_in_what_is_given():
    movie = make_movie("Heat")
    profile_update(user_id=1, favourite_movie_ids=[movie.pk, movie.pk])
    profile_update(user_id=1, bio="Hello.")
    assert (profile_of(1).bio, profile_of(1).favourite_movie_ids) == ("Hello.", [movie.pk])


def test_unknown_favourites_are_named():
    with pytest.raises(ValidationError, match="There is no movie 999"):
        profile_update(user_id=1, favourite_movie_ids=[999])
    assert not Profile.objects.exists()


def test_favourites_and_bio_have_an_end():
    with pytest.raises(ValidationError, match="At most 100 favourites"):
        profile_update(user_id=1, favourite_movie_ids=list(range(MOST_FAVOURITES + 1)))
    with pytest.raises(ValidationError, match="2000"):
        profile_update(user_id=1, bio="x" * 2_001)
