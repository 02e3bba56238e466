"""What each role may do, exactly, and who gives one."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.accounts.roles import PERMISSIONS, Role
from apps.accounts.selectors import role_of
from apps.accounts.services import RoleRefused, role_set
from apps.accounts.services.roles import permissions_named, roles_declare
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("stores")

given = pytest.mark.parametrize("role", list(PERMISSIONS))


def named(permissions: list[Permission]) -> set[str]:
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in permissions}


@pytest.fixture
def administrator() -> User:
    return role_set(user=make_user("admin"), role=Role.ADMINISTRATOR, by=None)


@given
def test_a_role_may_do_what_is_declared_and_nothing_else(role):
    user = role_set(user=make_user(), role=role, by=None)
    assert User.objects.get(pk=user.pk).get_all_permissions() == PERMISSIONS[role]


def test_every_permission_exists():
    declared = frozenset[str]().union(*PERMISSIONS.values())
    assert named(permissions_named(declared)) == declared


def test_what_is_not_declared_is_taken_away_and_what_is_missing_comes_back():
    group = Group.objects.get(name=Role.CURATOR)
    group.permissions.set(Permission.objects.filter(codename__in=["delete_user", "view_movie"]))
    Group.objects.get(name=Role.MODERATOR).delete()
    own = Group.objects.create(name="Friends")
    own.permissions.set(Permission.objects.filter(codename="delete_user"))
    roles_declare()
    roles_declare()
    for role, permissions in PERMISSIONS.items():
        assert named(Group.objects.get(name=role).permissions.all()) == permissions
    assert named(own.permissions.all()) == {"accounts.delete_user"}


def test_one_has_one_role_at_a_time_and_with_it_the_desk(member):
    for role in (Role.CURATOR, Role.MODERATOR):
        role_set(user=member, role=role, by=None)
        member = User.objects.get(pk=member.pk)
        assert (role_of(member), member.is_staff) == (role, True)
    role_set(user=member, role=Role.MEMBER, by=None)
    member = User.objects.get(pk=member.pk)
    assert (role_of(member), member.is_staff, member.get_all_permissions()) == (Role.MEMBER, False, set())


def test_other_groups_stay(member):
    member.groups.add(Group.objects.create(name="Friends"))
    role_set(user=member, role=Role.CURATOR, by=None)
    assert set(member.groups.values_list("name", flat=True)) == {"Friends", "curator"}


def test_a_superuser_stays_one_of_the_staff_and_an_administrator(curator):
    user = role_set(user=curator, role=Role.MEMBER, by=None)
    assert (user.is_staff, role_of(user)) == (True, Role.ADMINISTRATOR)


def test_superusers_and_administrators_give_roles(administrator, curator):
    member = make_user()
    for by in (administrator, curator):
        for role in (Role.MODERATOR, Role.CURATOR, Role.MEMBER):
            assert role_of(role_set(user=member, role=role, by=by)) == role


def test_what_an_administrator_is_only_superusers_change(administrator, curator):
    other = role_set(user=make_user(), role=Role.ADMINISTRATOR, by=administrator)
    with pytest.raises(RoleRefused):
        role_set(user=other, role=Role.MEMBER, by=administrator)
    assert role_of(role_set(user=other, role=Role.MEMBER, by=curator)) == Role.MEMBER


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CURATOR, Role.MODERATOR])
def test_nobody_else_gives_roles(role):
    giver, member = role_set(user=make_user(), role=role, by=None), make_user()
    with pytest.raises(RoleRefused):
        role_set(user=member, role=Role.CURATOR, by=giver)
    assert role_of(member) == Role.MEMBER


def test_an_administrator_changes_neither_a_superusers_role_nor_their_own(administrator, curator):
    for user in (curator, administrator):
        with pytest.raises(RoleRefused):
            role_set(user=user, role=Role.MEMBER, by=administrator)


@pytest.mark.parametrize("who", ["alice", "@ALICE", "Alice@Example.com"])
def test_the_command_gives_and_takes_a_role(who, capsys):
    alice = make_user("alice")
    call_command("role", who, "moderator")
    assert capsys.readouterr().out == "alice is a moderator.\n"
    assert role_of(alice) == Role.MODERATOR
    call_command("role", who, "member")
    assert role_of(alice) == Role.MEMBER


def test_the_command_says_whom_there_is_not():
    with pytest.raises(CommandError, match="Nobody has the handle or e-mail address 'nobody'"):
        call_command("role", "nobody", "curator")
    with pytest.raises(CommandError, match="invalid choice: 'king'"):
        call_command("role", "alice", "king")
