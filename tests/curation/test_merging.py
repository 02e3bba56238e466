"""Two titles that are one: what becomes of all that hangs on them, and how it comes back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import user_ban, user_delete
from apps.catalog import services as catalog
from apps.catalog.models import CuratedList, ExternalId, ListEntry, Movie, Tombstone
from apps.catalog.selectors import survivor_of
from apps.curation.merging import BuiltUpon, NotMerged, bring_about, merge_rows, merge_undo
from apps.curation.models import Merge
from apps.profiles import services as profiles
from apps.profiles.models import DiaryEntry, Profile, WatchlistItem
from apps.profiles.models import MergedRow as ProfilesRow
from apps.profiles.services.diary import diary_add, diary_change
from apps.profiles.services.watchlist import watchlist_add, watchlist_remove
from apps.reviews import services as reviews
from apps.reviews.models import MergedRow as ReviewsRow
from apps.reviews.models import Rating, RatingSummary, Review, Tag
from apps.reviews.services import merging as reviews_merging
from movieverse.outbox.models import Change
from tests.curation.consistency import checked, relayed
from tests.curation.merges import held, merged, undone
from tests.factories import make_genre, make_list, make_movie, make_person, make_user


@pytest.fixture
def only(stores: None) -> User:
    """Who has said and kept something of the one that is merged alone."""
    return make_user("only")


@pytest.fixture
def both(stores: None) -> User:
    return make_user("both")


@pytest.fixture
def other(stores: None) -> User:
    return make_user("other")


@pytest.fixture
def survivor(only: User, both: User, other: User) -> Movie:
    movie = make_movie("Heat", overview="", tagline="A Los Angeles crime saga")
    catalog.external_id_add(kind="movie", source="tmdb", value="949", object_id=movie.pk)
    for user in (both, other):
        rating_of(user, movie, 6)
        say_and_keep(user, movie)
    relayed()
    return movie


@pytest.fixture
def copy(only: User, both: User, survivor: Movie) -> Movie:
    """The same film once more, with something of everything."""
    movie = make_movie(
        "Heat (1995)",
        overview="A heist.",
        tagline="Another",
        genre_ids=[make_genre("Crime").pk],
        cast=[{"person_id": make_person("Al Pacino").pk, "character": "Hanna"}],
    )
    for source, value in (("tmdb", "950"), ("imdb", "tt0113277")):
        catalog.external_id_add(kind="movie", source=source, value=value, object_id=movie.pk)
    make_list("both", [movie, survivor])
    make_list("one", [make_movie(), movie])
    for user in (only, both):
        rating_of(user, movie, 9)
        say_and_keep(user, movie)
    relayed()
    return Movie.objects.get(pk=movie.pk)


def rating_of(user: User, movie: Movie, value: int) -> Rating:
    return reviews.rating_set(user_id=user.pk, movie_id=movie.pk, value=value)[0]


def say_and_keep(user: User, movie: Movie) -> None:
    reviews.review_create(user_id=user.pk, movie_id=movie.pk, body=f"Of {movie.pk}.")
    reviews.tag_add(user_id=user.pk, movie_id=movie.pk, text="heist")
    watchlist_add(user_id=user.pk, movie_id=movie.pk)
    diary_add(user_id=user.pk, movie_id=movie.pk, watched_on=date(2025, 12, 25))
    favourites = Profile.objects.filter(pk=user.pk).values_list("favourite_movie_ids", flat=True).first() or []
    profiles.profile_update(user_id=user.pk, favourite_movie_ids=[*favourites, movie.pk])


def aged(row: Any) -> None:
    """Said a day ago."""
    type(row).objects.filter(pk=row.pk).update(updated_at=timezone.now() - timedelta(days=1))


def users_of(model: Any, movie: Movie) -> list[int]:
    return sorted(model.objects.filter(movie_id=movie.pk).values_list("user_id", flat=True))


def test_everything_moves_and_nothing_points_at_the_one_that_is_gone(copy, survivor, only, both, other):
    merge = merged(copy, survivor)
    everybody = sorted([only.pk, both.pk, other.pk])
    for model in (Rating, Review, Tag, WatchlistItem):
        assert users_of(model, copy) == []
        assert users_of(model, survivor) == everybody
    assert users_of(DiaryEntry, survivor) == sorted([*everybody, both.pk])
    assert [Profile.objects.get(pk=user.pk).favourite_movie_ids for user in (only, both, other)] == [[survivor.pk]] * 3
    assert set(ExternalId.objects.filter(kind="movie").values_list("object_id", flat=True)) == {survivor.pk}
    assert not Movie.objects.filter(pk=copy.pk).exists()
    assert survivor_of("movie", copy.pk) == survivor.pk
    assert merge.counts["reviews"]["rating"] == {"moved": 2, "removed": 1}
    assert merge.counts["profiles"]["watchlist_item"] == {"moved": 1, "removed": 1}
    assert checked().codes == set()


def test_summaries_and_what_the_catalogue_shows_of_them_are_right(copy, survivor):
    merge = merged(copy, survivor)
    summary = RatingSummary.objects.get(pk=survivor.pk)
    assert (summary.count, summary.total) == (3, 9 + 9 + 6)
    assert not RatingSummary.objects.filter(pk=copy.pk).exists()
    assert Movie.objects.get(pk=survivor.pk).rating_count == 3
    undone(merge)
    shown = {movie.pk: (movie.rating_count, movie.rating_avg) for movie in Movie.objects.filter(rating_count__gt=0)}
    assert shown == {copy.pk: (2, 4.5), survivor.pk: (2, 3.0)}


@pytest.mark.parametrize("newer_is_merged", [True, False])
def test_of_two_ratings_and_reviews_of_a_member_the_newer_stays(copy, survivor, both, newer_is_merged: bool):
    older, newer = (survivor, copy) if newer_is_merged else (copy, survivor)
    for model in (Rating, Review):
        aged(model.objects.get(user_id=both.pk, movie_id=older.pk))
    before = held()
    merge = merged(copy, survivor)
    assert Rating.objects.get(user_id=both.pk).value == (9 if newer_is_merged else 6)
    assert Review.objects.get(user_id=both.pk).body == f"Of {newer.pk}."
    undone(merge)
    assert held() == before


def test_a_list_that_has_both_keeps_the_survivors_place(copy, survivor):
    merged(copy, survivor)
    places = {
        CuratedList.objects.get(pk=entry.list_id).slug: entry.rank
        for entry in ListEntry.objects.filter(movie_id=survivor.pk)
    }
    assert places == {"both": 2, "one": 2}


def test_the_survivor_takes_over_what_it_lacks_and_keeps_what_it_has(copy, survivor):
    catalog.facts_lock(row=survivor, facts=["cast"], by=None)
    merged(copy, survivor)
    movie = Movie.objects.get(pk=survivor.pk)
    assert (movie.title, movie.tagline) == ("Heat", "A Los Angeles crime saga")
    assert movie.overview == "A heist."
    assert movie.origins["overview"] == copy.origins["overview"]
    assert movie.genre_ids == copy.genre_ids
    assert movie.cast == []


def test_undoing_leaves_every_store_as_it_was(copy, survivor):
    before = held()
    merge = undone(merged(copy, survivor))
    assert held() == before
    assert merge.kept == []
    assert not ReviewsRow.objects.exists()
    assert not ProfilesRow.objects.exists()
    assert checked().codes == set()


def test_merging_and_undoing_again_and_again_changes_nothing(copy, survivor):
    before = held()
    for _ in range(2):
        undone(merged(copy, survivor))
        undone(merged(survivor, copy))
    assert held() == before


def test_what_members_have_changed_since_stays_with_the_survivor_and_is_listed(copy, survivor, only, both):
    merge = merged(copy, survivor)
    rating_of(only, survivor, 2)
    review = Review.objects.get(user_id=only.pk)
    reviews.review_update(review=review, body="Better than I thought.")
    entry = DiaryEntry.objects.get(user_id=only.pk)
    diary_change(user_id=only.pk, entry_id=entry.pk, note="With friends.")
    watchlist_remove(user_id=only.pk, movie_id=survivor.pk)
    relayed()
    merge = undone(merge)
    assert Rating.objects.get(user_id=only.pk, movie_id=survivor.pk).value == 2
    assert Review.objects.get(user_id=only.pk).movie_id == survivor.pk
    assert not WatchlistItem.objects.filter(user_id=only.pk).exists()
    kept = {(row["store"], row["kind"]): row["why"] for row in merge.kept}
    assert kept == {
        ("reviews", "rating"): "changed since the merge",
        ("reviews", "review"): "changed since the merge",
        ("profiles", "diary_entry"): "changed since the merge",
        ("profiles", "watchlist_item"): "deleted since the merge",
    }
    assert users_of(Rating, copy) == [both.pk]
    assert checked().codes == set()


def test_who_rated_both_and_changes_the_newer_one_since_keeps_it_and_loses_nothing(copy, survivor, both):
    aged(Rating.objects.get(user_id=both.pk, movie_id=survivor.pk))
    merge = merged(copy, survivor)
    rating_of(both, survivor, 1)
    relayed()
    merge = undone(merge)
    assert Rating.objects.get(user_id=both.pk, movie_id=survivor.pk).value == 1
    assert {(row["kind"], row["why"]) for row in merge.kept} == {
        ("rating", "changed since the merge"),
        ("rating", "another has its place by now"),
    }
    lost = ReviewsRow.objects.get(kept="another has its place by now")
    assert lost.before["value"] == 6


def test_what_a_curator_has_changed_since_stays_and_the_rest_of_the_facts_goes_back(copy, survivor):
    merge = merged(copy, survivor)
    movie = Movie.objects.get(pk=survivor.pk)
    movie.overview = "Two men."
    catalog.movie_save(movie=movie)
    relayed()
    merge = undone(merge)
    movie = Movie.objects.get(pk=survivor.pk)
    assert (movie.overview, movie.genre_ids, movie.cast) == ("Two men.", [], [])
    assert [row["why"] for row in merge.kept] == ["overview: changed since the merge"]


def test_what_members_say_after_a_merge_stays_with_the_survivor(copy, survivor):
    merge = merged(copy, survivor)
    late = make_user("late")
    rating_of(late, survivor, 10)
    relayed()
    undone(merge)
    assert late.pk in users_of(Rating, survivor)
    assert RatingSummary.objects.get(pk=survivor.pk).count == 3
    assert checked().codes == set()


def test_what_is_called_twice_is_done_once(copy, survivor):
    before = held()
    merge = merged(copy, survivor)
    after = held()
    merge.state = "merging"
    merge.save()
    bring_about(merge.pk)
    assert held() == after
    undone(merge)
    merge.state = "undoing"
    merge.save()
    bring_about(merge.pk)
    assert held() == before


@pytest.mark.parametrize("after_batches", range(1, 8))
def test_what_was_interrupted_goes_on(copy, survivor, monkeypatch, after_batches: int):
    before = held()
    monkeypatch.setattr(reviews_merging, "_BATCH", 1)
    monkeypatch.setattr("movieverse.merging._BATCH", 1)
    merge = merge_rows(kind="movie", from_id=copy.pk, into_id=survivor.pk, by=None)
    for name in ("_move", "_part"):
        breaks_after(monkeypatch, name, after_batches)
    with pytest.raises(KeyboardInterrupt):
        bring_about(merge.pk)
    bring_about(merge.pk)
    relayed()
    merge_undo(merge=merge, by=None)
    with pytest.raises(KeyboardInterrupt):
        bring_about(merge.pk)
    bring_about(merge.pk)
    relayed()
    assert held() == before


def breaks_after(monkeypatch: pytest.MonkeyPatch, name: str, times: int) -> None:
    """Once."""
    step, left = getattr(reviews_merging, name), [times]

    def stepping(*args: Any) -> Any:
        if left == [0]:
            left[0] -= 1
            raise KeyboardInterrupt
        left[0] -= 1
        return step(*args)

    monkeypatch.setattr(reviews_merging, name, stepping)


def test_a_rating_that_arrives_while_the_title_goes_ends_up_with_the_survivor(copy, survivor, other):
    merge = merge_rows(kind="movie", from_id=copy.pk, into_id=survivor.pk, by=None)
    catalog.rows_merge(kind="movie", from_id=copy.pk, into_id=survivor.pk, merge_id=merge.pk)
    late = make_user("late")
    rating_of(late, copy, 10)  # its summary is still there, so the catalogue is not asked
    relayed()
    assert Rating.objects.get(user_id=late.pk).movie_id == survivor.pk
    with pytest.raises(reviews.UnknownMovie):
        rating_of(other, copy, 10)
    assert RatingSummary.objects.get(pk=survivor.pk).count == 4


def test_a_review_written_at_the_moment_of_a_merge_follows_it(copy, survivor, monkeypatch):
    from apps.reviews.services import reviews as module

    insert, late = module._insert_review, make_user("late")

    def insert_after_the_merge(review: Review) -> None:
        merged(copy, survivor)
        insert(review)

    monkeypatch.setattr(module, "_insert_review", insert_after_the_merge)
    with pytest.raises(reviews.UnknownMovie):
        reviews.review_create(user_id=late.pk, movie_id=copy.pk, body="Late.")
    assert Review.objects.get(user_id=late.pk).movie_id == survivor.pk


def test_what_a_merge_has_missed_the_consistency_check_brings_after_it(copy, survivor):
    merged(copy, survivor)
    Rating.objects.create(user_id=make_user().pk, movie_id=copy.pk, value=4)
    WatchlistItem.objects.create(pk=f"9-{copy.pk}", user_id=make_user().pk, movie_id=copy.pk)
    from tests.curation.consistency import fixed

    fixed()
    relayed()
    assert users_of(Rating, copy) == users_of(WatchlistItem, copy) == []
    assert RatingSummary.objects.get(pk=survivor.pk).count == 4


def test_a_survivor_may_be_merged_itself_and_is_parted_first(copy, survivor):
    third = make_movie("Heat again")
    relayed()
    before = held()
    first = merged(copy, survivor)
    second = merged(survivor, third)
    assert survivor_of("movie", copy.pk) == third.pk
    with pytest.raises(BuiltUpon, match=f"Merge {second.pk} "):
        merge_undo(merge=first, by=None)
    undone(second)
    undone(first)
    assert held() == before


def test_what_cannot_be_merged_is_refused(copy, survivor):
    third = make_movie()
    pairs = ((copy.pk, copy.pk), (copy.pk, 999), (999, copy.pk))
    for from_id, into_id in pairs:
        with pytest.raises(ValidationError):
            merge_rows(kind="movie", from_id=from_id, into_id=into_id, by=None)
    merged(copy, survivor)
    for from_id, into_id in ((copy.pk, third.pk), (third.pk, copy.pk)):
        with pytest.raises(catalog.AlreadyMerged) as refused:
            merge_rows(kind="movie", from_id=from_id, into_id=into_id, by=None)
        assert refused.value.members == {"into": survivor.pk}
    assert Merge.objects.count() == 1


def test_what_is_under_way_is_neither_merged_further_nor_deleted_nor_undone(copy, survivor):
    third = make_movie()
    merge = merge_rows(kind="movie", from_id=copy.pk, into_id=survivor.pk, by=None)
    catalog.rows_merge(kind="movie", from_id=copy.pk, into_id=survivor.pk, merge_id=merge.pk)
    with pytest.raises(catalog.StillMerging):
        merge_rows(kind="movie", from_id=survivor.pk, into_id=third.pk, by=None)
    with pytest.raises(catalog.StillMerging):
        catalog.movie_delete(movie=survivor)
    with pytest.raises(NotMerged):
        merge_undo(merge=merge, by=None)


def test_of_two_merges_of_a_title_that_are_asked_for_at_once_one_comes_to_nothing(copy, survivor):
    third = make_movie()
    first = merge_rows(kind="movie", from_id=copy.pk, into_id=survivor.pk, by=None)
    second = merge_rows(kind="movie", from_id=copy.pk, into_id=third.pk, by=None)
    relayed()
    assert survivor_of("movie", copy.pk) == survivor.pk
    assert list(Merge.objects.values_list("pk", "state")) == [(first.pk, "merged")]
    assert not Tombstone.objects.filter(merge_id=second.pk).exists()


def test_nothing_of_a_member_who_is_gone_comes_back(copy, survivor, only):
    merge = merged(copy, survivor)
    reviews.members_forget(user_ids=[only.pk])
    profiles.merged_rows_forget([only.pk])
    assert not ReviewsRow.objects.filter(user_id=only.pk).exists()
    assert not ProfilesRow.objects.filter(user_id=only.pk).exists()
    undone(merge)
    assert not Rating.objects.filter(user_id=only.pk).exists()


def test_followers_learn_where_a_title_has_gone_and_that_it_is_back(copy, survivor):
    merge = merged(copy, survivor)
    change = Change.objects.get(kind="movie", object_id=copy.pk, action="merged")
    assert change.data["into"] == survivor.pk
    undone(merge)
    last = Change.objects.filter(kind="movie", object_id=copy.pk).order_by("position").last()
    assert last
    assert last.action == "saved"


def test_no_id_is_given_again(copy, survivor):
    merged(copy, survivor)
    assert make_movie().pk > max(copy.pk, survivor.pk)


def test_what_hangs_on_the_older_of_two_reviews_comes_back_with_it(copy, survivor, both, only):
    older = Review.objects.get(user_id=both.pk, movie_id=survivor.pk)
    reviews.review_update(review=older, body="On second thoughts.")
    reviews.review_update(review=Review.objects.get(user_id=both.pk, movie_id=copy.pk), body="The last word.")
    reviews.vote_add(user_id=only.pk, review_id=older.pk)
    reviews.review_report(user_id=only.pk, review_id=older.pk, reason="spam")
    relayed()
    before = held()
    merge = merged(copy, survivor)
    assert Review.objects.get(user_id=both.pk, movie_id=survivor.pk).body == "The last word."
    assert not older.revisions.exists()
    undone(merge)
    assert held() == before
    assert (older.revisions.count(), older.helpful_votes.count(), older.reports.count()) == (1, 1, 1)


def test_what_was_reported_or_liked_since_is_not_kept_for_that(copy, survivor, only, other):
    merge = merged(copy, survivor)
    review = Review.objects.get(user_id=only.pk, movie_id=survivor.pk)
    reviews.vote_add(user_id=other.pk, review_id=review.pk)
    assert undone(merge).kept == []
    assert Review.objects.get(pk=review.pk).movie_id == copy.pk


def test_who_is_banned_meanwhile_stays_unseen_and_uncounted(copy, survivor, both):
    merge = merged(copy, survivor)
    user_ban(user=both, by=None, reason="Spam.")
    relayed()
    assert undone(merge).kept == []
    for model in (Rating, Review, Tag):
        rows = model.objects.filter(user_id=both.pk)
        assert {row.movie_id for row in rows} == {copy.pk, survivor.pk}
        assert all(row.withheld for row in rows)
    assert [RatingSummary.objects.get(pk=movie.pk).count for movie in (copy, survivor)] == [1, 1]
    assert checked().codes == set()


def test_nothing_is_left_of_a_member_who_is_erased_meanwhile(copy, survivor, both, only):
    merge = merged(copy, survivor)
    for user in (both, only):
        user_delete(user=user)
    relayed()
    undone(merge)
    for model in (Rating, Review, Tag, ReviewsRow):
        assert not model.objects.filter(user_id__in=[both.pk, only.pk]).exists()


def test_a_title_whose_raters_have_all_gone_comes_back_without_ratings(copy, survivor, both, only):
    merge = merged(copy, survivor)
    for user in (both, only):
        user_delete(user=user)
    relayed()
    undone(merge)
    assert RatingSummary.objects.get(pk=copy.pk).numbers == (0, 0, [0] * 10)
    assert checked().codes == set()


def test_a_review_comes_back_with_the_votes_and_reports_that_there_are(copy, survivor, both, only, other):
    older = Review.objects.get(user_id=both.pk, movie_id=survivor.pk)
    for user in (only, other):
        reviews.vote_add(user_id=user.pk, review_id=older.pk)
    reviews.review_report(user_id=only.pk, review_id=older.pk, reason="spam")
    merge = merged(copy, survivor)
    user_delete(user=only)
    user_ban(user=other, by=None, reason="Spam.")
    relayed()
    undone(merge)
    back = Review.objects.get(pk=older.pk)
    assert (back.helpful_count, back.open_reports) == (0, 0)
    assert [vote.withheld for vote in back.helpful_votes.all()] == [True]


def test_nobody_s_edit_is_overwritten_by_who_saw_a_version_of_the_merged_one(copy, survivor):
    merge = merged(copy, survivor)
    seen = Movie.objects.get(pk=survivor.pk).version
    undone(merge)
    assert Movie.objects.get(pk=survivor.pk).version > seen
