"""Who is banned is out, everywhere and at once; who may do it, and what stays on record."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.adapter import AccountAdapter
from apps.accounts.models import Ban, Event, PersonalToken, User
from apps.accounts.roles import Role
from apps.accounts.selectors import inactive_ids
from apps.accounts.services import BanRefused, role_set, token_create, user_ban, user_save, user_unban
from apps.accounts.services.addresses import Banned
from tests.accounts.signing import sign_in, token_of
from tests.api.conftest import refusals
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/users/member/ban/"


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def moderator() -> User:
    return role_set(user=make_user("mod"), role=Role.MODERATOR, by=None)


def test_a_moderator_bans_and_unbans_and_it_stays_on_record(moderator, member):
    client = client_of(moderator)
    banned = client.put(URL, {"reason": "  Spam. "})
    assert banned.status_code == 201
    assert banned.json() == {"handle": "member", "reason": "Spam.", "at": banned.json()["at"], "by": "mod"}
    again = client.put(URL, {"reason": "Another."})
    assert (again.status_code, again.json()) == (200, banned.json())
    assert client.get(URL).json() == banned.json()
    assert not User.objects.get(pk=member.pk).is_active

    assert client.delete(URL).status_code == 204
    assert client.get(URL).status_code == client.delete(URL).status_code == 404
    assert User.objects.get(pk=member.pk).is_active
    ban = Ban.objects.get()
    assert (ban.by, ban.lifted_by, ban.lifted_at > ban.at) == (moderator, moderator, True)


def test_who_is_banned_is_out_at_once_and_stays_signed_out_afterwards(moderator, member):
    browser, app = Client(), APIClient(headers=token_of(sign_in(APIClient())))
    browser.force_login(member)
    _, secret = token_create(user=member, name="x", scopes=["read"])
    program = APIClient(headers={"Authorization": f"Bearer {secret}"})
    clients = (browser, app, program)
    assert [client.get("/api/v1/me/").status_code for client in clients] == [200] * 3

    user_ban(user=member, by=moderator, reason="Spam.")
    assert [client.get("/api/v1/me/").status_code for client in clients] == [401] * 3
    assert sign_in(APIClient()).status_code == 401
    assert not PersonalToken.objects.exists()

    user_unban(user=member, by=moderator)
    assert [client.get("/api/v1/me/").status_code for client in clients] == [401] * 3
    assert sign_in(APIClient()).status_code == 200


def test_who_is_deactivated_and_activated_again_stays_signed_out(member):
    app = APIClient(headers=token_of(sign_in(APIClient())))
    for active in (False, True):
        member = User.objects.get(pk=member.pk)
        member.is_active = active
        user_save(user=member)
        assert app.get("/api/v1/me/").status_code == 401


def test_the_other_stores_learn_of_it(moderator, member):
    for act in (user_ban, user_unban):
        Event.objects.all().delete()
        act(user=member, by=moderator, reason="Spam.")
        assert Event.objects.filter(kind="user", object_id=member.pk).count() == 1


def test_inactive_ids(moderator, member):
    user_ban(user=member, by=None, reason="Spam.")
    assert inactive_ids([moderator.pk, member.pk, 987_654]) == {member.pk}


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CURATOR])
@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_nobody_else_may_nor_learns_who_is(role, method, member):
    client = client_of(role_set(user=make_user(), role=role, by=None))
    for url in (URL, "/api/v1/users/nobody/ban/"):
        assert getattr(client, method)(url, {"reason": "Spam."}).status_code == 403
    assert getattr(APIClient(), method)(URL, {"reason": "Spam."}).status_code == 401
    assert not Ban.objects.exists()


def test_staff_are_banned_by_superusers_alone_and_nobody_bans_themselves(moderator, member, curator):
    colleague = role_set(user=make_user(), role=Role.CURATOR, by=None)
    administrator = role_set(user=make_user(), role=Role.ADMINISTRATOR, by=None)
    for by, user in ((moderator, colleague), (administrator, moderator), (moderator, curator), (moderator, moderator),
                     (curator, curator)):  # fmt: skip
        answer = client_of(by).put(f"/api/v1/users/{user.handle}/ban/", {"reason": "Spam."})
        assert (answer.status_code, answer.json()["type"]) == (403, "/api/problems/ban-refused/")
    assert client_of(curator).put(f"/api/v1/users/{colleague.handle}/ban/", {"reason": "Spam."}).status_code == 201


def test_a_save_of_an_account_as_it_was_before_does_not_lift_a_ban(member, curator):
    stale = User.objects.get(pk=member.pk)
    user_ban(user=member, by=curator, reason="Spam.")
    with pytest.raises(Banned):
        user_save(user=stale, by=curator)
    stale.set_password("another long one")
    AccountAdapter().set_password(stale, "another long one")
    assert not User.objects.get(pk=member.pk).is_active


def test_who_is_deactivated_is_not_banned_and_so_not_let_in_by_lifting_a_ban(member, curator):
    member.is_active = False
    user_save(user=member, by=curator)
    with pytest.raises(BanRefused):
        user_ban(user=member, by=curator, reason="Spam.")


def test_a_moderator_who_is_no_staff_any_more_bans_nobody(member):
    moderator = role_set(user=make_user("moderator"), role=Role.MODERATOR, by=None)
    moderator.is_staff = False
    user_save(user=moderator)
    client = APIClient()
    client.force_login(moderator)
    assert client.put("/api/v1/users/member/ban/", {"reason": "Spam."}).status_code == 403


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2_001])
def test_a_ban_has_a_reason(moderator, member, reason):
    assert set(refusals(client_of(moderator).put(URL, {"reason": reason}))) == {"/reason"}
    assert not Ban.objects.exists()


def test_a_token_moderates_only_with_the_scope_for_it(moderator, member):
    for scope, status in (("write", 403), ("moderate", 201)):
        _, secret = token_create(user=moderator, name="x", scopes=[scope])
        client = APIClient(headers={"Authorization": f"Bearer {secret}"})
        assert client.put(URL, {"reason": "Spam."}).status_code == status


def test_a_ban_outlives_the_moderator(moderator, member):
    user_ban(user=member, by=moderator, reason="Spam.")
    moderator.delete()
    assert client_of(make_user("root", is_staff=True, is_superuser=True)).get(URL).json()["by"] is None
