"""Writes to accounts that are not allauth's own."""

from apps.accounts.services.addresses import EmailTaken, user_delete, user_save
from apps.accounts.services.handles import HandleTaken, handle_change, users_named
from apps.accounts.services.roles import RoleRefused, role_set

__all__ = [
    "EmailTaken",
    "HandleTaken",
    "RoleRefused",
    "handle_change",
    "role_set",
    "user_delete",
    "user_save",
    "users_named",
]
