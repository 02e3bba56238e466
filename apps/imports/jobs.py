from datetime import timedelta

from apps.imports.services.uploads import uploads_prune, uploads_put_together
from movieverse.scheduler import every


@every(timedelta(minutes=10))
def prune_uploads() -> None:
    uploads_prune()


@every(timedelta(minutes=1))
def put_uploads_together() -> None:
    """Whose request died at it."""
    uploads_put_together()
