"""Every model's pages open, for a curator; and for nobody else."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from apps.catalog.models import Genre, Movie, Person
from apps.reviews.models import Rating
from movieverse.outbox.relay import relay_all
from tests.admin.rows import MODELS, READ_ONLY, WITHOUT_ADD, make_row, page
from tests.factories import PASSWORD, make_genre, make_movie, make_person, make_user

pytestmark = pytest.mark.usefixtures("stores")

every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


@every_model
def test_pages_open(desk, model):
    row = make_row(model)
    for url in (
        page(model, "changelist"), page(model, "change", row.pk), page(model, "history", row.pk)
    ):  # fmt: skip
        assert desk.get(url).status_code == 200, url


@every_model
def test_an_empty_list_opens(desk, model):
    assert desk.get(page(model, "changelist")).status_code == 200


@every_model
def test_add_page(desk, model):
    assert desk.get(page(model, "add")).status_code == (403 if model in WITHOUT_ADD else 200)


@every_model
def test_delete(desk, model):
    row = make_row(model)
    answer = desk.post(page(model, "delete", row.pk), {"post": "yes"})
    assert answer.status_code == (403 if model in READ_ONLY else 302)
    assert model.objects.filter(pk=row.pk).exists() == (model in READ_ONLY)


@every_model
def test_delete_selected(desk, model):
    row = make_row(model)
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    desk.post(page(model, "changelist"), chosen)
    assert model.objects.filter(pk=row.pk).exists() == (model in READ_ONLY)


@every_model
def test_anonymous_is_sent_to_sign_in(client, model):
    answer = client.get(page(model, "changelist"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("admin:login"))


@every_model
def test_a_member_is_sent_to_sign_in(client, member, model):
    client.force_login(member)
    assert client.get(page(model, "changelist")).status_code == 302


@every_model
def test_staff_without_permission_are_refused(client, model):
    row = make_row(model)
    client.force_login(make_user("helper", is_staff=True))
    for url in (page(model, "changelist"), page(model, "change", row.pk), page(model, "delete", row.pk)):
        assert client.get(url).status_code == 403, url


@every_model
def test_a_missing_row_leads_back(desk, model):
    answer = desk.get(page(model, "change", 987654321))
    assert answer.status_code == 302


def test_permissions_reach_across_stores(client):
    helper = make_user("helper", is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="view_rating"))
    client.force_login(helper)
    rating = make_row(Rating)
    assert client.get(page(Rating, "changelist")).status_code == 200
    assert client.post(page(Rating, "change", rating.pk), {"value": 1}).status_code == 403


def test_signing_in_folds_the_address(client, curator):
    form = {"login": " CURATOR@Example.com", "password": PASSWORD}
    assert client.post(reverse("account_login"), form).status_code == 302


def test_the_index_needs_no_other_store(desk, queries_by_store):
    counts = queries_by_store(lambda: desk.get(reverse("admin:index")))
    assert {alias for alias, count in counts.items() if count} == {"default"}


def test_changes_are_logged_in_the_default_store(desk, curator):
    genre = make_genre("Crime")
    desk.post(page(Genre, "change", genre.pk), {"name": "Crime film"})
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user_id, entry.change_message) == (
        str(genre.pk), curator.pk, '[{"changed": {"fields": ["Name"]}}]'
    )  # fmt: skip
    relay_all()
    assert b"Crime film" in desk.get(page(Genre, "history", genre.pk)).content


def test_a_movies_page_links_its_credits_and_ids(desk):
    person = make_person("Al Pacino")
    cast = [{"person_id": person.pk, "name": person.name, "character": "Vincent <Hanna>"}]
    movie = make_movie("Heat", cast=cast, source_scores=[{"source": "imdb", "value": 8.3, "votes": 700_000}])
    desk.post(page(Movie, "changelist").replace("movie/", "externalid/add/"), {
        "kind": "movie", "source": "IMDB", "value": "tt0113277", "object_id": movie.pk
    })  # fmt: skip
    content = desk.get(page(Movie, "change", movie.pk)).content.decode()
    assert page(Person, "change", person.pk) in content
    assert "Vincent &lt;Hanna&gt;" in content
    assert "https://www.imdb.com/title/tt0113277/" in content
    assert "Heat (1995)" in desk.get(page(Person, "change", person.pk)).content.decode()


def test_there_is_a_page_for_what_has_rows_and_no_other():
    """Those of a queue would show mails, and in them links that set a password."""
    assert apps.is_installed("django_tasks_db") or apps.is_installed("django_rq")
    assert set(admin.site._registry) == set(MODELS)
