"""Imports for tests: uploads of files, and imports of uploads."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from apps.accounts.models import User
from apps.imports.models import Import, Upload
from apps.imports.services.imports import import_create


def uploaded(path: Path, user: User) -> Upload:
    content = path.read_bytes()
    until = timezone.now() + timedelta(hours=24)
    fields = {"name": path.name, "length": len(content), "offset": len(content), "expires_at": until}
    upload = Upload.objects.create(user=user, **fields)
    lies_at(upload).write_bytes(content)
    return upload


def lies_at(upload: Upload) -> Path:
    path: Path = settings.UPLOADS_DIR / str(upload.user_id) / str(upload.pk)
    path.parent.mkdir(exist_ok=True)
    return path


def imported(user: User, *paths: Path, **options: Any) -> Import:
    """An import of files, which a worker has done by now."""
    return import_create(uploads=[uploaded(path, user) for path in paths], by=user.pk, **options)
