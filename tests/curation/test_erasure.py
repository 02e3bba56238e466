"""A member who leaves: from the request to the receipt, whatever is away or ends in between."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.files.storage import default_storage
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import Event, User
from apps.accounts.sessions import sessions_of
from apps.curation.erasing import finishing
from apps.curation.erasing.beginning import erasure_begin
from apps.curation.erasing.finishing import erasures_go_on, erasures_look_back
from apps.curation.erasing.receipts import verify
from apps.curation.erasing.requests import erasure_due, erasure_request
from apps.curation.exporting import shelf
from apps.curation.models import ConsistencyReport, Erasure
from apps.insights.batches import Reader
from apps.profiles.models import Profile
from apps.profiles.services import profile_update
from apps.reviews.models import HelpfulVote, Rater, Rating, RatingSummary, Review, ReviewReport, ReviewRevision, Tag
from apps.reviews.selectors import counted_summaries
from movieverse import personal
from movieverse.engines import breaker
from movieverse.models import KeptAnswer
from movieverse.outbox.models import Change
from movieverse.outbox.relay import relay_all
from tests.curation.exports import keep_exports_in
from tests.curation.leaving import EMAIL, HANDLE, SAID, SECOND, WORDS, due, go_on, leave, make_leaving
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")

State = Erasure.State


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    keep_exports_in(settings, tmp_path)
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.fixture
def leaving(stores: None) -> User:
    return make_leaving(make_movie("Heat"), make_movie("Alien"))


@pytest.fixture
def client(leaving: User) -> APIClient:
    client = APIClient()
    client.force_login(leaving)
    return client


def erase(user: User) -> Erasure:
    erasure_begin(erasure=erasure_due(user=user))
    go_on()
    return Erasure.objects.get(user_id=user.pk)


# --- The request ----------------------------------------------------------------------------------


def test_who_asks_has_time_to_think_and_their_account_until_then(client, leaving):
    mail.outbox.clear()
    answer = leave(client)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert answer["Location"] == "http://testserver/api/v1/me/erasure/"
    go_on()
    shown = client.get("/api/v1/me/erasure/").json()
    assert shown == answer.json()
    assert Erasure.objects.get().due_at - Erasure.objects.get().requested_at > timedelta(days=13, hours=23)
    assert client.get("/api/v1/me/").json()["handle"] == HANDLE
    assert Review.objects.filter(user_id=leaving.pk).count() == 2
    (message,) = mail.outbox
    assert message.to == [EMAIL]
    assert "DELETE http://localhost:8000/api/v1/me/erasure/" in message.body


def test_who_asks_again_is_told_of_the_first_time(client):
    first, again = leave(client), leave(client)
    assert again.json() == first.json()
    assert Erasure.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "pointer"), [({"handle": "somebody"}, "/handle"), ({"password": "x"}, "/password")]
)
def test_who_does_not_say_it_right_stays(client, changes, pointer):
    answer = leave(client, **changes)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Erasure.objects.exists()


def test_an_account_without_a_password_needs_none(client, leaving):
    leaving.set_unusable_password()
    leaving.save()
    client.force_login(leaving)
    assert client.delete("/api/v1/me/", {"handle": HANDLE.upper()}).status_code == 202


def test_nobody_guesses_passwords_here(client):
    assert {leave(client, password=str(number)).status_code for number in range(10)} == {422}
    assert leave(client).status_code == 429


def test_who_thinks_again_stays_for_good(client, leaving):
    leave(client)
    assert client.delete("/api/v1/me/erasure/").status_code == 204
    due(leaving)
    before = personal.counted(leaving.pk)
    go_on()
    assert personal.counted(leaving.pk) == before
    assert client.get("/api/v1/me/erasure/").status_code == 404
    assert client.delete("/api/v1/me/erasure/").status_code == 404
    assert client.get("/api/v1/me/").status_code == 200


def test_a_grace_of_no_days_is_over_at_once(leaving, settings):
    settings.ERASURE_GRACE_DAYS = 0
    erasure_request(user=leaving)
    go_on()
    assert Erasure.objects.get().state == State.DONE


# --- What goes ------------------------------------------------------------------------------------


def test_nothing_is_left_in_any_store_and_the_receipt_says_how_much_there_was(client, leaving):
    leave(client)
    due(leaving)
    picture = Profile.objects.get(pk=leaving.pk).picture
    go_on()
    erasure = Erasure.objects.get()
    assert erasure.state == State.DONE
    assert personal.counted(leaving.pk) == {}
    assert verify(erasure.receipt)["removed"] == {
        "default": {"account": 1, "email-addresses": 2, "tokens": 1, "admin-log": 1, "kept-answers": 1, "sessions": 2}
        | {"consistency": 1, "uploads": 1, "imports": 1},
        "reviews": SAID,
        "catalog": {"not-interested": 2},
        "profiles": {"profile": 1, "watchlist": 2, "diary": 2},
        "media": {"picture": 1, "uploaded-files": 1},
    }
    assert not default_storage.exists(picture)
    assert not User.objects.filter(pk=leaving.pk).exists()
    assert list(sessions_of([leaving.pk])) == []
    assert not KeptAnswer.objects.exists()
    assert client.get("/api/v1/me/").status_code == 401
    for counted, summary in zip(counted_summaries(_movies()), RatingSummary.objects.order_by("pk"), strict=True):
        assert (summary.count, summary.numbers) == (0, counted.numbers)


def _movies() -> list[int]:
    return sorted(RatingSummary.objects.values_list("pk", flat=True))


def test_the_last_mail_names_the_receipt_which_everybody_may_read(leaving, api):
    mail.outbox.clear()
    erasure = erase(leaving)
    (message,) = mail.outbox
    assert (message.to, f"http://localhost:8000/api/v1/erasures/{erasure.pk}/" in message.body) == ([EMAIL], True)
    shown = api.get(f"/api/v1/erasures/{erasure.pk}/").json()
    assert (shown["state"], verify(shown["receipt"])["id"]) == ("done", str(erasure.pk))
    assert shown["receipt"]["public_key"] == api.get("/api/v1/erasures/key/").json()["public_key"]
    assert not [word for word in WORDS if word in str(shown)]


def test_a_mail_that_cannot_be_sent_stops_nothing(leaving, monkeypatch):
    def fail(message: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    assert erase(leaving).state == State.DONE


def test_while_it_cannot_begin_nobody_is_told_that_it_has_begun(leaving, monkeypatch):
    monkeypatch.setattr("apps.curation.erasing.beginning.user_delete", lambda **user: 1 / 0)
    mail.outbox.clear()
    erasure_due(user=leaving)
    erasures_go_on()
    assert (mail.outbox, Erasure.objects.get().begun_at) == ([], None)


def test_what_is_due_is_not_taken_back(client, leaving):
    leave(client)
    due(leaving)
    assert client.delete("/api/v1/me/erasure/").status_code == 404
    go_on()
    assert Erasure.objects.get().state == State.DONE


def test_the_admins_log_keeps_what_others_did_but_not_whom_to(leaving, curator):
    log = {"action_flag": 2, "change_message": f"was {SECOND}", "single_object": True}
    LogEntry.objects.log_actions(curator.pk, [leaving], **log)
    LogEntry.objects.log_actions(curator.pk, [leaving.emailaddress_set.first()], **log)
    erase(leaving)
    assert set(LogEntry.objects.values_list("object_repr", "change_message")) == {(f"user {leaving.pk}", "")}
    assert ConsistencyReport.objects.get().findings == []
    assert ConsistencyReport.objects.get().by is None


def test_what_the_admins_log_calls_rows_says_nothing_of_what_is_in_them(leaving):
    """It keeps that when a row is gone; accounts and addresses it forgets with them."""
    models = {part.model for part in personal.PARTS.values() if part.model} - {User, EmailAddress, LogEntry}
    called = " ".join(str(row) for model in models for row in model._default_manager.all())
    assert "Review of movie" in called
    assert not [word for word in WORDS if word in called]


def test_the_change_log_forgets_what_they_kept_and_keeps_its_positions(leaving):
    positions = Change.objects.count()
    assert any(change.data for change in Change.objects.filter(kind="watchlist"))
    erase(leaving)
    changes = list(Change.objects.order_by("position"))
    assert len(changes) > positions
    assert [change.data for change in changes if change.kind in ("watchlist", "diary", "profile")].count({}) > 4
    assert not any(change.data for change in changes if change.kind in ("watchlist", "diary"))
    assert [change.position for change in changes] == list(range(1, len(changes) + 1))


def test_kept_mails_to_them_go_and_those_to_others_stay(leaving, settings):
    folder = Path(settings.EMAIL_FILE_PATH)
    folder.mkdir()
    (folder / "theirs.log").write_text(f"To: {SECOND.upper()}\n")
    (folder / "others.log").write_text("To: other@example.com\n")
    erase(leaving)
    assert [file.name for file in folder.iterdir()] == ["others.log"]


def test_exports_with_their_reviews_are_made_anew(leaving):
    shelf.make(Reader())
    (old,) = shelf.kept()
    erase(leaving)
    (new,) = shelf.kept()
    assert ([file["rows"] for file in new["files"] if file["kind"] == "reviews"], new["id"]) == ([1], old["id"])


def test_exports_without_anything_of_theirs_stay(member):
    shelf.make(Reader())
    (old,) = shelf.kept()
    erase(member)
    assert shelf.kept() == [old]


def test_reviews_and_ratings_may_stay_as_those_of_somebody_of_whom_nothing_is_known(leaving, settings, api):
    settings.ERASURE_REVIEWS = "ANONYMISE"
    summaries = {row.pk: row.numbers for row in RatingSummary.objects.all()}
    before = list(Review.objects.order_by("pk").values_list("pk", "body"))
    (others,) = Review.objects.exclude(user_id=leaving.pk).values_list("user_id", flat=True)
    erasure = erase(leaving)
    (rater,) = Rater.objects.all()
    assert (rater.source, str(leaving.pk) == rater.value, erasure.rater) == ("erased", False, "")
    assert set(Review.objects.values_list("user_id", flat=True)) == {rater.user_id, others}
    assert list(Review.objects.order_by("pk").values_list("pk", "body")) == before
    assert set(Rating.objects.values_list("user_id", flat=True)) == {rater.user_id}
    assert {row.pk: row.numbers for row in RatingSummary.objects.all()} == summaries
    for model in (Tag, ReviewRevision, HelpfulVote, ReviewReport):
        assert not model.objects.exists()
    assert verify(erasure.receipt)["reviews"] == "anonymised"
    shown = api.get("/api/v1/reviews/").json()["results"]
    assert {row["author"]["handle"] for row in shown if row["author"]["id"] != others} == {None}


def test_what_others_have_stays(leaving):
    other = make_user()
    profile_update(user_id=other.pk, bio="Here to stay.")
    other_client = APIClient()
    other_client.force_login(other)
    movie_id = _movies()[0]
    other_client.put(f"/api/v1/movies/{movie_id}/rating/", {"value": 3})
    before = personal.counted(other.pk)
    erase(leaving)
    assert personal.counted(other.pk) == before
    assert RatingSummary.objects.get(pk=movie_id).numbers[:2] == (1, 3)


# --- Stores that are away, events that are lost, processes that end ------------------------------

STORES = ("default", "reviews", "profiles")


@pytest.mark.parametrize("store", STORES)
def test_nothing_begins_while_a_store_is_away_for_nobody_could_say_what_was_there(leaving, store, take_away):
    erasure = erasure_due(user=leaving)
    before = personal.counted(leaving.pk)
    take_away(store)
    if store != "default":  # without which the scheduler itself waits
        erasures_go_on()
    breaker.forget()
    erasure.refresh_from_db()
    assert (erasure.state, personal.counted(leaving.pk)) == (State.WAITING, before)
    go_on()
    assert Erasure.objects.get().state == State.DONE


@pytest.mark.parametrize("store", STORES)
def test_a_store_that_goes_away_in_the_middle_is_waited_for(leaving, store, take_away):
    erasure = erasure_begin(erasure=erasure_due(user=leaving))
    take_away(store)
    relay_all()
    if store != "default":
        erasures_go_on()
    breaker.forget()
    erasure.refresh_from_db()
    assert (erasure.state, erasure.receipt) == (State.RUNNING, None)
    go_on()
    erasure.refresh_from_db()
    assert (erasure.state, personal.counted(leaving.pk)) == (State.DONE, {})


def test_pictures_that_cannot_be_deleted_now_are_deleted_later(leaving, monkeypatch):
    picture = Profile.objects.get(pk=leaving.pk).picture

    def fail(name: str) -> None:
        raise OSError("read-only")

    with monkeypatch.context() as away:
        away.setattr(type(default_storage._wrapped), "delete", lambda self, name: fail(name))
        assert erase(leaving).state == State.RUNNING
        assert Profile.objects.filter(pk=leaving.pk).exists()
    go_on()
    assert (Erasure.objects.get().state, default_storage.exists(picture)) == (State.DONE, False)


def test_an_event_that_was_lost_is_told_again(leaving):
    erasure_begin(erasure=erasure_due(user=leaving))
    Event.objects.all().delete()
    erasures_go_on()
    assert Erasure.objects.get().state == State.RUNNING
    go_on()
    assert (Erasure.objects.get().state, personal.counted(leaving.pk)) == (State.DONE, {})


def test_one_that_cannot_be_delivered_is_not_told_again_and_again(leaving, monkeypatch):
    erasure_begin(erasure=erasure_due(user=leaving))
    Event.objects.update(dead_at=Erasure.objects.get().begun_at, attempts=10)
    for _ in range(2):
        go_on()
    assert (Event.objects.count(), Erasure.objects.get().state) == (1, State.RUNNING)


def test_what_was_written_as_the_account_went_goes_a_moment_later(leaving):
    erasure = erase(leaving)
    profile_update(user_id=leaving.pk, bio="Who was here?")
    erasures_look_back()
    relay_all()
    assert personal.counted(leaving.pk) == {}
    again = Erasure.objects.get()
    assert (again.finished_at, again.receipt) == (erasure.finished_at, erasure.receipt)


def test_who_begins_twice_begins_once(leaving):
    erasure = erasure_due(user=leaving)
    first, again = erasure_begin(erasure=erasure), erasure_begin(erasure=erasure)
    assert (first.removed, first.begun_at) == (again.removed, again.begun_at)
    assert Event.objects.filter(kind="user", action="deleted").count() == 1


def test_one_that_fails_keeps_no_other_from_going_on(leaving, member, monkeypatch):
    erasure_due(user=leaving)
    erasure_due(user=member)
    begin = finishing.erasure_begin

    def failing(*, erasure: Erasure) -> Erasure:
        if erasure.user_id == leaving.pk:
            raise ValueError("broken")
        return begin(erasure=erasure)

    monkeypatch.setattr(finishing, "erasure_begin", failing)
    go_on()
    assert dict(Erasure.objects.values_list("user_id", "state")) == {leaving.pk: "waiting", member.pk: "done"}


def test_in_the_admin_an_account_is_erased_without_delay(leaving, curator):
    desk = Client()
    desk.force_login(curator)
    desk.post(f"/admin/accounts/user/{leaving.pk}/delete/", {"post": "yes"})
    go_on()
    assert Erasure.objects.get().state == State.DONE
    assert HANDLE not in str(list(LogEntry.objects.values_list("object_repr", "change_message")))
