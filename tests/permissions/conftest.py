from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.services import role_set, user_ban
from tests.api.world import Ids, make_world
from tests.factories import make_user
from tests.permissions.rules import Who

SCOPES = {"read", "write", "curate", "moderate"}
ROLES = {Who.CURATOR: Role.CURATOR, Who.MODERATOR: Role.MODERATOR, Who.ADMINISTRATOR: Role.ADMINISTRATOR}


def client_of(user: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def member(stores: None) -> User:
    return make_user("member")


@pytest.fixture
def ids(member: User, search_index: Callable[[], None]) -> Ids:
    """A world in which all that members have said is this member's."""
    ids = make_world(member)
    search_index()
    return ids


def user_of(who: Who, member: User) -> User:
    if who == Who.MEMBER:
        return member
    user = make_user(who.name.lower())
    role = ROLES.get(who, Role.ADMINISTRATOR if "token" in who else Role.MEMBER)
    return role_set(user=user, role=role, by=None)


@pytest.fixture
def clients(member: User) -> Callable[[Who], Callable[[str | None], APIClient]]:
    """Of somebody, a client for what takes a scope."""

    def clients_of(who: Who) -> Callable[[str | None], APIClient]:
        if who == Who.ANONYMOUS:
            return lambda scope: APIClient(raise_request_exception=False)
        user = user_of(who, member)
        client = client_of(user)
        if who == Who.BANNED:
            user_ban(user=user, by=make_user(is_superuser=True, is_staff=True), reason="Spam.")
        if who not in (Who.FITTING, Who.TOO_SMALL):
            return lambda scope: client
        tokens: dict[str | None, APIClient] = {}

        def with_token(scope: str | None) -> APIClient:
            if scope not in tokens:
                wanted = {scope} if who == Who.FITTING and scope else SCOPES - {scope}
                tokens[scope] = bearer(client, wanted)
            return tokens[scope]

        return with_token

    return clients_of


def bearer(client: APIClient, scopes: set[str]) -> APIClient:
    answer = client.post("/api/v1/me/tokens/", {"name": "A program", "scopes": sorted(scopes)})
    assert answer.status_code == 201, answer.content
    holder = APIClient(raise_request_exception=False)
    holder.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['token']}")
    return holder
