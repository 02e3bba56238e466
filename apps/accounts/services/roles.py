"""Roles: what they permit, and who has one."""

from functools import reduce
from operator import or_

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

import movieverse
from apps.accounts.models import User
from apps.accounts.roles import PERMISSIONS, Role
from apps.accounts.selectors import role_of
from apps.accounts.services.edits import account_edit
from movieverse.exceptions import DomainError


class RoleRefused(DomainError):
    status = 403
    code = "role-refused"


@movieverse.atomic("default")
def role_set(*, user: User, role: Role, by: User | None) -> User:
    """Give a member this role and no other. `by` is None for whoever runs the site's commands."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    _check_may_give(stored, by)
    before = role_of(stored)
    stored.groups.remove(*Group.objects.filter(name__in=PERMISSIONS))
    if role != Role.MEMBER:
        stored.groups.add(Group.objects.get(name=role))
    stored.is_staff = stored.is_superuser or role != Role.MEMBER
    stored.save(update_fields=["is_staff"])
    account_edit(user=stored, by=by, role=(before.value, Role(role).value))
    return stored


def _check_may_give(user: User, by: User | None) -> None:
    if by is None or by.is_superuser:
        return
    if not (by.is_staff and by.has_perm("accounts.assign_role")):
        raise RoleRefused("Only an administrator gives roles.")
    if role_of(user) == Role.ADMINISTRATOR:
        raise RoleRefused("Only a superuser changes an administrator's role.")
    if user.pk == by.pk:
        raise RoleRefused("Nobody changes their own role.")


@movieverse.atomic("default")
def roles_declare() -> None:
    """Have each role's group permit what is declared, and nothing else."""
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0)  # else those of apps further down the list were yet to come
    for role, names in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(permissions_named(names))


def permissions_named(names: frozenset[str]) -> list[Permission]:
    """Those of `app.codename` that there are."""
    wanted = (Q(content_type__app_label=app, codename=name) for app, name in (full.split(".") for full in names))
    return list(Permission.objects.filter(reduce(or_, wanted)))
