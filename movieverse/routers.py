"""Sends every model to the store that `movieverse.stores.APPS` gives its app."""

from typing import Any

from django.db.models import Model

from movieverse.stores import APPS


class StoreRouter:
    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return APPS.get(model._meta.app_label)

    db_for_write = db_for_read

    def allow_relation(self, obj1: Model, obj2: Model, **hints: Any) -> bool:
        """No foreign key crosses a store."""
        return APPS.get(obj1._meta.app_label) == APPS.get(obj2._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return APPS.get(app_label) == db
