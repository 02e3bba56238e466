"""Files that people bring, and what becomes of each of their rows."""

from apps.imports.models.imports import Import
from apps.imports.models.rows import RejectedRow
from apps.imports.models.uploads import Upload

__all__ = ["Import", "RejectedRow", "Upload"]
