"""Who may change which account in the admin, and what a changed address leads to."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.roles import PERMISSIONS
from tests.accounts.signing import AUTH, confirm, pending, sign_in
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
