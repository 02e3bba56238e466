"""Ratings that an import brings: nobody sees them until all are there, and they are gone at once."""

from collections import Counter
from datetime import UTC, datetime
from itertools import permutations
from unittest.mock import Mock

import pytest

from apps.catalog.models import Tombstone
from apps.reviews import services
from apps.reviews.models import Rater, Rating, RatingBatch, RatingChange, RatingChunk, RatingSummary, Tag
from movieverse.bulk import Counts
from tests.reviews.batches import brought, frame, load, numbers, show

pytestmark = pytest.mark.usefixtures("loaded_either_way")


def test_who_rates_while_chunks_are_loaded_takes_nothing_from_them(heat, alien):
    with services.batch_loading(key="1") as batch:
        for number, rater in enumerate("abc"):
            services.rating_set(user_id=1 + number, movie_id=heat.pk, value=2)
            rows = frame((rater, heat.pk, 8), (rater, alien.pk, 10))
            services.chunk_load(batch=batch, number=number, source="movielens", rows=rows)
    show("1")
    assert (numbers(heat), numbers(alien)) == ((6, 30), (3, 30))


def test_a_batch_is_seen_and_counted_only_when_it_is_shown(heat, alien):
    assert load("1", frame(("a", heat.pk, 8), ("b", heat.pk, 6)), frame(("a", alien.pk, 10))) == [
        Counts(created=2), Counts(created=1)
    ]  # fmt: skip
    assert (Rating.said.count(), numbers(heat)) == (0, (0, 0))
    show("1")
    assert (Rating.said.count(), numbers(heat), numbers(alien)) == (3, (2, 14), (1, 10))
    assert Rating.objects.filter(movie_id=heat.pk, value=8).get().created_at == datetime(
        2005, 4, 2, 23, 53, 47, tzinfo=UTC
    )


def test_a_chunk_that_is_loaded_already_is_not_loaded_again(heat):
    chunk = frame(("a", heat.pk, 8))
    assert load("1", chunk) == load("1", chunk) == [Counts(created=1)]
    show("1")
    show("1")
    assert numbers(heat) == (1, 8)


def test_the_same_ratings_again_change_nothing(heat, alien):
    chunk = frame(("a", heat.pk, 8), ("b", heat.pk, 6), ("a", alien.pk, 10))
    brought("1", chunk)
    stored = list(Rating.objects.order_by("pk").values())
    assert brought("2", chunk) == [Counts(unchanged=3)]
    assert (list(Rating.objects.order_by("pk").values()), numbers(heat)) == (stored, (2, 14))


def test_what_differs_is_changed_when_the_batch_is_shown_and_what_is_new_is_added(heat, alien):
    brought("1", frame(("a", heat.pk, 8), ("b", heat.pk, 6)))
    assert load("2", frame(("a", heat.pk, 9), ("b", heat.pk, 6), ("b", alien.pk, 1))) == [Counts(1, 1, 1)]
    assert numbers(heat) == (2, 14)
    show("2")
    assert (numbers(heat), numbers(alien)) == ((2, 15), (1, 1))


def test_ratings_that_are_there_may_be_left_as_they_are(heat):
    brought("1", frame(("a", heat.pk, 8)))
    assert load("2", frame(("a", heat.pk, 9)), upsert=False) == [Counts(unchanged=1)]
    show("2")
    assert numbers(heat) == (1, 8)


def test_a_batch_that_is_withdrawn_leaves_nothing(heat):
    load("1", frame(("a", heat.pk, 8)))
    assert services.batch_withdraw(key="1") == services.batch_withdraw(key="1") == []
    assert not any(model.objects.exists() for model in (Rating, Rater, RatingChunk, RatingChange))


def test_undoing_takes_back_what_the_batch_brought_and_changed(heat, alien):
    brought("1", frame(("a", heat.pk, 8), ("b", heat.pk, 6)))
    before = list(Rating.objects.order_by("pk").values())
    brought("2", frame(("a", heat.pk, 9), ("b", alien.pk, 1), ("c", heat.pk, 2)))
    assert services.batch_withdraw(key="2") == []
    assert list(Rating.objects.order_by("pk").values()) == before
    assert (numbers(heat), numbers(alien), Rater.objects.count()) == ((2, 14), (0, 0), 2)
    assert services.batch_withdraw(key="1") == []
    assert (Rating.objects.count(), numbers(heat), Rater.objects.count()) == (0, (0, 0), 0)


