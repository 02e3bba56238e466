"""The admin's page: what a worker reports, who may ask for it, and what is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.catalog.models import Movie
from apps.curation import services, tasks
from apps.curation.jobs import check_consistency_once_a_day
from apps.curation.models import GIVEN_UP_AFTER, ConsistencyReport
from apps.curation.services import report_request
from apps.reviews.models import Rating
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("stores")

PAGE = reverse("admin:curation_consistencyreport_changelist")
RUN = reverse("admin:curation_consistencyreport_run")


def staff(client: Client, *codenames: str) -> Client:
    helper = make_user("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(helper)
    return client


@pytest.fixture
def desk(client: Client) -> Client:
    return staff(client, "view_consistencyreport", "run_consistency")


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    class Queue:
        @staticmethod
        def enqueue(**kwargs: Any) -> None: ...

    monkeypatch.setattr(services, "make_report", Queue)


def shown(desk: Client) -> str:
    return " ".join(desk.get(PAGE).content.decode().split())


def test_before_anybody_has_checked(desk: Client):
    assert "Nobody has checked yet." in shown(desk)


def test_a_check_tells_and_a_repair_puts_right(desk: Client, heat: Movie):
    Rating.objects.update(value=8)
    assert desk.post(RUN).status_code == 302
    page = shown(desk)
    assert "one thing disagrees." in page
    assert "<b>1 × summary wrong.</b> Remedy: count the ratings again" in page
    assert reverse("admin:reviews_ratingsummary_change", args=[heat.pk]) in page
    desk.post(RUN, {"repairs": "1"})
    page = shown(desk)
    assert "everything agrees" in page
    assert "Put right:" in page
    check, repair = ConsistencyReport.objects.order_by("pk")
    assert (check.rows, check.repaired, check.by.handle) == ({"summary-wrong": 1}, {}, "helper")
    assert (repair.rows, repair.repaired, repair.state) == ({}, {"summary-wrong": 1}, "done")
    before = desk.get(reverse("admin:curation_consistencyreport_change", args=[check.pk])).content.decode()
    assert "says 1 of 9 half-stars" in before


def test_who_may_view_may_not_run(client: Client):
    viewer = staff(client, "view_consistencyreport")
    assert "Check now" not in shown(viewer)
    assert viewer.post(RUN).status_code == 403
    assert not ConsistencyReport.objects.exists()


def test_without_permission_there_is_no_page(client: Client):
    helper = staff(client)
    assert helper.get(PAGE).status_code == 403
    assert helper.post(RUN).status_code == 403


def test_it_is_asked_for_by_posting(desk: Client):
    assert desk.get(RUN).status_code == 405
    assert not ConsistencyReport.objects.exists()


def test_while_one_is_made_there_is_no_other(desk: Client, no_worker: None):
    desk.post(RUN)
    answer = desk.get(PAGE)
    assert answer["Refresh"] == "5"
    assert b"waiting for a worker" in answer.content
    assert b"Check now" not in answer.content
    assert "A check is running" in desk.post(RUN, follow=True).content.decode()
    assert ConsistencyReport.objects.count() == 1


def test_one_whose_worker_has_died_keeps_nobody_from_another(desk: Client, no_worker: None):
    report_request(by=None)
    ConsistencyReport.objects.update(alive_at=timezone.now() - GIVEN_UP_AFTER)
    assert "given up." in shown(desk)
    desk.post(RUN)
    assert ConsistencyReport.objects.count() == 2


def test_a_report_that_fails_says_why(desk: Client, monkeypatch: pytest.MonkeyPatch):
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ValueError("The catalog store does not answer.")

    monkeypatch.setattr(tasks, "check", broken)
    desk.post(RUN)
    assert "The catalog store does not answer." in shown(desk)
    assert ConsistencyReport.objects.get().state == "failed"


def test_a_queue_that_is_away_is_told_of(desk: Client, monkeypatch: pytest.MonkeyPatch):
    class Queue:
        @staticmethod
        def enqueue(**kwargs: Any) -> None:
            raise ConnectionError("refused")

    monkeypatch.setattr(services, "make_report", Queue)
    monkeypatch.setattr(services, "QUEUE_AWAY", (ConnectionError,))
    assert "The queue does not answer: refused" in desk.post(RUN, follow=True).content.decode()


def test_the_last_twenty_are_kept():
    ConsistencyReport.objects.bulk_create(ConsistencyReport(finished_at=timezone.now()) for _ in range(25))
    latest = report_request(by=None)
    assert ConsistencyReport.objects.count() == 20
    assert ConsistencyReport.objects.first() == latest


def test_of_many_findings_some_are_kept_and_all_are_counted(heat: Movie):
    Rating.objects.bulk_create(Rating(movie_id=heat.pk + pk, user_id=1, value=5) for pk in range(1, 61))
    Rating.objects.bulk_create(Rating(movie_id=heat.pk, user_id=9_000 + pk, value=5) for pk in range(60))
    report = report_request(by=None)
    report.refresh_from_db()
    assert report.rows["rating-without-movie"] == 60
    assert len([one for one in report.findings if one["code"] == "rating-without-movie"]) == 50


def test_the_worker_makes_a_report_once(no_worker: None):
    report = report_request(by=None)
    tasks.make_report.call(report_id=report.pk)
    finished = ConsistencyReport.objects.get().finished_at
    tasks.make_report.call(report_id=report.pk)
    assert ConsistencyReport.objects.get().finished_at == finished


def test_once_a_day_one_is_made_by_itself():
    for _ in range(2):
        check_consistency_once_a_day()
    assert ConsistencyReport.objects.count() == 1
    ConsistencyReport.objects.update(requested_at=timezone.now() - timedelta(days=1))
    check_consistency_once_a_day()
    made = ConsistencyReport.objects.first()
    assert (ConsistencyReport.objects.count(), made.by, made.repairs) == (2, None, False)
