from datetime import timedelta

from apps.imports.services import converted
from apps.imports.services.imports import imports_wake
from movieverse.scheduler import every


@every(timedelta(seconds=5))
def wake_workers_for_imports() -> None:
    imports_wake()


@every(timedelta(hours=1))
def prune_conversions() -> None:
    converted.prune()
