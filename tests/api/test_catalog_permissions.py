"""Who may write to the catalogue: staff with Django's permission for it, and nobody else."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from apps.accounts.models import User
from apps.catalog.api.views.base import CuratedMixin
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, Movie, Person
from movieverse.api.views import ApiView
from tests.api.conftest import ANY_VERSION
from tests.api.world import BODIES, make_owner, make_world
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("stores")

MODELS = {
    "movies/{movie_id}": Movie,
    "people/{person_id}": Person,
    "genres/{genre_id}": Genre,
    "companies/{company_id}": Company,
    "collections/{collection_id}": Collection,
    "lists/{list_id}": CuratedList,
}
PARTS = ("credits", "images", "videos", "translations", "alternative-titles", "releases", "awards", "locks")

# Method, path, and the permission that it takes.
WRITES: list[tuple[str, str, str, type[Model]]] = [
    *(("POST", row.partition("/")[0], "add", model) for row, model in MODELS.items()),
    *(("PATCH", row, "change", model) for row, model in MODELS.items()),
    *(("PUT", f"movies/{{movie_id}}/{part}", "change", Movie) for part in PARTS),
    ("PUT", "people/{person_id}/locks", "change", Person),
    ("PUT", "collections/{collection_id}/locks", "change", Collection),
    ("PUT", "lists/{list_id}/locks", "change", CuratedList),
    ("POST", "lists/{list_id}/entries", "change", CuratedList),
    ("PUT", "lists/{list_id}/entries", "change", CuratedList),
    ("DELETE", "lists/{list_id}/entries/{movie_id}", "change", CuratedList),
    ("POST", "movies/{movie_id}/external-ids", "add", ExternalId),
    ("DELETE", "movies/{movie_id}/external-ids/{source}/{value}", "delete", ExternalId),
    ("DELETE", "movies/{movie_id}", "delete", Movie),
    ("DELETE", "people/{person_id}", "delete", Person),
    ("DELETE", "companies/{company_id}", "delete", Company),
    ("DELETE", "collections/{collection_id}", "delete", Collection),
    ("DELETE", "lists/{list_id}", "delete", CuratedList),
]

Send = Callable[[APIClient], int]


@pytest.fixture(params=WRITES, ids=lambda write: f"{write[0]} {write[1]}")
def write(request: pytest.FixtureRequest) -> tuple[Send, Permission]:
    """A way to try it, and the permission that it takes."""
    method, path, action, model = request.param
    path = f"/api/v1/{path}/"
    url = path.format_map(make_world(make_owner()))
    body = BODIES.get((method, path), {}) if method != "DELETE" else None

    def send(client: APIClient) -> int:
        return getattr(client, method.lower())(url, body, headers=ANY_VERSION).status_code

    kind = ContentType.objects.get_for_model(model)
    return send, Permission.objects.get(content_type=kind, codename=f"{action}_{model._meta.model_name}")


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def test_a_write_is_that_of_staff_with_the_permission(write):
    send, permission = write
    assert send(APIClient()) == 401
    writer = make_user("writer", is_staff=True)
    client = client_of(writer)
    assert send(client) == 403
    writer.user_permissions.set(Permission.objects.exclude(pk=permission.pk).filter(content_type__app_label="catalog"))
    assert send(client) == 403
    writer.user_permissions.set([permission])
    assert send(client) in (200, 201, 204)


def test_a_member_is_no_curator_whatever_their_permissions(write):
    send, permission = write
    member = make_user("writer")
    member.user_permissions.set([permission])
    assert send(client_of(member)) == 403


def test_a_write_that_says_nothing_of_permissions_is_nobody_s(curator):
    class Forgotten(CuratedMixin, ApiView):
        written = Movie

        def post(self, request: Request) -> Response:
            return Response()

    request = APIRequestFactory().post("/")
    force_authenticate(request, curator)
    assert Forgotten.as_view()(request).status_code == 403
