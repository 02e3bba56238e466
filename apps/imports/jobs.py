from datetime import timedelta

from apps.imports.services import converted
from apps.imports.services.imports import imports_wake
from apps.imports.services.leftovers import leftovers_clean
from apps.imports.services.rows_kept import rows_prune
from apps.imports.services.uploads import uploads_prune, uploads_put_together
from movieverse.scheduler import every


@every(timedelta(seconds=5))
def wake_workers_for_imports() -> None:
    imports_wake()


@every(timedelta(minutes=1))
def clean_up_leftovers_of_imports() -> None:
    leftovers_clean()


@every(timedelta(hours=1))
def prune_conversions() -> None:
    converted.prune()


@every(timedelta(hours=1))
def prune_rejected_rows() -> None:
    rows_prune()


@every(timedelta(minutes=10))
def prune_uploads() -> None:
    uploads_prune()


@every(timedelta(minutes=1))
def put_uploads_together() -> None:
    """Whose request died at it."""
    uploads_put_together()
