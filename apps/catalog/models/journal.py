"""What imports have written, so that it can be taken back."""

from typing import Any

from django.apps import apps
from django.db import models

from movieverse.fields import DocumentField, SequenceField


class LoadNote(models.Model):
    """What one batch of an import wrote of one kind of row. Ids grow in the order in which that was written."""

    class What(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        REMOVED = "removed"

    id = SequenceField(primary_key=True, db_column="_id")
    import_id = models.BigIntegerField()
    model = models.CharField(max_length=40)
    what = models.CharField(max_length=10, choices=What)
    is_counted = models.BooleanField(default=True, help_text="Off: rows that had to follow others.")
    rows = DocumentField(default=list, help_text="Their keys.")
    details = DocumentField(default=list, help_text="Of each what the loading's journal keeps of such rows.")
    is_undone = models.BooleanField(default=False)
    kept = DocumentField(default=list, help_text="When it is undone: [[key, why]] of what was left as it was.")

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["import_id", "id"], name="note_of_import"),)

    def __str__(self) -> str:
        return f"Import {self.import_id}: {self.model} {self.what}"

    @property
    def rows_model(self) -> Any:
        return apps.get_model(self._meta.app_label, self.model)
