"""Each thing that may disagree, planted past the services: it is told of with its remedy, and put right."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.catalog.models import Collection, Company, CuratedList, Event, ExternalId, Genre, ListEntry, Movie, Person
from apps.curation.remedies import REMEDIES
from apps.profiles.models import DiaryEntry, Profile, WatchlistItem
from apps.reviews.models import HelpfulVote, Rating, RatingSummary, Review, ReviewReport, Tag
from apps.reviews.services import rating_set
from tests.curation.consistency import checked, consistency, fixed, relayed
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")

NOBODY = 77_777
OF_A_MOVIE = {
    "list-entry-without-movie", "external-id-without-movie", "rating-summary-without-movie", "rating-without-movie",
    "review-without-movie", "tag-without-movie", "profile-without-movie", "watchlist-item-without-movie",
    "diary-entry-without-movie",
}  # fmt: skip
OF_A_MEMBER = {
    "rating-without-user", "review-without-user", "tag-without-user", "profile-without-user",
    "watchlist-item-without-user", "diary-entry-without-user",
}  # fmt: skip


def _gone(model: type, **which: object) -> Callable[[Movie], object]:
    return lambda heat: model.objects.filter(**which).delete()


def _gone_genre(heat: Movie) -> None:
    Genre.objects.filter(pk=heat.genre_ids[0]).delete()


def _of_unknown_rater(heat: Movie) -> None:
    for model in (Rating, Review, Tag):
        model.objects.update(user_id=-NOBODY)


def _vote_of_nobody(heat: Movie) -> None:
    HelpfulVote.objects.create(review=Review.objects.get(), user_id=NOBODY)
    Review.objects.update(helpful_count=1)


def _report_of_nobody(heat: Movie) -> None:
    ReviewReport.objects.create(review=Review.objects.get(), user_id=NOBODY, reason="spam")
    Review.objects.update(open_reports=1)


def _another_name(heat: Movie) -> None:
    Person.objects.filter(pk=heat.cast_ids[0]).update(name="Alfredo Pacino", sort_name="alfredo pacino")


PLANTED: list[tuple[Callable[[Movie], object], set[str]]] = [
    (_gone(Movie), OF_A_MOVIE),
    (_gone(CuratedList), {"list-entry-without-list"}),
    (_gone(Person), {"movie-without-person", "external-id-without-person"}),
    (_gone_genre, {"movie-without-genre", "external-id-without-genre", "profile-without-genre"}),
    (_gone(Company), {"movie-without-company", "external-id-without-company"}),
    (_gone(Collection), {"movie-without-collection", "external-id-without-collection"}),
    (_gone(User, is_staff=False), OF_A_MEMBER),
    (_of_unknown_rater, {"rating-without-rater", "review-without-rater", "tag-without-rater"}),
    (_vote_of_nobody, {"helpful-vote-without-user"}),
    (_report_of_nobody, {"review-report-without-user"}),
    (lambda heat: User.objects.filter(is_staff=False).update(is_active=False), {"standing"}),
    (lambda heat: Tag.objects.update(withheld=True), {"standing"}),
    (lambda heat: Rating.objects.update(withheld=True), {"standing", "summary-wrong"}),
    (_another_name, {"credit-name"}),
    (lambda heat: Rating.objects.update(value=8), {"summary-wrong"}),
    (_gone(Rating), {"summary-wrong"}),
    (_gone(RatingSummary), {"summary-missing", "projection"}),
    (lambda heat: Movie.objects.update(rating_avg=1), {"projection"}),
    (lambda heat: User.objects.update(name="Somebody Else"), {"user-name"}),
    (lambda heat: Profile.objects.update(display_name="Bea"), {"user-name"}),
    (_gone(Profile), {"user-name"}),
    (lambda heat: Movie.objects.update(rating_version=99), {"projection"}),
    (lambda heat: (Rating.objects.all().delete(), RatingSummary.objects.all().delete()), {"projection"}),
]


@pytest.mark.parametrize(("plant", "codes"), PLANTED, ids=[" ".join(sorted(codes)) for _, codes in PLANTED])
def test_it_is_told_of_and_put_right(heat: Movie, plant: Callable[[Movie], object], codes: set[str]):
    assert checked() == ([], "")
    plant(heat)
    found = checked()
    assert found.codes == codes
    assert all(finding["remedy"] == REMEDIES[finding["code"]].words for finding in found.findings)
    assert found.error
    assert fixed().error == ""
    assert checked() == ([], "")
    relayed()
    assert checked() == ([], "")


def test_every_remedy_that_repairs_is_tried_here():
    tried = set().union(*(codes for _, codes in PLANTED))
    assert tried == {code for code, remedy in REMEDIES.items() if remedy.repair}


def test_what_the_repair_leaves_is_what_there_was(heat: Movie):
    member = Rating.objects.get().user_id
    Genre.objects.filter(pk=heat.genre_ids[0]).delete()
    Movie.objects.update(rating_count=7)
    fixed()
    repaired = Movie.objects.get()
    assert (repaired.genre_ids, repaired.main_genre_id) == (heat.genre_ids[1:], heat.genre_ids[1])
    assert (repaired.rating_count, repaired.rating_avg) == (1, 4.5)
    assert repaired.version > heat.version
    assert (Rating.objects.get().user_id, Review.objects.count(), Tag.objects.count()) == (member, 1, 1)
    profile = Profile.objects.get()
    assert (profile.favourite_movie_ids, profile.favourite_genre_ids) == ([heat.pk], heat.genre_ids[1:])
    assert (WatchlistItem.objects.count(), DiaryEntry.objects.count()) == (1, 1)


def test_a_genre_that_a_curator_chose_as_the_main_one_gives_way_to_the_first(heat: Movie):
    first, chosen = heat.genre_ids
    origins = {"main_genre_id": {"source": "curator", "at": "2026-01-01T00:00:00Z", "locked": True}}
    Movie.objects.update(main_genre_id=chosen, origins=origins)
    Genre.objects.filter(pk=chosen).delete()
    fixed()
    movie = Movie.objects.get()
    assert (movie.genre_ids, movie.main_genre_id, movie.origins) == ([first], first, {})


def test_a_movie_deleted_by_hand_is_forgotten_everywhere(heat: Movie):
    other = make_movie("Ronin")
    rating_set(user_id=Rating.objects.get().user_id, movie_id=other.pk, value=8)
    relayed()
    Movie.objects.filter(pk=heat.pk).delete()
    found = checked()
    assert {finding["subject"] for finding in found.findings} == {heat.pk}
    assert found.codes == OF_A_MOVIE
    repaired = fixed()
    assert repaired.error == ""
    assert "delete ratings of titles that are gone: 1 done" in repaired.lines
    assert list(Rating.objects.values_list("movie_id", flat=True)) == [other.pk]
    assert list(RatingSummary.objects.values_list("pk", flat=True)) == [other.pk]
    for model in (Review, Tag, ListEntry, WatchlistItem, DiaryEntry):
        assert not model.objects.exists()
    assert not ExternalId.objects.filter(kind="movie").exists()
    assert Profile.objects.get().favourite_movie_ids == []
    assert Event.objects.filter(kind="movie", object_id=heat.pk, action="deleted").exists()
    assert checked() == ([], "")


def test_several_rows_that_miss_one_are_one_finding(heat: Movie):
    for _ in range(3):
        rating_set(user_id=make_user().pk, movie_id=heat.pk, value=8)
    relayed()
    Movie.objects.all().delete()
    (finding,) = [finding for finding in checked().findings if finding["code"] == "rating-without-movie"]
    assert finding["rows"] == 4
    assert finding["fault"] == f"points at movie {heat.pk}, which is not there, as do 3 more"


def test_an_empty_summary_of_no_movie_is_gone_after_the_repair(monkeypatch):
    waited = []
    monkeypatch.setattr(time, "sleep", waited.append)
    RatingSummary.objects.create(pk=NOBODY)
    assert checked().codes == {"rating-summary-without-movie"}
    assert waited  # for who is just asking whether there is such a movie
    fixed()
    assert not RatingSummary.objects.exists()


# --- What takes somebody who decides --------------------------------------------------------------


def test_doubles_are_for_a_curator(heat: Movie):
    make_movie("HEAT!")
    ExternalId.objects.filter(kind="movie").delete()
    (finding,) = checked().findings
    assert (finding["code"], finding["subject"], finding["repairable"]) == ("duplicate", heat.pk, False)
    outcome = fixed()
    assert outcome.error == ""  # nothing is left that it could put right
    assert any(line.startswith("duplicate: 1. ") and line.endswith("(by hand).") for line in outcome.lines)


def test_dead_letters_and_events_that_wait_too_long(heat: Movie):
    long_ago = timezone.now() - timedelta(minutes=11)
    Event.objects.create(kind="movie", object_id=heat.pk, attempts=10, dead_at=timezone.now(), error="ValueError: no")
    Event.objects.create(kind="movie", object_id=heat.pk, created_at=long_ago)
    Event.objects.create(kind="movie", object_id=heat.pk)
    waiting, dead = checked().findings
    assert (waiting["code"], waiting["id"], waiting["rows"]) == ("waiting-events", "catalog", 1)
    assert (dead["code"], dead["kind"]) == ("dead-letter", "catalog event")
    assert dead["fault"] == f"movie {heat.pk} saved has failed 10 times: ValueError: no"


def test_a_row_that_is_broken_in_itself_does_not_keep_others_from_repair(heat: Movie):
    other = make_movie("Ronin", genre_ids=heat.genre_ids[:1])
    Movie.objects.filter(pk=heat.pk).update(cast=[{}], rating_count=7)
    Movie.objects.filter(pk=other.pk).update(rating_count=7)
    Genre.objects.filter(pk=heat.genre_ids[0]).delete()
    relayed()
    assert consistency("--fix", "--no-input").error
    assert list(Movie.objects.order_by("pk").values_list("rating_count", flat=True)) == [1, 0]