def test_what_somebody_has_changed_since_stays_and_is_told(heat):
    brought("1", frame(("a", heat.pk, 8), ("b", heat.pk, 6)))
    rating = Rating.objects.get(value=8)
    services.rating_set(user_id=rating.user_id, movie_id=heat.pk, value=3, by=5)
    kept = [{"store": "reviews", "kind": "rating", "id": rating.pk, "why": "changed since the import"}]
    assert services.batch_withdraw(key="1") == services.batch_withdraw(key="1") == kept
    assert (numbers(heat), Rating.said.get().pk, Rater.objects.count()) == ((1, 3), rating.pk, 1)


def test_members_who_rate_meanwhile_are_counted_once(heat):
    load("1", frame(("a", heat.pk, 8)))
    services.rating_set(user_id=7, movie_id=heat.pk, value=4)
    show("1")
    services.rating_set(user_id=7, movie_id=heat.pk, value=5)
    assert numbers(heat) == (2, 13)
    services.batch_withdraw(key="1")
    assert numbers(heat) == (1, 5)


def test_a_batch_waits_for_another_one(heat):
    load("1", frame(("a", heat.pk, 8)))
    with pytest.raises(services.BatchUnderWay), services.batch_loading(key="2"):
        pass
    show("1")
    assert load("2", frame(("a", heat.pk, 8))) == [Counts(unchanged=1)]
    with pytest.raises(services.BatchUnderWay):  # what the second one found to be there would go
        services.batch_withdraw(key="1")
    services.batch_withdraw(key="2")
    assert services.batch_withdraw(key="1") == []


def test_ratings_of_a_movie_that_has_gone_meanwhile_go_as_well(heat):
    load("1", frame(("a", heat.pk, 8)))
    heat.delete()
    show("1")
    assert not Rating.objects.exists()
    assert not RatingSummary.objects.exists()


def test_a_movie_that_is_merged_meanwhile_takes_its_ratings_along(heat, alien):
    load("1", frame(("a", heat.pk, 8), ("b", alien.pk, 6)))
    Tombstone.objects.create(key=Tombstone.key_of("movie", heat.pk), into=alien.pk, merge_id=1)
    heat.delete()
    services.movie_merge(movie_id=heat.pk, into=alien.pk, merge_id=1)
    assert numbers(alien) == (0, 0)
    show("1")
    assert numbers(alien) == (2, 14)


def test_raters_whom_somebody_else_brings_at_the_same_time_are_no_new_ones(heat, monkeypatch):
    from apps.reviews.services.batches import loading

    services.ratings_load([(services.raters_load(source="movielens", values=["a"])["a"], heat.pk, 8)])
    real, answers = loading.raters_known, iter([iter(())])
    monkeypatch.setattr(loading, "raters_known", lambda *args: next(answers, None) or real(*args))
    assert load("1", frame(("a", heat.pk, 8))) == [Counts(unchanged=1)]


def test_what_a_frozen_worker_has_loaded_meanwhile_is_not_loaded_again(heat, monkeypatch):
    from apps.reviews.services.batches import loading

    chunk, real = frame(("a", heat.pk, 8)), loading._loaded
    load("1", chunk)
    answers = iter([None])
    monkeypatch.setattr(loading, "_loaded", lambda *args: next(answers, None) or real(*args))
    assert load("1", chunk) == [Counts(created=1)]


def test_a_batch_that_is_being_taken_out_is_not_shown(heat, monkeypatch):
    from apps.reviews.services.batches import leaving

    load("1", frame(("a", heat.pk, 8)))
    monkeypatch.setattr(leaving, "windows", lambda *args: iter(()))  # as if killed before its rows went
    leaving._hide(RatingBatch.objects.get())
    with pytest.raises(RatingBatch.DoesNotExist):
        show("1")
    monkeypatch.undo()
    services.batch_withdraw(key="1")
    with pytest.raises(RatingBatch.DoesNotExist):
        show("1")
    assert not Rating.objects.exists()


