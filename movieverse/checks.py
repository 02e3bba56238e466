"""System checks for the rules that a store-crossing project lives by."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register
from django.db import models

from movieverse.cache import levels
from movieverse.stores import APPS


@register
def every_app_has_a_store(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The app {config.label!r} has models but no store.",
            hint="Add it to APPS in movieverse/stores.py.",
            id="movieverse.E001",
        )
        for config in app_configs or apps.get_app_configs()
        if any(config.get_models()) and config.label not in APPS
    ]


@register
def no_lookups_into_json(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Our own models hold nested JSON in a DocumentField, which refuses to be looked into."""
    return [
        Error(
            f"{field.model.__name__}.{field.name} is a plain JSONField.",
            hint="Use movieverse.fields.DocumentField: lookups into JSON differ between engines.",
            obj=field,
            id="movieverse.E002",
        )
        for model in apps.get_models()
        if model.__module__.startswith("apps.")
        for field in model._meta.local_fields
        if type(field) is models.JSONField
    ]


@register
def no_relation_across_stores(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{field.model.__name__}.{field.name} points into another store.",
            hint="Keep the other row's id in a plain indexed integer.",
            obj=field,
            id="movieverse.E004",
        )
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and field.concrete
        and field.related_model
        and APPS.get(model._meta.app_label) != APPS.get(field.related_model._meta.app_label)
    ]


@register(deploy=True)
def answers_can_be_kept(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.CACHE_SOURCE != "CACHE" or levels.is_possible():
        return []
    return [
        checks.Warning(
            "The API keeps no ready-made answers: nobody would tell of changes.",
            hint="Set REDIS_URL, or let every store be a SQLite file, or say so by CACHE_SOURCE=database.",
            id="movieverse.W005",
        )
    ]
