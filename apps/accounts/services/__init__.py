"""Writes to accounts that are not allauth's own."""

from apps.accounts.services.addresses import EmailTaken, user_delete, user_save
from apps.accounts.services.bans import BanRefused, NotBanned, user_ban, user_unban
from apps.accounts.services.handles import HandleTaken, handle_change, users_named
from apps.accounts.services.roles import RoleRefused, role_set
from apps.accounts.services.tokens import TooManyTokens, token_create, token_delete, token_use

__all__ = [
    "BanRefused",
    "EmailTaken",
    "HandleTaken",
    "NotBanned",
    "RoleRefused",
    "TooManyTokens",
    "handle_change",
    "role_set",
    "token_create",
    "token_delete",
    "token_use",
    "user_ban",
    "user_delete",
    "user_save",
    "user_unban",
    "users_named",
]
