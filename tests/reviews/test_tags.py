import pytest
from django.core.exceptions import ValidationError

from apps.catalog.services import setting_set
from apps.reviews import selectors, services
from apps.reviews.models import Tag
from movieverse.bulk import Counts
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def heat():
    return make_movie("Heat")


def add(movie, text: str, user_id: int = 1) -> tuple[Tag, bool]:
    return services.tag_add(user_id=user_id, movie_id=movie.pk, text=text)


@pytest.mark.parametrize("other", ["Sci-Fi", "SCI FI", " sci   fi ", "sci_fi", "sçi-fí"])
def test_a_member_gives_a_movie_a_tag_once_in_whatever_spelling(heat, other):
    first, created = add(heat, "Sci-Fi")
    assert created
    assert add(heat, other) == (first, False)
    assert Tag.objects.get().text == "Sci-Fi"
    assert services.tag_remove(user_id=1, movie_id=heat.pk, text=other)
    assert not services.tag_remove(user_id=1, movie_id=heat.pk, text=other)


@pytest.mark.parametrize("text", ["🔥", "!", "映画", "9/11"])
def test_a_tag_need_not_be_of_letters(heat, text):
    assert add(heat, text)[0].text == text
    assert services.tag_remove(user_id=1, movie_id=heat.pk, text=text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "This field cannot be blank."),
        (" \t", "This field cannot be blank."),
        ("x" * 101, "Ensure this value has at most 100 characters (it has 101)."),
        ("a\0b", "A tag has no control characters, such as U+0000."),
        ("a\ud800b", "A tag has no control characters, such as U+D800."),
    ],
)
def test_what_is_no_tag_is_refused(heat, text, message):
    with pytest.raises(ValidationError) as refused:
        add(heat, text)
    assert message in refused.value.message_dict["text"]
    assert not Tag.objects.exists()


def test_a_member_gives_a_movie_so_many_tags(heat, monkeypatch):
    monkeypatch.setattr("apps.reviews.services.tags.MOST_TAGS", 2)
    add(heat, "one"), add(heat, "two")
    with pytest.raises(services.TooManyTags, match="You have given this movie 2 tags already"):
        add(heat, "three")
    assert not add(heat, "TWO")[1]
    assert add(heat, "three", user_id=2)[1]
    assert Tag.objects.count() == 3


def test_tags_are_for_movies_that_there_are_while_reviews_are_open(heat):
    with pytest.raises(services.UnknownMovie):
        services.tag_add(user_id=1, movie_id=999, text="Heist")
    setting_set(name="reviews_open", value=False)
    with pytest.raises(services.ReviewsClosed):
        add(heat, "Heist")


def test_a_movie_s_tags_are_counted_the_most_used_first(heat, monkeypatch):
    add(heat, "Heist"), add(heat, "Tense"), add(heat, "tense", 2), add(heat, "Al Pacino", 2), add(heat, "TENSE!", 3)
    add(make_movie("Ali"), "Boxing")
    used = [selectors.UsedTag("Tense", 3), selectors.UsedTag("Al Pacino", 1), selectors.UsedTag("Heist", 1)]
    assert selectors.tags_of_movie(heat.pk) == used
    monkeypatch.setattr(selectors, "MOST_TAGS_SHOWN", 1)
    assert selectors.tags_of_movie(heat.pk) == used[:1]


def test_many_are_stored_at_once_and_again_without_effect(heat):
    rows = [(1, heat.pk, "Heist"), (1, heat.pk, "heist"), (2, heat.pk, " Tense "), (2, heat.pk, "x" * 101)]
    assert services.tags_load(rows, dry_run=True) == Counts(created=2, failed=1)
    assert not Tag.objects.exists()
    assert services.tags_load(rows) == Counts(created=2, failed=1)
    assert services.tags_load(rows) == Counts(unchanged=2, failed=1)
    assert set(Tag.objects.values_list("text", flat=True)) == {"heist", "Tense"}
