"""Files that are being uploaded."""

from pathlib import Path

from django.conf import settings

from apps.imports.models import Upload
from movieverse.exceptions import DomainError


class NotWhole(DomainError):
    code = "upload-not-whole"


def upload_file(upload: Upload) -> Path:
    """The file of a whole upload."""
    path: Path = settings.UPLOADS_DIR / str(upload.user_id) / str(upload.pk)
    if not upload.is_whole or not path.is_file():
        raise NotWhole(f"The upload {upload.pk} is not whole: {upload.offset:,} of {upload.length:,} bytes are here.")
    return path