def test_killed_when_it_is_shown_a_batch_still_lets_go_of_movies_that_have_gone(heat, monkeypatch):
    from apps.reviews.services.batches import showing

    load("1", frame(("a", heat.pk, 8)))
    heat.delete()
    with monkeypatch.context() as patch:
        patch.setattr(showing, "movies_follow", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            show("1")
    assert Rating.said.exists()
    show("1")
    assert not Rating.objects.exists()


def test_undone_in_the_order_in_which_they_came_batches_leave_nothing(heat):
    brought("1", frame(("a", heat.pk, 8)))
    brought("2", frame(("a", heat.pk, 9)))
    assert [one["why"] for one in services.batch_withdraw(key="1")] == ["changed since the import"]
    assert numbers(heat) == (1, 9)
    assert services.batch_withdraw(key="2") == []
    assert (Rating.objects.count(), numbers(heat)) == (0, (0, 0))


def test_a_summary_that_cannot_have_been_right_is_counted_anew(heat):
    brought("1", frame(("a", heat.pk, 8)))
    RatingSummary.objects.update(count=0, total=0, count_8=0)
    assert services.batch_withdraw(key="1") == []
    assert numbers(heat) == (0, 0)


def test_of_a_rating_that_is_just_being_brought_and_one_that_is_there_a_merge_keeps_that(heat, alien):
    brought("1", frame(("a", heat.pk, 8)))
    load("2", frame(("a", alien.pk, 2)))
    services.movie_merge(movie_id=heat.pk, into=alien.pk, merge_id=1)
    services.batch_withdraw(key="2")
    assert numbers(alien) == (1, 8)


def test_parting_brings_back_nothing_of_a_batch_that_has_been_taken_out(heat, alien):
    brought("1", frame(("a", heat.pk, 8)))
    brought("2", frame(("a", alien.pk, 6)))
    services.movie_merge(movie_id=heat.pk, into=alien.pk, merge_id=1)
    services.batch_withdraw(key="1")
    services.movie_part(movie_id=heat.pk, into=alien.pk, merge_id=1)
    assert (numbers(heat), numbers(alien)) == ((0, 0), (1, 6))
    assert brought("3", frame(("a", heat.pk, 8))) == [Counts(created=1)]


def test_a_batch_that_says_two_things_of_movies_which_are_one_by_now_says_the_first(heat, alien):
    services.rating_set(user_id=5, movie_id=alien.pk, value=6)
    load("1", frame(("a", heat.pk, 8)))
    services.movie_merge(movie_id=heat.pk, into=alien.pk, merge_id=1)
    assert load("1", frame(("a", heat.pk, 8)), frame(("a", alien.pk, 6)))[1] == Counts(unchanged=1)
    show("1")
    assert numbers(alien) == (2, 14)
    services.batch_withdraw(key="1")
    assert numbers(alien) == (1, 6)


@pytest.mark.parametrize("microsecond", [0, 120_000])
def test_a_batch_of_any_moment_leaves_nothing(heat, microsecond, monkeypatch):
    moment = datetime(2026, 5, 4, 3, 2, 1, microsecond, tzinfo=UTC)
    monkeypatch.setattr(RatingBatch._meta.get_field("moment"), "_get_default", lambda: moment)
    brought("1", frame(("a", heat.pk, 8)))
    assert RatingBatch.objects.get().moment == moment
    assert (services.batch_withdraw(key="1"), Rating.objects.count()) == ([], 0)


def test_tags_come_with_a_batch_that_is_loading_and_no_other(heat):
    load("1", frame(("a", heat.pk, 8)))
    batch = RatingBatch.objects.get()
    rows = [("a", heat.pk, "Sci-Fi"), ("a", heat.pk, "sci fi")]
    services.tags_bring(batch=batch, source="movielens", rows=rows)
    assert [tag.text for tag in Tag.objects.all()] == ["Sci-Fi"]
    services.batch_withdraw(key="1")
    with pytest.raises(RatingBatch.DoesNotExist):
        services.tags_bring(batch=batch, source="movielens", rows=rows)
    assert not Tag.objects.exists()


def test_three_that_change_the_same_rating_leave_none_in_any_order(heat):
    for order in permutations("123"):
        for key, value in zip("123", (8, 9, 10), strict=True):
            brought(f"{order}{key}", frame(("a", heat.pk, value)))
        for key in order:
            services.batch_withdraw(key=f"{order}{key}")
        assert (Rating.objects.count(), numbers(heat), Rater.objects.count()) == (0, (0, 0), 0)


def test_random_batches_come_and_go(heat, alien):
    """Whatever is shown, summaries are what the ratings come to."""
    counts = Counter()
    for number in range(8):
        rows = {
            (f"{(number * 7 + step) % 11}", (heat, alien)[step % 2].pk): 1 + (number + step) % 10 for step in range(9)
        }
        brought(str(number), frame(*((rater, movie, value) for (rater, movie), value in rows.items())))
        counts[numbers(heat)] += 1
    for number in (3, 0, 7, 5, 1, 2, 6, 4):
        services.batch_withdraw(key=str(number))
        numbers(heat), numbers(alien)
    assert set(RatingBatch.objects.values_list("state", flat=True)) == {RatingBatch.State.GONE}
    assert not Rating.objects.exists()
    assert not Rater.objects.exists()
