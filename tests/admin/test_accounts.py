"""Who may change which account in the admin, and what a changed address leads to."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.accounts.models import Ban, User
from apps.accounts.roles import PERMISSIONS, Role
from apps.accounts.selectors import role_of
from apps.accounts.services import role_set, user_ban
from tests.accounts.signing import AUTH, confirm, pending, sign_in, token_of
from tests.admin.rows import make_row, page
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def helper(client: Client) -> Client:
    """Signed in as one of the staff who may do everything with addresses and groups, as far as permissions go."""
    user = make_user("helper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__model__in=["emailaddress", "group"]))
    client.force_login(user)
    return client


def test_staff_give_no_superuser_an_address(helper, curator):
    address = {"user": curator.pk, "email": "helper2@example.com", "primary": "on", "verified": "on"}
    assert helper.post(page(EmailAddress, "add"), address).status_code == 403
    assert not EmailAddress.objects.filter(email=address["email"]).exists()


def test_staff_change_no_group(helper):
    group = make_row(Group)
    everything = {"name": "Masters", "permissions": list(Permission.objects.values_list("pk", flat=True))}
    assert helper.post(page(Group, "change", group.pk), everything).status_code == 403
    assert helper.post(page(Group, "add"), everything).status_code == 403
    assert [(row.name, row.permissions.count()) for row in Group.objects.exclude(name__in=PERMISSIONS)] == [
        ("Moderators", 0)
    ]


@pytest.mark.parametrize("model", [EmailAddress, Group], ids=lambda model: model.__name__)
def test_staff_view_addresses_and_groups_and_do_no_more(helper, model):
    row = make_row(model)
    assert helper.get(page(model, "changelist")).status_code == 200
    assert helper.get(page(model, "change", row.pk)).status_code == 200
    assert helper.post(page(model, "change", row.pk), {}).status_code == 403
    assert helper.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    helper.post(page(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(("who", "verified"), [("helper", False), ("desk", True)])
def test_only_superusers_take_an_address_for_confirmed(request, who, verified):
    row = make_row(EmailAddress)
    chosen = {"action": "make_verified", "_selected_action": [row.pk]}
    request.getfixturevalue(who).post(page(EmailAddress, "changelist"), chosen)
    row.refresh_from_db()
    assert row.verified is verified


def move(desk: Client, user: User, email: str, **changes: str):
    form = {"handle": user.handle, "email": email, "is_active": "on"}
    return desk.post(page(User, "change", user.pk), form | changes)


def addresses_of(user: User) -> list[tuple[str, bool, bool]]:
    rows = EmailAddress.objects.filter(user=user).order_by("email")
    return [(row.email, row.primary, row.verified) for row in rows]


def test_a_changed_address_takes_the_old_ones_place(desk, member):
    EmailAddress.objects.create(user=member, email="second@example.com", verified=True)
    assert move(desk, member, "New@Example.com").status_code == 302
    assert addresses_of(member) == [("new@example.com", True, False), ("second@example.com", False, True)]
    assert sign_in(APIClient(), "member@example.com").status_code == 400
    assert pending(sign_in(APIClient(), "new@example.com")) == ["verify_email"]


def test_the_old_address_gets_no_link_that_sets_the_password(desk, member):
    move(desk, member, "new@example.com")
    for email in ("member@example.com", "new@example.com"):
        APIClient().post(f"{AUTH}password/request", {"email": email})
    assert [(message.to, "password/reset/key" in message.body) for message in mail.outbox] == [
        (["member@example.com"], False),
        (["new@example.com"], True),
    ]


def test_a_confirmed_second_address_stays_confirmed_as_the_first(desk, member):
    EmailAddress.objects.create(user=member, email="second@example.com", verified=True)
    move(desk, member, "second@example.com")
    assert addresses_of(member) == [("second@example.com", True, True)]


def test_other_changes_leave_the_addresses(desk, member):
    move(desk, member, member.email, handle="member2")
    assert addresses_of(member) == [("member@example.com", True, True)]


def test_an_address_that_another_account_has_confirmed_is_refused(desk, member):
    EmailAddress.objects.create(user=make_user("alice"), email="second@example.com", verified=True)
    answer = move(desk, member, "second@example.com")
    assert answer.context["adminform"].form.errors["__all__"] == ["Another account has confirmed this e-mail address."]
    assert User.objects.get(pk=member.pk).email == "member@example.com"


def test_a_new_user_signs_in_and_resets_the_password(desk):
    form = {"email": "new@example.com", "handle": "newone", "usable_password": "true"}
    desk.post(page(User, "add"), form | {"password1": PASSWORD, "password2": PASSWORD})
    APIClient().post(f"{AUTH}password/request", {"email": "new@example.com"})
    assert "password/reset/key" in mail.outbox[0].body
    asked = sign_in(APIClient(), "new@example.com")
    assert pending(asked) == ["verify_email"]
    assert confirm(APIClient(), asked).status_code == 200


def with_role(client: Client, role: Role) -> Client:
    client.force_login(role_set(user=make_user(), role=role, by=None))
    return client


def act(client: Client, user: User, action: str, **form: str):
    url = reverse(f"admin:accounts_user_{action}", args=[user.pk])
    return client.post(url, {"_form_submitted": "True", **form}), client.get(page(User, "change", user.pk))


def test_a_moderator_bans_and_unbans_with_a_reason(client, member):
    with_role(client, Role.MODERATOR)
    asked, _ = act(client, member, "ban", reason="")
    assert b"This field is required" in asked.content
    assert User.objects.get(pk=member.pk).is_active

    answer, shown = act(client, member, "ban", reason="Spam.")
    assert answer["HX-Redirect"] == page(User, "change", member.pk)
    assert b"Banned." in shown.content
    assert not User.objects.get(pk=member.pk).is_active
    assert b"Spam." in client.get(page(Ban, "changelist")).content

    act(client, member, "unban", reason="A mistake.")
    assert User.objects.get(pk=member.pk).is_active
    assert Ban.objects.get().lifted_reason == "A mistake."
    assert b"This member is not banned." in act(client, member, "unban", reason="Again.")[1].content


def test_a_moderator_gives_no_roles_and_bans_no_staff(client, member, curator):
    with_role(client, Role.MODERATOR)
    assert act(client, member, "role", role="curator")[0].status_code == 403
    assert b"Only a superuser bans those who may use the admin." in act(client, curator, "ban", reason="x")[1].content
    assert User.objects.get(pk=curator.pk).is_active


def test_a_curator_neither_sees_nor_bans_members(client, member):
    with_role(client, Role.CURATOR)
    answer, shown = act(client, member, "ban", reason="Spam.")
    assert (answer.status_code, shown.status_code) == (403, 403)


def test_an_administrator_gives_roles_but_touches_no_superuser(client, member, curator):
    with_role(client, Role.ADMINISTRATOR)
    assert b"Made curator." in act(client, member, "role", role="curator")[1].content
    assert role_of(User.objects.get(pk=member.pk)) == Role.CURATOR
    assert b"Only a superuser changes" in act(client, curator, "role", role="member")[1].content
    form = {"handle": "taken", "email": "taken@example.com", "is_active": "on", "is_superuser": "on"}
    for user in (curator, User.objects.get(pk=member.pk)):
        assert client.post(page(User, "change", user.pk), form).status_code == 403
    plain = make_user()
    client.post(page(User, "change", plain.pk), form | {"handle": "plain"})
    plain.refresh_from_db()
    assert (plain.handle, plain.is_superuser, plain.is_staff) == ("plain", False, False)


@pytest.mark.parametrize("banned", [False, True])
def test_an_administrator_deletes_a_member_banned_or_not(client, member, banned):
    with_role(client, Role.ADMINISTRATOR)
    if banned:
        user_ban(user=member, by=None, reason="Spam.")
    assert client.post(page(User, "delete", member.pk), {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=member.pk).exists()


def test_an_administrator_takes_nothing_from_another(client):
    with_role(client, Role.ADMINISTRATOR)
    other = role_set(user=make_user("other"), role=Role.ADMINISTRATOR, by=None)
    client.post(reverse("admin:accounts_user_role", args=[other.pk]), {"role": "member"})
    assert role_of(User.objects.get(pk=other.pk)) == Role.ADMINISTRATOR


@pytest.mark.parametrize("place", ["history", "ban", "role"])
def test_a_page_of_no_id_is_404_or_elsewhere(desk, place):
    answer = desk.post(f"/admin/accounts/user/abc/{place}/", {"reason": "Spam.", "role": "member"})
    assert answer.status_code in (200, 302, 404)


def test_a_password_set_at_the_desk_ends_all_sessions(desk, member):
    app = APIClient(headers=token_of(sign_in(APIClient())))
    assert app.get("/api/v1/me/").status_code == 200
    form = {"password1": "another long one", "password2": "another long one", "usable_password": "true"}
    assert desk.post(reverse("admin:auth_user_password_change", args=[member.pk]), form).status_code == 302
    assert app.get("/api/v1/me/").status_code == 401
