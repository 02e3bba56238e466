"""What goes when a movie or a member has gone, and what stays."""

import pytest

from apps.catalog.models import Movie
from apps.reviews import services
from apps.reviews.models import Event, Rating, RatingSummary, Review, Tag
from apps.reviews.selectors import counted_summaries
from apps.reviews.services import removal
from tests.factories import make_movie


@pytest.fixture
def heat(stores: None) -> Movie:
    return make_movie("Heat")


@pytest.fixture
def alien(stores: None) -> Movie:
    return make_movie("Alien")


@pytest.fixture(autouse=True)
def said(heat: Movie, alien: Movie) -> None:
    """Two members have said everything of both movies; it has been told."""
    for user_id in (1, 2):
        for movie in (heat, alien):
            services.rating_set(user_id=user_id, movie_id=movie.pk, value=4 + user_id)
            services.review_create(user_id=user_id, movie_id=movie.pk, body="Good.")
            services.tag_add(user_id=user_id, movie_id=movie.pk, text="Tense")
    Event.objects.all().delete()


def told() -> list[tuple[str, int, str]]:
    return sorted(Event.objects.values_list("kind", "object_id", "action"))


def left(**of: int) -> list[int]:
    return [model.objects.filter(**of).count() for model in (Rating, Review, Tag)]


def assert_summaries_are_exact() -> None:
    summaries = list(RatingSummary.objects.all())
    for counted, summary in zip(counted_summaries(row.pk for row in summaries), summaries, strict=True):
        assert summary.numbers == counted.numbers


def test_with_a_movie_goes_all_that_was_said_of_it_and_nothing_else(heat: Movie, alien: Movie):
    reviews = sorted(Review.objects.filter(movie_id=heat.pk).values_list("pk", flat=True))
    services.movies_forget(movie_ids=[heat.pk])
    assert left(movie_id=heat.pk) == [0, 0, 0]
    assert left(movie_id=alien.pk) == [2, 2, 2]
    assert list(RatingSummary.objects.values_list("pk", flat=True)) == [alien.pk]
    assert told() == [
        ("rating_summary", heat.pk, "deleted"),
        *(("review", pk, "deleted") for pk in reviews),
        ("tags", heat.pk, "saved"),
    ]


def test_with_a_member_goes_all_that_they_said_and_summaries_shift(heat: Movie, alien: Movie):
    services.members_forget(user_ids=[1])
    assert left(user_id=1) == [0, 0, 0]
    assert left(user_id=2) == [2, 2, 2]
    assert RatingSummary.objects.get(pk=heat.pk).numbers == (1, 6, [0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
    assert_summaries_are_exact()
    assert [event for event in told() if event[0] == "rating_summary"] == [
        ("rating_summary", movie.pk, "saved") for movie in (heat, alien)
    ]
    assert [kind for kind, _, action in told() if action == "deleted"] == ["review", "review"]


def test_to_forget_once_more_does_and_tells_nothing(heat: Movie):
    for _ in range(2):
        services.movies_forget(movie_ids=[heat.pk])
        services.members_forget(user_ids=[1])
        first, _ = told(), Event.objects.all().delete()
    assert first == []
    assert_summaries_are_exact()


def test_more_than_a_batch_goes_as_well(heat: Movie, alien: Movie, monkeypatch):
    monkeypatch.setattr(removal, "_BATCH", 3)
    services.ratings_load([(user_id, movie.pk, 7) for user_id in range(-10, 0) for movie in (heat, alien)])
    services.movies_forget(movie_ids=[heat.pk])
    assert left(movie_id=heat.pk) == [0, 0, 0]
    services.members_forget(user_ids=range(-10, 0))
    assert RatingSummary.objects.get().numbers == (2, 11, [0, 0, 0, 0, 1, 1, 0, 0, 0, 0])


@pytest.mark.parametrize("step", ["_forget_ratings", "_forget_reviews", "_forget_tags"])
def test_a_movie_s_removal_that_was_interrupted_is_completed_by_the_next(heat: Movie, monkeypatch, step: str):
    with monkeypatch.context() as patched:
        patched.setattr(removal, step, _fail)
        with pytest.raises(ConnectionError):
            services.movies_forget(movie_ids=[heat.pk])
    services.movies_forget(movie_ids=[heat.pk])
    assert left(movie_id=heat.pk) == [0, 0, 0]
    assert told().count(("rating_summary", heat.pk, "deleted")) == 1


@pytest.mark.parametrize("step", ["shift_summary", "_forget_reviews", "_forget_tags"])
def test_a_member_s_removal_that_was_interrupted_is_completed_by_the_next(monkeypatch, step: str):
    with monkeypatch.context() as patched:
        patched.setattr(removal, step, _fail)
        with pytest.raises(ConnectionError):
            services.members_forget(user_ids=[1])
    assert_summaries_are_exact()
    services.members_forget(user_ids=[1])
    assert left(user_id=1) == [0, 0, 0]
    assert_summaries_are_exact()


def _fail(*args: object, **options: object) -> None:
    raise ConnectionError


def test_a_recount_of_a_movie_that_is_being_forgotten_does_not_fail(heat: Movie, monkeypatch):
    """Between looking its summary up and locking it, the summary went."""
    monkeypatch.setattr("apps.reviews.services.summaries.bulk_upsert", lambda *args, **options: None)
    RatingSummary.objects.filter(pk=heat.pk).delete()
    services.summaries_recount(movie_ids=[heat.pk])
    assert not RatingSummary.objects.filter(pk=heat.pk).exists()


def test_a_recount_mends_a_summary_and_tells_of_it_once(heat: Movie, alien: Movie):
    right = RatingSummary.objects.get(pk=heat.pk)
    RatingSummary.objects.filter(pk=heat.pk).update(count=7, count_3=5)
    for _ in range(2):
        services.summaries_recount(movie_ids=[heat.pk, alien.pk])
    mended = RatingSummary.objects.get(pk=heat.pk)
    assert (mended.numbers, mended.version) == (right.numbers, right.version + 1)
    assert told() == [("rating_summary", heat.pk, "saved")]


def test_what_somebody_else_deletes_at_the_same_moment_is_no_sign_that_nothing_is_left(heat: Movie, monkeypatch):
    monkeypatch.setattr(removal, "_BATCH", 1)
    delete, others = removal._delete, iter([True])

    def deleted_before(model: type, rows: list) -> int:
        if next(others, None):
            model.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return delete(model, rows)

    monkeypatch.setattr(removal, "_delete", deleted_before)
    services.movies_forget(movie_ids=[heat.pk])
    assert left(movie_id=heat.pk) == [0, 0, 0]


@pytest.mark.parametrize(
    "write",
    [
        lambda movie: services.rating_set(user_id=1, movie_id=movie.pk, value=9),
        lambda movie: services.rating_delete(user_id=1, movie_id=movie.pk),
        lambda movie: services.members_forget(user_ids=[1]),
    ],
    ids=["changed", "taken back", "withdrawn with the member"],
)
def test_a_summary_that_cannot_have_been_right_is_counted_anew(heat: Movie, write):
    RatingSummary.objects.filter(pk=heat.pk).update(count_5=0, total=0)
    write(heat)
    assert_summaries_are_exact()
    assert told().count(("rating_summary", heat.pk, "saved")) == 1
