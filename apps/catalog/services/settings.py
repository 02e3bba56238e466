from typing import Any

import movieverse
from apps.catalog import settings_registry
from apps.catalog.cache import settings
from apps.catalog.models import Event, Setting
from movieverse import edits
from movieverse.cache.levels import touch


def setting_set(*, name: str, value: Any, by: int | None = None) -> Setting:
    """Raises ValueError for an unknown setting or a value of another type."""
    setting = _store(Setting(pk=name, value=settings_registry.clean(name, value)), by)
    _tell()
    return setting


@movieverse.atomic("catalog")
def _store(setting: Setting, by: int | None) -> Setting:
    before = Setting.objects.filter(pk=setting.pk).first()
    stored, _ = Setting.objects.update_or_create(pk=setting.pk, defaults={"value": setting.value})
    edits.note_row(Event, kind="setting", before=before, after=stored, by=by)
    return stored


def setting_reset(*, name: str, by: int | None = None) -> None:
    """Back to the default."""
    _reset(name, by)
    _tell()


@movieverse.atomic("catalog")
def _reset(name: str, by: int | None) -> None:
    stored = Setting.objects.filter(pk=name).first()
    edits.note_row(Event, kind="setting", before=stored, after=None, by=by)
    Setting.objects.filter(pk=name).delete()


def _tell() -> None:
    settings.forget()
    touch(["setting"])
