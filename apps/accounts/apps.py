from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "apps.accounts"

    def ready(self) -> None:
        post_migrate.connect(_declare_roles, sender=self)


def _declare_roles(using: str, apps: Any = installed, **kwargs: Any) -> None:
    """Once there is a table for permissions: `apps` are as far as they are migrated."""
    from apps.accounts.services.roles import roles_declare

    if using == DEFAULT_DB_ALIAS and "permission" in apps.all_models["auth"]:
        roles_declare()
