from typing import Any

from apps.catalog import settings_registry
from apps.catalog.cache import settings
from apps.catalog.models import Setting
from movieverse.cache.levels import touch


def setting_set(*, name: str, value: Any) -> Setting:
    """Raises ValueError for an unknown setting or a value of another type."""
    value = settings_registry.clean(name, value)
    setting, _ = Setting.objects.update_or_create(pk=name, defaults={"value": value})
    _tell()
    return setting


def setting_reset(*, name: str) -> None:
    """Back to the default."""
    Setting.objects.filter(pk=name).delete()
    _tell()


def _tell() -> None:
    settings.forget()
    touch(["setting"])
