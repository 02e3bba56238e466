"""A member who has left traces wherever one can, and what to look for when they are gone."""

from datetime import date, timedelta
from io import BytesIO
from secrets import token_hex
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.services import token_create
from apps.catalog.models import Movie
from apps.curation.erasing.finishing import erasures_go_on
from apps.curation.models import ConsistencyReport, Erasure
from apps.imports.models import Import, RejectedRow
from apps.imports.services.uploads import upload_append, upload_create
from apps.imports.services.uploads_bodies import Body
from apps.profiles.services import picture_set, profile_update
from apps.profiles.services.diary import diary_add
from apps.profiles.services.watchlist import watchlist_add
from apps.recommendations.services.disinterests import disinterest_add
from apps.reviews.services import rating_set, review_create, review_report, review_update, tag_add, vote_add
from movieverse.outbox.relay import relay_all
from tests.factories import PASSWORD, make_user
from tests.profiles.drawing import drawn

# Each of these words stands somewhere, and some of them in several places.
HANDLE, EMAIL, SECOND = "leavinghandle", "leavingaddress@example.com", "secondaddress@example.com"
NAME, BIO, NOTE, TAG = "Leavingname", "leavingbio", "leavingnote", "leavingtag"
TITLE, TEXT, ANSWERED = "leavingtitle", "leavingtext", "leavinganswer"
FORMER, REPORT, TOKEN, FILE = "leavingformer", "leavingreport", "leavingtoken", "leavingfile"
# What the receipt says was removed of the reviews store.
SAID = {"reviews": 2, "former-reviews": 1, "ratings": 2, "tags": 2, "helpful-votes": 1, "reports": 1}
WORDS = (HANDLE, EMAIL, SECOND, NAME, BIO, NOTE, TAG, TITLE, TEXT, ANSWERED, FORMER, REPORT, TOKEN, FILE)


def make_leaving(movie: Movie, other: Movie) -> User:
    """With two of what one may have several of."""
    user = User.objects.create_user(email=EMAIL, handle=HANDLE, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=EMAIL, primary=True, verified=True)
    EmailAddress.objects.create(user=user, email=SECOND)
    for one in (movie, other):
        rating_set(user_id=user.pk, movie_id=one.pk, value=9)
        tag_add(user_id=user.pk, movie_id=one.pk, text=TAG)
        watchlist_add(user_id=user.pk, movie_id=one.pk)
        disinterest_add(user_id=user.pk, movie_id=one.pk)
        diary_add(user_id=user.pk, movie_id=one.pk, watched_on=date(2025, 12, 25), note=NOTE)
    review = review_create(user_id=user.pk, movie_id=movie.pk, title=TITLE, body=FORMER)
    review_update(review=review, body=f"{TEXT} " * 500)
    others = review_create(user_id=make_user(f"reader_{token_hex(4)}").pk, movie_id=movie.pk, body="Fine.")
    vote_add(user_id=user.pk, review_id=others.pk)
    review_report(user_id=user.pk, review_id=others.pk, reason="other", text=REPORT)
    token_create(user=user, name=TOKEN, scopes=["read"])
    profile_update(user_id=user.pk, display_name=NAME, bio=f"{BIO} " * 100, favourite_movie_ids=[movie.pk])
    picture_set(user_id=user.pk, content=drawn())
    bring_file(user)
    relay_all()
    leave_traces(user, other)
    return user


def bring_file(user: User) -> None:
    """And have it imported, which could not use all of it."""
    content = FILE.encode()
    upload = upload_create(user_id=user.pk, length=2 * len(content), name=FILE)
    upload_append(upload=upload, offset=0, body=Body(BytesIO(content).read, len(content)))
    files = [{"name": "titles.csv", "upload": str(upload.pk)}]
    done = Import.objects.create(by=user, files=files, state=Import.State.COMPLETED, to_do=Import.ToDo.NOTHING)
    RejectedRow.objects.create(imported=done, line=2, value=FILE, cells={"title": FILE}, edited={"title": FILE})


def leave_traces(user: User, movie: Movie) -> None:
    """Besides their own rows: a session, an answer that is kept, a mail, what others did with the account."""
    client = APIClient(headers={"Host": "localhost", "Idempotency-Key": "one"})
    client.force_login(user)
    assert client.post(f"/api/v1/movies/{movie.pk}/reviews/", {"body": ANSWERED}).status_code == 201
    log = {"action_flag": CHANGE, "single_object": True}
    LogEntry.objects.log_actions(user.pk, [user], change_message=f"{HANDLE} was {SECOND}", **log)
    report = ConsistencyReport.objects.create(by=user, finished_at=timezone.now())
    report.findings = [{"kind": "user", "id": user.pk, "fault": f"is shown as {NAME!r}", "code": "user-name"}]
    report.save()
    queue = get_connection("movieverse.mail.QueueBackend")
    EmailMessage("To you", f"Dear {HANDLE}", to=[EMAIL], connection=queue).send()


def due(user: User) -> Erasure:
    """As if the time to think again were over."""
    Erasure.objects.filter(user_id=user.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    return Erasure.objects.get(user_id=user.pk)


def go_on() -> None:
    """What scheduler and relay do, once."""
    erasures_go_on()
    relay_all()
    erasures_go_on()


def leave(client: APIClient, **changes: Any) -> Any:
    return client.delete("/api/v1/me/", {"handle": HANDLE, "password": PASSWORD} | changes)
