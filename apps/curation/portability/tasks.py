import logging
from tempfile import TemporaryFile
from typing import Any

from django.utils import timezone
from django_tasks import task

from apps.curation.models import PersonalExport
from apps.curation.portability import files
from apps.curation.portability.writing import write

logger = logging.getLogger(__name__)


@task()
def make_personal_export(*, export_id: str) -> None:
    """Once, however often it is called."""
    wanted = PersonalExport.objects.filter(pk=export_id)
    if not wanted.filter(started_at=None).update(started_at=timezone.now()):
        return
    export = wanted.get()
    try:
        made: dict[str, Any] = {"bytes": _make(export)}
    except Exception:
        logger.exception("The personal export %s failed.", export_id)
        made = {"error": "It could not be made. Ask for another one."}
    if not wanted.update(finished_at=timezone.now(), **made):
        files.forget(export.user_id)  # who is gone meanwhile has had all theirs deleted but this one


def _make(export: PersonalExport) -> int:
    with TemporaryFile() as file:
        write(export.user_id, file)
        size = file.tell()
        file.seek(0)
        files.store(export, file)
    return size
